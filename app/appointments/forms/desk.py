"""What members write and decide in the panel of an appointment."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.appointments.elsewhere import Elsewhere
from app.appointments.forms.deciding import DecidingForm, as_number
from app.appointments.models import Appointment
from app.appointments.noting import LONGEST_NOTE
from app.core.errors import DomainError
from app.core.text import one_line, paragraph


class NoteForm(FlaskForm):
    """What members write down for each other; `seen` is the mark of the note the form was drawn with."""

    note = TextAreaField(
        _("Internal note"),
        filters=[paragraph],
        validators=[
            Optional(),
            Length(max=LONGEST_NOTE, message=_("Please use at most %(n)s characters.", n=LONGEST_NOTE)),
        ],
    )

    seen = HiddenField()

    def refuse(self, refusal: DomainError) -> "NoteForm":
        """Say beside the note why it was not kept."""
        self.note.errors = [str(refusal.message)]
        return self


class VersionForm(FlaskForm):
    """What somebody decides by one button about an appointment as the page showed it."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version on the page."""
        return as_number(self.version.data)


class GivingUpForm(FlaskForm):
    """A booking is cancelled or declined: why, for how much of its visit, and whether the customer is told."""

    what = RadioField(
        _("What is cancelled?"),
        choices=[SelectChoice("part", _("Only this")), SelectChoice("visit", _("The whole visit"))],
        default="part",
        validators=[InputRequired(_("Please choose one."))],
    )
    reason = StringField(
        _("Why"),
        filters=[one_line],
        validators=[Optional(), Length(max=300, message=_("Please use at most 300 characters."))],
    )
    back = RadioField(
        _("What goes back?"),
        choices=[
            SelectChoice("all", _("All that was paid")),
            SelectChoice("terms", _("What was agreed, as the customer asked for it")),
        ],
        default="all",
        validators=[InputRequired(_("Please choose one."))],
    )
    tell = BooleanField(_("Tell the customer"))

    def __init__(self, *, tell: bool, whole: bool, paid: bool = False) -> None:
        now = {"what": "visit" if whole else "part", "back": "all", **({"tell": "y"} if tell else {})}
        super().__init__(request.form if request.method == "POST" else MultiDict(now))
        if not paid:
            del self.back
        if not whole:
            del self.what

    @property
    def is_whole(self) -> bool:
        """Whether the whole visit is meant."""
        return "what" in self and self.what.data == "visit"

    @property
    def by_terms(self) -> bool:
        """Whether only what was agreed goes back."""
        return "back" in self and self.back.data == "terms"

    @property
    def decided(self) -> dict[str, Any]:
        """What is written down with it."""
        return {"reason": self.reason.data or None, "tell": self.tell.data}


class PlaceMoveForm(DecidingForm):
    """Somebody comes on another date of their class."""

    not_offered = _("This date is not there any more. Please choose another one.")
    date = RadioField(
        _("To which date?"), validators=[InputRequired(_("Please choose one."))], validate_choice=False
    )

    def __init__(self, dates: Sequence[Elsewhere], *, tell: bool) -> None:
        super().__init__(
            request.form if request.method == "POST" else MultiDict({"tell": "y"} if tell else {})
        )
        self.by_id: dict[str, Appointment] = {str(it.appointment.id): it.appointment for it in dates}
        self.date.choices = [SelectChoice(str(it.appointment.id), it.leader or "") for it in dates]

    def validate_date(self, field: RadioField) -> None:
        if field.data not in self.by_id:
            raise ValidationError(gettext("Please choose one of those shown."))

    @property
    def chosen(self) -> Appointment:
        """The date, once the form is valid."""
        return self.by_id[self.date.data]
