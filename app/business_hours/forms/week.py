"""The hours of a day and of a week, typed as pairs of times."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.utils import unset_value
from wtforms.validators import InputRequired

from app.business_hours.forms.times import DAY, MOST_INTERVALS, in_words, read_day, write_clock
from app.business_hours.weekly import Week
from app.core.intervals import Interval


class HoursField(Field):
    """One day. `data` is (opens, closes) in minutes from midnight, earliest first; nothing when it is closed.

    `is_open` says whether the day is switched on; `pairs` are the times as they were typed, without the empty ones.
    """

    data: list[Interval]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_open = False
        self.pairs: list[tuple[str, str]] = []
        self.spare = 0

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """What was sent, or else the intervals of the day."""
        self.process_errors: list[str] = []
        self.data = [] if data is unset_value else list(data or ())
        self.is_open = bool(self.data)
        self.pairs = [(write_clock(opens), write_clock(closes)) for opens, closes in self.data]
        if formdata:
            self.is_open = f"{self.name}-open" in formdata
            sent = (formdata.getlist(f"{self.name}-{end}") for end in ("from", "until"))
            pairs = zip_longest(*sent, fillvalue="")
            self.pairs = [(since, until) for since, until in pairs if since.strip() or until.strip()]
            self.data = []

    def pre_validate(self, form: Any) -> None:
        """Read what was typed; a day that is switched off needs no times, but keeps those it had."""
        if not self.is_open:
            return
        self.data = read_day(self.pairs)
        if not self.data:
            raise ValidationError(gettext("Please give the hours of this day, or switch it off."))

    @property
    def can_have_more(self) -> bool:
        """Whether there is room for one more pair of times."""
        return len(self.pairs) + self.spare < MOST_INTERVALS


class HoursForm(FlaskForm):
    """A form with one or more days. Its buttons `more` and `copy` change how it is drawn and save nothing."""

    @property
    def days(self) -> list[HoursField]:
        """The days in their order."""
        return [field for field in self if isinstance(field, HoursField)]

    def redraws(self) -> bool:
        """Whether a button was pressed that only draws the form anew; then that is prepared."""
        days = dict(enumerate(self.days))
        if "more" in request.form:
            day = days.get(request.form.get("more", type=int, default=-1))
            if day:
                day.is_open = True
                day.spare += day.can_have_more
        elif "copy" in request.form and len(days) > 1:
            for day in self.days[1:5]:
                day.is_open, day.pairs = days[0].is_open, list(days[0].pairs)
        else:
            return False
        return True


class WeekForm(HoursForm):
    """The seven days of a week."""

    monday = HoursField(_("Monday"))
    tuesday = HoursField(_("Tuesday"))
    wednesday = HoursField(_("Wednesday"))
    thursday = HoursField(_("Thursday"))
    friday = HoursField(_("Friday"))
    saturday = HoursField(_("Saturday"))
    sunday = HoursField(_("Sunday"))

    def __init__(self, week: Week | None = None, **more: Any) -> None:
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        super().__init__(data={name: (week or {}).get(at, ()) for at, name in enumerate(days)} | more)

    @property
    def week(self) -> Week:
        """Weekday to intervals, those that are closed left out."""
        return {at: day.data for at, day in enumerate(self.days) if day.data}

    def validate(self, extra_validators: Any = None) -> bool:
        """Each day by itself, then each evening against the next morning."""
        if not super().validate(extra_validators):
            return False
        evenings = [_ends_before(*those) for those in zip(self.days, self._days_after(), strict=True)]
        return all(evenings)

    def _days_after(self) -> Sequence[HoursField]:
        return [*self.days[1:], self.days[0]]


class OwnWeekForm(WeekForm):
    """The week of a person or a room, which may also be that of the business."""

    keeps = RadioField(
        _("Which hours?"),
        choices=[
            SelectChoice("shop", _("The opening hours of the business")),
            SelectChoice("own", _("Hours of their own")),
        ],
        validators=[InputRequired(_("Please choose one."))],
    )

    @property
    def week(self) -> Week:
        """No days at all where the hours of the business count."""
        return super().week if self.keeps.data == "own" else {}

    def validate(self, extra_validators: Any = None) -> bool:
        """Where the hours of the business count, the typed ones need not make sense."""
        if self.keeps.data == "shop":
            return bool(self.keeps.validate(self))
        if not super().validate(extra_validators):
            return False
        if not self.week:
            self.form_errors.append(
                gettext("Please switch on at least one day, or choose the opening hours of the business.")
            )
            return False
        return True


def _ends_before(day: HoursField, after: HoursField) -> bool:
    """Whether a day's last evening is over when the next day opens; says so beside the day if not."""
    if day.data and after.data and day.data[-1][1] - DAY > after.data[0][0]:
        day.errors = [
            gettext(
                "%(one)s goes on into %(next)s, where %(other)s has begun by then.",
                one=in_words(day.data[-1]),
                next=after.label.text,
                other=in_words(after.data[0]),
            )
        ]
        return False
    return True
