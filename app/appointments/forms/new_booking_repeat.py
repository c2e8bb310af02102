"""Whether a visit comes again, and what becomes of each of its dates."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.appointments.forms.new_booking_visit import VisitForm
from app.appointments.placing import Wish
from app.appointments.repeating import MOST_DATES, Turn, turns
from app.appointments.reviewing import ANYWAY, Reviewed
from app.core.errors import NoSuchTime
from app.fields import DayField, NumberField
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import WallClock, local_date, read_start, utc

MOST_WEEKS = 4
SKIP = "skip"


class RepeatForm(Form):
    """Every so many weeks, so many times or until a day. `may` is what can be set aside for one date."""

    every = SelectField(_("Repeat"))
    ends = RadioField(
        _("Until when"),
        choices=[SelectChoice("times", _("So many times")), SelectChoice("until", _("Until a day"))],
        default="times",
    )
    times = NumberField(_("Times"), least=2, most=MOST_DATES, default=6)
    until = DayField(_("Last day"))

    def __init__(self, visit: VisitForm, sent: MultiDict[str, str], may: Collection[Refusal]) -> None:
        self.sent = sent
        self.visit = visit
        self.may = may
        super().__init__(sent)
        self.every.choices = [
            SelectChoice("0", gettext("Does not repeat")),
            *(
                SelectChoice(str(weeks), ngettext("Every week", "Every %(num)d weeks", weeks))
                for weeks in range(1, MOST_WEEKS + 1)
            ),
        ]

    def validate_times(self, field: NumberField) -> None:
        if self.repeats and self.ends.data == "times" and field.data is None:
            raise ValidationError(gettext("Please say how often."))

    def validate_until(self, field: DayField) -> None:
        if not self.repeats or self.ends.data != "until":
            return
        if field.data is None:
            raise ValidationError(gettext("Please choose a day."))
        if self.visit.wish and len(self.turns) < 2:
            raise ValidationError(gettext("Until that day it does not come again."))

    @property
    def repeats(self) -> bool:
        return self.every.data in [str(weeks) for weeks in range(1, MOST_WEEKS + 1)]

    @property
    def was_reviewed(self) -> bool:
        """Whether each date was seen and decided."""
        return "reviewed" in self.sent

    @property
    def turns(self) -> list[Turn]:
        """All dates, those that cannot be had too. At most 26."""
        wish = self.visit.wish
        if wish is None or not self.repeats:
            return []
        zone = self.visit.business.zone
        first = local_date(utc(wish.start), zone)
        first, wall = WallClock(zone, first, first).shows(wish.start)
        by_times = self.ends.data == "times"
        ends = {"times": self.times.data} if by_times else {"until": self.until.data}
        return turns(zone, first, wall, int(self.every.data), **ends)

    @property
    def asked(self) -> list[tuple[Turn, Wish | None]]:
        """Every date at the time that was asked for."""
        return [(turn, self._as_it_is(turn)) for turn in self.turns]

    @property
    def decided(self) -> list[Wish]:
        """The dates that were kept: as they are, whatever speaks against it, at another time, or with somebody else."""
        taken = set(self.sent.getlist("take"))
        found = [
            self._as_it_is(turn) if turn.on.isoformat() in taken else self._instead(turn)
            for turn in self.turns
        ]
        return [wish for wish in found if wish]

    def choice_for(self, turn: Turn) -> str:
        """What was chosen for a date that could not be had as it was asked for."""
        return self.sent.get(_name(turn), SKIP)

    def chosen(self, it: Reviewed, despite: Collection[Refusal]) -> str:
        """The same; for a date nobody decided on yet, what was set aside `despite` all for the first one."""
        decided = _name(it.turn) in self.sent or not it.against or set(it.against) - set(despite)
        return self.choice_for(it.turn) if decided else it.anyway

    def _as_it_is(self, turn: Turn) -> Wish | None:
        wish = self.visit.wish
        return replace(wish, start=turn.start) if wish and turn.start is not None else None

    def _instead(self, turn: Turn) -> Wish | None:
        kind, _colon, value = self.choice_for(turn).partition(":")
        wish = self._as_it_is(turn)
        if wish and kind == ANYWAY:
            seen = {it for it in self.may if it in value.split()}
            return replace(wish, anyway=tuple(sorted(seen)))
        if wish and kind == "person" and value in self._able:
            return replace(wish, person_id=int(value))
        return self._at(wish, turn, value) if wish and kind == "start" else None

    def _at(self, wish: Wish, turn: Turn, start: str) -> Wish | None:
        """The same at another time, no more than a day from the date: an evening may go on past midnight."""
        zone = self.visit.business.zone
        try:
            minute = read_start(start, zone)
        except NoSuchTime:
            return None
        is_near = abs((local_date(utc(minute), zone) - turn.on).days) <= 1
        return replace(wish, start=minute) if is_near else None

    @property
    def _able(self) -> Sequence[str]:
        """Who may be given a date; the form knows nobody else."""
        return [str(it.id) for part in self.visit.parts for it in part.people]


def _name(turn: Turn) -> str:
    """The field with what becomes of a date."""
    return f"on-{turn.on.isoformat()}"
