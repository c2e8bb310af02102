"""Opening shop."""

import secrets
from typing import Any, Self

from flask import current_app, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.account.signing_up import KnownAlready, Person, Plans
from app.auth.passwords import LONGEST, WeakPassword, check_choice
from app.businesses.countries import country_of, usual, zones
from app.businesses.trades import TRADES
from app.core import clock, signing
from app.core.errors import DomainError
from app.fields import EmailLine, LineField, TrapField
from app.i18n import LANGUAGES
from app.places import country_choices, currency_choices, zone_choices

FORM_HOURS = 24


class BusinessForm(FlaskForm):
    """A business to open. What is left empty becomes what is usual in the country; `ticket` is our signed id."""

    business = LineField(
        _("Name of your business"), most=120, missing=_("Please tell us what your business is called.")
    )
    trade = SelectField(_("What you do"), validators=[InputRequired(_("Please choose what you do."))])
    country = SelectField(_("Country"), validators=[InputRequired(_("Please choose your country."))])
    zone = SelectField(_("Time zone"), validators=[Optional()])
    currency = SelectField(_("Currency"), validators=[Optional()])
    language = SelectField(_("Language of your page"), validators=[Optional()])
    website = TrapField()
    ticket = HiddenField()

    refusal: DomainError | None = None

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        if not self.is_submitted():
            self.country.data = _guessed_country()
        self.trade.choices = [("", gettext("Choose …")), *((it.key, it.name) for it in TRADES)]
        self.country.choices = _country_choices()
        self.zone.choices = _zone_choices(self.country.data or "")
        self.currency.choices = _currency_choices()
        self.language.choices = [("", gettext("As usual there")), *LANGUAGES.items()]
        self.issued = signing.read("sign-up", self.ticket.data or "", FORM_HOURS)
        if self.issued is None:
            self.ticket.data = new_ticket()

    @property
    def id(self) -> str:
        """What makes two clicks on the same form one, once the form is valid."""
        return str(self.issued[0])

    @property
    def plans(self) -> Plans:
        """What to open, once the form is valid."""
        country = str(self.country.data)
        often = usual(country, LANGUAGES)
        return Plans(
            name=str(self.business.data),
            trade=str(self.trade.data),
            country=country,
            zone=self.zone.data or often.zone,
            currency=self.currency.data or often.currency,
            language=self.language.data or often.language,
        )

    def validate_ticket(self, _field: Any) -> None:
        if self.issued is None:
            raise ValidationError(
                gettext("This page was open for a very long time. Please send it once more.")
            )
        if clock.now().timestamp() < self.issued[1] + current_app.config["MINIMUM_FILL_SECONDS"]:
            raise ValidationError(gettext("That was very quick. Please send it once more."))

    @property
    def problem(self) -> str | None:
        """A sentence that belongs to no field one can see."""
        if self.refusal:
            return str(self.refusal.message)
        return next((errors[0] for field in (self.ticket, self.website) if (errors := field.errors)), None)

    @property
    def known_already(self) -> bool:
        """Whether the sentence tells somebody to sign in."""
        return isinstance(self.refusal, KnownAlready)

    def refuse(self, refusal: DomainError) -> Self:
        """Show a refusal beside the form."""
        self.refusal = refusal
        return self


class SignUpForm(BusinessForm):
    """Somebody new, and their first business."""

    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address; you sign in with it."))
    password = PasswordField(
        _("Password"),
        [
            InputRequired(_("Please choose a password.")),
            Length(max=LONGEST, message=_("This is too long.")),
        ],
    )

    def validate_password(self, field: Any) -> None:
        try:
            check_choice(field.data, self.email.data or "", self.name.data or "")
        except WeakPassword as refusal:
            raise ValidationError(str(refusal.message)) from refusal

    def refuse(self, refusal: DomainError) -> Self:
        """Mark the address too, if that is what somebody can change about it."""
        if isinstance(refusal, KnownAlready):
            self.email.errors = [gettext("Please sign in, or use another address.")]
        return super().refuse(refusal)

    @property
    def person(self) -> Person:
        """Who opens shop, once the form is valid."""
        return Person(str(self.name.data), str(self.email.data), str(self.password.data))


def new_ticket() -> str:
    """A random id and this moment."""
    return signing.sign("sign-up", [secrets.token_urlsafe(16), clock.now().timestamp()])


def _guessed_country() -> str:
    """Where the visitor most likely is, from the languages their browser asks for."""
    guesses = (country_of(tag) for tag in request.accept_languages.values())
    return next((guess for guess in guesses if guess), "")


def _country_choices() -> list[SelectChoice]:
    """Every country by its name, with what the page's script needs to know of it."""
    choices = country_choices()
    for choice in choices:
        often = usual(choice.value, LANGUAGES)
        choice.render_kw = {"data-zone": often.zone, "data-currency": often.currency}
    return [SelectChoice("", gettext("Choose …")), *choices]


def _zone_choices(country: str) -> list[SelectChoice]:
    """The zones of the country first; each says its country, for the page's script."""
    choices = zone_choices(country, "")
    for choice in choices:
        choice.render_kw = choice.render_kw | {"data-country": zones()[choice.value]}
    return [SelectChoice("", gettext("As usual there")), *choices]


def _currency_choices() -> list[SelectChoice]:
    return [SelectChoice("", gettext("As usual there")), *currency_choices()]
