"""Which public holidays are days of no work."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from app.fields import Checkboxes


class HolidaysForm(FlaskForm):
    """The dates to close on, out of those that are not decided yet."""

    days = Checkboxes(_("Public holidays"))

    def __init__(self, names: dict[date, str], proposed: Iterable[date]) -> None:
        super().__init__()
        self.names = {str(day): name for day, name in names.items()}
        self.days.choices = list(self.names.items())
        if not self.is_submitted():
            self.days.data = [str(day) for day in proposed]

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one."""
        if not super().validate(extra_validators):
            return False
        if not self.days.data:
            self.days.errors = [gettext("Please choose at least one day.")]
        return bool(self.days.data)

    @property
    def chosen(self) -> dict[date, str]:
        """The dates with what they are called."""
        return {date.fromisoformat(day): self.names[day] for day in self.days.data or ()}
