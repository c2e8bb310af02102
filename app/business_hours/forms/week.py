"""The hours of a day and of a week, typed as pairs of times."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Self

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError
from wtforms.utils import unset_value

from app.business_hours.forms.times import DAY, MOST_INTERVALS, in_words, read_day, write_clock
from app.business_hours.weekly import Week
from app.core.errors import DomainError
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
        self.show([] if data is unset_value else data or ())
        if formdata:
            self.is_open = f"{self.name}-open" in formdata
            sent = (formdata.getlist(f"{self.name}-{end}") for end in ("from", "until"))
            pairs = zip_longest(*sent, fillvalue="")
            self.pairs = [(since, until) for since, until in pairs if since.strip() or until.strip()]
            self.data = []

    def show(self, intervals: Sequence[Interval]) -> None:
        """Stand for these intervals, none of which was typed."""
        self.data = list(intervals)
        self.is_open = bool(self.data)
        self.pairs = [(write_clock(opens), write_clock(closes)) for opens, closes in self.data]

    def pre_validate(self, form: Any) -> None:
        """Read what was typed; a day that is switched off needs no times, but keeps those it had."""
        if not self.is_open:
            return
        self.data = read_day(self.pairs)
        if not self.data:
            raise ValidationError(gettext("Please give the hours of this day, or switch it off."))

    def take(self, other: "HoursField") -> None:
        """Show what stands in another day."""
        self.is_open, self.pairs = other.is_open, list(other.pairs)

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

    def redraws(self, first: int = 0) -> bool:
        """Whether a button was pressed that only draws the form anew; then that is prepared.

        `first` is the number of its first day on the page.
        """
        days = dict(enumerate(self.days, first))
        if "more" in request.form:
            day = days.get(request.form.get("more", type=int, default=-1))
            if day:
                day.is_open = True
                day.spare += day.can_have_more
        elif "copy" in request.form and len(days) > 1:
            if request.form.get("copy", type=int) == first:
                for day in self.days[1:5]:
                    day.take(self.days[0])
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
        data = {name: (week or {}).get(at, ()) for at, name in enumerate(days)}
        super().__init__(data=data | (more.pop("data", None) or {}), **more)
        self.after = self

    @property
    def week(self) -> Week:
        """Weekday to intervals, those that are closed left out."""
        return {at: day.data for at, day in enumerate(self.days) if day.data}

    def fill(self, week: Week) -> None:
        """Show other hours than those that are saved, as if they had been typed."""
        for at, day in enumerate(self.days):
            day.show(week.get(at, ()))

    @property
    def more_errors(self) -> list[tuple[str, str, str]]:
        """What is wrong beside the form's own fields: id, label and sentence."""
        return []

    def refuse(self, refusal: DomainError) -> Self:
        """Show a refusal above the form."""
        self.form_errors.append(str(refusal.message))
        return self

    @property
    def rota(self) -> list[Week]:
        """The weeks that follow each other."""
        return [self.week]

    def take(self, other: "WeekForm") -> None:
        """Show what stands in another week."""
        for mine, theirs in zip(self.days, other.days, strict=True):
            mine.take(theirs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each day by itself, then each evening against the next morning."""
        return super().validate(extra_validators) and self.evenings_end()

    def evenings_end(self) -> bool:
        """Whether each evening is over when the next day opens; `after` is the week that follows."""
        mornings = [*self.days[1:], self.after.days[0]]
        evenings = [_ends_before(*those) for those in zip(self.days, mornings, strict=True)]
        return all(evenings)


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
