"""What is to become of one date of a class."""

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional

from app.appointments.changing import ChangedMeanwhile
from app.appointments.models import Appointment
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.surveying import leader_of
from app.businesses.models import Business
from app.core.errors import DomainError
from app.core.text import one_line
from app.fields import ClockField, DayField, NumberField, WhichField
from app.schedule.needing import PERFORMER
from app.schedule.resources import able_to_fill
from app.schedule.wall_clock import WallClock, epoch_minute, local_date
from app.services.models import Service


def in_a_members_words(refusal: DomainError) -> str:
    """Why a date cannot be so. What is said to customers speaks of the times they are shown."""
    if isinstance(refusal, SlotTaken):
        return gettext("Somebody or something this class needs is taken at that time.")
    if isinstance(refusal, ChangedMeanwhile):
        return gettext("This date has changed meanwhile. This is how it is now; please look at it again.")
    if isinstance(refusal, NotOffered):
        return gettext("The business is closed at that time, or whoever would lead the class is away.")
    return str(refusal.message)


class DecisionForm(FlaskForm):
    """What is decided about a date as it stood on a page; what is refused stands `beside` a field, if that is named."""

    beside: str | None = None
    refusal: str | None = None

    @property
    def version(self) -> int:
        """That of the date on the page; -1, which none has, where the page did not say."""
        return request.form.get("version", -1, type=int)

    def refuse(self, refusal: DomainError) -> None:
        """Say what was wrong: beside the field it is about, or as `refusal` above everything."""
        words = in_a_members_words(refusal)
        if self.beside and not isinstance(refusal, ChangedMeanwhile):
            self[self.beside].errors = [words]
        else:
            self.refusal = words


class TellingForm(DecisionForm):
    """A decision that everybody who is in the class should hear of."""

    tell = BooleanField(_("Tell the customers"), default=True)


class MoveForm(TellingForm):
    """A date of a class at another time."""

    beside = "starts"
    day = DayField(_("Day"), validators=[InputRequired(_("Please choose a day."))])
    starts = ClockField(_("Starts at"), validators=[InputRequired(_("Please choose a time."))])
    which = WhichField(_("Which of the two?"))

    def __init__(self, business: Business, appointment: Appointment, **more: Any) -> None:
        self.zone = business.zone
        self.start = epoch_minute(appointment.starts_at)
        day = local_date(appointment.starts_at, self.zone)
        _day, wall = WallClock(self.zone, day, day).shows(self.start)
        super().__init__(data={"day": day, "starts": wall, "tell": True}, **more)
        if not self.starts.raw_data:
            self.which.tell(self.zone, self.start)

    def validate_starts(self, field: Any) -> None:
        """Find the `start`, an epoch minute."""
        if self.day.data and field.data is not None:
            self.start = self.which.instant(self.zone, self.day.data, field.data)


class StandInForm(TellingForm):
    """Somebody else to lead one date, of those who can."""

    beside = "person"
    person = SelectField(_("Led by"))

    def __init__(self, service: Service, date: Appointment, **more: Any) -> None:
        super().__init__(data={"person": str(leader_of(date) or ""), "tell": True}, **more)
        able = able_to_fill(service.business_id, service.id).get(PERFORMER, [])
        self.person.choices = [SelectChoice(str(it.id), it.name) for it in able]


class PlacesForm(DecisionForm):
    """How many places one date has."""

    places = NumberField(_("Places"), least=2, most=10_000, required=True)


class CancellationForm(TellingForm):
    """Why a date is cancelled."""

    reason = StringField(
        _("Why"),
        filters=[one_line],
        validators=[Optional(), Length(max=300, message=_("Please use at most 300 characters."))],
    )
