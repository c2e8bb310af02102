"""How the widget is to be, and which websites may show it."""

from collections.abc import Mapping
from typing import Any, Self

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.hues import NAMES, STEP
from app.businesses.models import Business
from app.core.errors import DomainError
from app.core.text import one_line
from app.i18n import LANGUAGES
from app.orders.checking_out import order_settings
from app.services.offering import bookable_services
from app.sites.snippets import MODES, PAGES, THEMES, Wish
from app.staff.team import performers_of

LONGEST_LABEL = 60


class WishForm(Form):
    """How the widget is to be, read from the address; what makes no sense in it counts as not asked."""

    page = RadioField(
        _("What customers do there"),
        choices=[
            SelectChoice("book", _("Book an appointment")),
            SelectChoice("order", _("Order from your menu")),
        ],
    )
    mode = RadioField(
        _("How it is shown"),
        choices=[
            SelectChoice("inline", _("In your page")),
            SelectChoice("button", _("A button that opens it")),
            SelectChoice("link", _("A link to your page with us")),
        ],
        default=MODES[0],
    )
    service = SelectField(_("Service"), default="")
    person = SelectField(_("Person"), default="")
    language = SelectField(_("Language"), default="")
    theme = SelectField(
        _("Light or dark"),
        choices=[
            SelectChoice("", _("Automatic")),
            SelectChoice("light", _("Always light")),
            SelectChoice("dark", _("Always dark")),
        ],
        default="",
    )
    hue = RadioField(_("Colour"), default="")
    label = StringField(_("Words on it"), filters=[one_line])

    def __init__(self, business: Business, asked: Any) -> None:
        super().__init__(asked)
        self.business = business
        self.services = bookable_services(business.id)
        self.performers = performers_of(business.id, [it.id for it in self.services])
        self.sells = order_settings(business.id) is not None
        services = [SelectChoice(str(it.id), it.name) for it in self.services]
        self.service.choices = [SelectChoice("", _("Customers choose")), *services]
        people = [SelectChoice(str(key), name) for key, name in self._people.items()]
        self.person.choices = [SelectChoice("", _("Customers choose")), *people]
        languages = [SelectChoice(tag, name) for tag, name in LANGUAGES.items()]
        self.language.choices = [SelectChoice("", _("Automatic")), *languages]
        self.hue.choices = [SelectChoice(it, it) for it in ("", *map(str, range(0, 360, STEP)))]
        self.validate()
        self._leave_out_what_is_wrong()

    @property
    def wish(self) -> Wish:
        """What the widget is to be like."""
        books = not self.is_for_orders
        return Wish(
            mode=str(self.mode.data),
            page=str(self.page.data),
            service=int(self.service.data) if books and self.service.data else None,
            person=int(self.person.data) if books and self.person.data and not self.person_problem else None,
            language=self.language.data or None,
            hue=self._hue,
            theme=self.theme.data if self.theme.data in THEMES else None,
            label=self.label.data,
        )

    @property
    def is_for_orders(self) -> bool:
        """Whether it is to show the menu."""
        return bool(self.page.data == "order")

    @property
    def person_problem(self) -> str | None:
        """Why the chosen person does not count: whoever books would be told that they cannot have it."""
        if not self.person.data or self.is_for_orders:
            return None
        person = int(self.person.data)
        if not self.service.data and len(self.services) > 1:
            return gettext("Choose a service too, or customers still choose who does it.")
        service = int(self.service.data) if self.service.data else self.services[0].id
        if all(it.id != person for it in self.performers[service]):
            return gettext(
                "%(person)s does not do this. Customers choose who does it.", person=self._people[person]
            )
        return None

    @property
    def words(self) -> str:
        """What stands on the button or the link, in the language of whoever reads it."""
        if self.label.data:
            return str(self.label.data)
        with force_locale((self.language.data or self.business.language).replace("-", "_")):
            return gettext("Order") if self.is_for_orders else gettext("Book an appointment")

    @property
    def swatches(self) -> list[tuple[Any, int, str]]:
        """The radio of each colour with its hue and its name, the one of the business first."""
        return [
            (radio, int(radio.data), str(NAMES[int(radio.data) // STEP]))
            if radio.data
            else (radio, self.business.brand_hue, gettext("Your own colour"))
            for radio in self.hue
        ]

    @property
    def _hue(self) -> int | None:
        """A frame has the colour of the business by itself; a button of the website has to be told."""
        if self.hue.data:
            return int(self.hue.data)
        return self.business.brand_hue if self.mode.data == "button" else None

    @property
    def _people(self) -> Mapping[int, str]:
        return {it.id: it.name for those in self.performers.values() for it in those}

    def _leave_out_what_is_wrong(self) -> None:
        for field in (self.service, self.person, self.language, self.theme, self.hue):
            field.data, field.errors = "" if field.errors else field.data, ()
        if self.page.errors or not self.sells:
            # Who only sells shows the menu without a word.
            self.page.data, self.page.errors = PAGES[self.sells and not self.services], ()
        if self.mode.errors:
            self.mode.data, self.mode.errors = MODES[0], ()
        self.label.data = (self.label.data or "")[:LONGEST_LABEL].strip() or None


class SiteForm(FlaskForm):
    """A website by its address."""

    website = StringField(_("Address of the website"), filters=[one_line])

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field."""
        self.website.errors = [str(refusal.message)]
        return self


class OriginForm(FlaskForm):
    """A website that the page showed."""

    origin = HiddenField()


class AnywhereForm(FlaskForm):
    """Whether any website may show the widget."""

    anywhere = BooleanField(_("Any website may show it"))
