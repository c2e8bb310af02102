"""Weeks that follow each other, as they are typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.business_hours.forms.week import WeekForm
from app.business_hours.weekly import Week

MOST_WEEKS = 8


class RotaForm(WeekForm):
    """The first week, in the form's own days, and the `later` ones of a rota."""

    never_open: str | LazyString = _("Please switch on at least one day.")
    number = SelectField(_("When do they begin again?"), coerce=int)

    def __init__(
        self,
        rota: Sequence[Week],
        begins: Week,
        data: Mapping[str, Any] | None = None,
        most: int = MOST_WEEKS,
    ) -> None:
        """`rota` is what is saved; without it the first week is `begins`. There may be `most` weeks."""
        saved = len(rota) or 1
        super().__init__(rota[0] if rota else begins, data={"number": saved, **(data or {})})
        self.number.choices = [
            SelectChoice(number, _repeats(number)) for number in sorted({*range(1, most + 1), saved})
        ]
        self.later = [
            WeekForm(rota[at] if at < saved and rota else None, prefix=f"week{at + 1}", meta={"csrf": False})
            for at in range(1, self._wanted(saved))
        ]
        for week, after in zip(self.weeks, [*self.later, self], strict=True):
            week.after = after

    @property
    def is_asked(self) -> bool:
        """Whether what stands in the weeks is asked for at all."""
        return True

    @property
    def weeks(self) -> list[WeekForm]:
        """All weeks in their order."""
        return [self, *self.later]

    @property
    def rota(self) -> list[Week]:
        """The weeks that follow each other."""
        return [week.week for week in self.weeks]

    @property
    def more_errors(self) -> list[tuple[str, str, str]]:
        """What is wrong in the later weeks: id, label and sentence."""
        return [
            (day.id, f"{_named(at)}, {day.label.text}", str(day.errors[0]))
            for at, week in enumerate(self.weeks)
            for day in week.days
            if at and day.errors
        ]

    def redraws(self, first: int = 0) -> bool:
        """Also where the number of weeks was changed: a week that was not sent begins like the one before."""
        unsent = self._fill_unsent()
        pressed = [super().redraws(first), *(week.redraws(7 * at) for at, week in enumerate(self.later, 1))]
        if "copy_week" in request.form:
            at = request.form.get("copy_week", type=int, default=-1)
            if 0 <= at < len(self.later):
                self.later[at].take(self.weeks[at])
            return True
        return any(pressed) or "show" in request.form or (unsent and self.is_asked)

    def fill(self, week: Week, into: int = 0) -> None:
        """Show other hours than those that are saved; `into` is the number of the week, from 0."""
        self._fill_unsent()
        if into == 0:
            super().fill(week)
        elif 0 < into <= len(self.later):
            self.later[into - 1].fill(week)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each week by itself, each evening against the next morning, and some day of them open."""
        read = [FlaskForm.validate(week) for week in self.weeks]
        ends = [week.evenings_end() for week in self.weeks] if all(read) else [False]
        if not all(ends):
            return False
        if not any(self.rota):
            self.form_errors.append(str(self.never_open))
            return False
        return True

    def _wanted(self, saved: int) -> int:
        """How many weeks to show: as many as were chosen, if that can be."""
        choices: Any = self.number.choices
        known = {choice.value for choice in choices}
        return self.number.data if self.number.data in known else saved

    def _fill_unsent(self) -> bool:
        """Let weeks that the browser did not know of begin like the one before; whether there were any."""
        unsent = [
            at
            for at, week in enumerate(self.later)
            if not any(f"{day.name}-from" in request.form for day in week.days)
        ]
        for at in unsent:
            self.later[at].take(self.weeks[at])
        return bool(unsent)


def _repeats(number: int) -> str:
    if number == 1:
        return gettext("Every week: all weeks are alike")
    return ngettext("After %(num)d week", "After %(num)d weeks", number)


def _named(at: int) -> str:
    return gettext("Week %(number)s", number=at + 1)
