"""Whose bookings a link shows and how much of them, and which calendar keeps somebody busy."""

from collections.abc import Sequence
from typing import Self

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from app.core.errors import DomainError
from app.core.text import one_line
from app.feeds.allowing import Whose

_ALL = "all"


class FeedForm(FlaskForm):
    """A new link. Managers and owners may also take the whole business."""

    whose = SelectField(_("Whose bookings"))
    detail = RadioField(
        lazy_pgettext("calendar link", "What it says"),
        choices=[
            SelectChoice("full", _("Everything: service, names, phone numbers and a link")),
            SelectChoice("busy", _("Only “Busy”, for programs and people who need not know more")),
        ],
        default="full",
    )

    def __init__(self, choices: Sequence[Whose], *, has_all: bool) -> None:
        super().__init__()
        everybody = [SelectChoice(_ALL, gettext("The whole business"))] if has_all else []
        self.whose.choices = [*everybody, *(SelectChoice(str(it.id), it.name) for it in choices)]
        if not self.whose.raw_data:
            self.whose.data = next((str(it.id) for it in choices if it.is_theirs), self.whose.data)

    @property
    def resource_id(self) -> int | None:
        """Whose; None is everybody."""
        return None if self.whose.data == _ALL else int(self.whose.data)

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field."""
        self.whose.errors = [str(refusal.message)]
        return self


class OtherForm(FlaskForm):
    """A calendar elsewhere, and whose time it takes."""

    person = SelectField(_("Whose time it takes"))
    name = StringField(
        _("Name"),
        filters=[one_line],
        validators=[
            DataRequired(_("Please give it a name.")),
            Length(max=80, message=_("Please use at most 80 characters.")),
        ],
        description=_("Your team reads it on the calendar, such as “Private”."),
    )
    address = StringField(
        _("Secret address in iCal format"),
        filters=[one_line],
        validators=[DataRequired(_("Please paste the address of the calendar."))],
    )

    def __init__(self, choices: Sequence[Whose]) -> None:
        super().__init__()
        self.person.choices = [SelectChoice(str(it.id), it.name) for it in choices]
        if not self.person.raw_data:
            self.person.data = next((str(it.id) for it in choices if it.is_theirs), self.person.data)

    @property
    def resource_id(self) -> int:
        """Whose time."""
        return int(self.person.data)

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the address."""
        self.address.errors = [str(refusal.message)]
        return self
