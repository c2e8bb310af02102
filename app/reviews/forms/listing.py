"""Which reviews somebody wants to read."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.reviews.listing import SORTS, STATES, Asked
from app.reviews.ratings import PERSON, SERVICE

SORT_WORDS = {
    "newest": _("Newest first"),
    "highest": _("Best first"),
    "lowest": _("Worst first"),
    "pictures": _("With photos first"),
}
KINDS = (SERVICE, PERSON)


class AskedForm(Form):
    """Read from the address; what makes no sense in it counts as not asked."""

    sort = SelectField(
        _("Sort by"),
        choices=[SelectChoice(*it) for it in SORT_WORDS.items()],
        validate_choice=False,
        default=SORTS[0],
    )
    stars = SelectField(_("Stars"), validate_choice=False)
    service = SelectField(_("Service"), validate_choice=False)
    person = SelectField(_("Person"), validate_choice=False)
    words = BooleanField(_("With text"))
    pictures = BooleanField(_("With photos"))
    state = StringField()
    page = StringField()

    def __init__(self, asked: Any, names: Mapping[str, Mapping[int, str]]) -> None:
        super().__init__(asked)
        self.names = names
        stars = {
            str(it): gettext("%(num)s stars", num=it) if it > 1 else gettext("1 star")
            for it in range(5, 0, -1)
        }
        services, people = ({str(it): name for it, name in names.get(kind, {}).items()} for kind in KINDS)
        for field, known in ((self.stars, stars), (self.service, services), (self.person, people)):
            field.choices = [SelectChoice("", _("All")), *(SelectChoice(*it) for it in known.items())]
            field.data = field.data if field.data in known else ""
        self.sort.data = self.sort.data if self.sort.data in SORTS else SORTS[0]

    @property
    def asked(self) -> Asked:
        """The limits and the order."""
        return Asked(
            stars=int(self.stars.data) if self.stars.data else None,
            service_id=int(self.service.data) if self.service.data else None,
            person_id=int(self.person.data) if self.person.data else None,
            with_words=bool(self.words.data),
            with_pictures=bool(self.pictures.data),
            sort=self.sort.data,
            state=self.state.data if self.state.data in STATES else None,
        )

    @property
    def page_number(self) -> int:
        """The page that was asked for, 1 where that is none."""
        text = self.page.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1

    def only(self, stars: int) -> dict[str, Any]:
        """The query of this list with reviews of so many stars alone, or with all again if that is asked for."""
        return self.address(stars=None if self.asked.stars == stars else stars)

    def address(self, **changes: Any) -> dict[str, Any]:
        """The query of this list with something else in it."""
        asked = self.asked
        query: dict[str, Any] = {
            "sort": asked.sort if asked.sort != SORTS[0] else None,
            "stars": asked.stars,
            "service": asked.service_id,
            "person": asked.person_id,
            "words": "y" if asked.with_words else None,
            "pictures": "y" if asked.with_pictures else None,
            "state": asked.state,
        }
        return {name: value for name, value in {**query, **changes}.items() if value}
