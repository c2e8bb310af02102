"""What forms of lists by time share: those of the history and of past orders."""

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, StringField
from wtforms.validators import ValidationError

from app.fields import DayField

_PLACE = re.compile(r"([0-9T:.+-]{19,40})_([0-9]{1,18})")


class TimelineForm(Form):
    """From a day to a day, either of which may be open; `before` is where the page begins."""

    first = DayField(_("From"), name="from")
    last = DayField(_("Until"), name="until")
    before = StringField(default="")

    def validate_last(self, field: DayField) -> None:
        """The end is not before the beginning."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(gettext("This is before the first day."))

    @property
    def place(self) -> tuple[datetime, int] | None:
        """Right before which row the page begins: its moment, and its id."""
        found = _PLACE.fullmatch((self.before.data or "").replace(" ", "+"))
        try:
            at = datetime.fromisoformat(found[1]) if found else None
        except ValueError:
            return None
        return (at, int(found[2])) if found and at and at.tzinfo else None

    def right(self, name: str) -> Any:
        """What was typed into a field; None where that is wrong, so that nothing is asked of it."""
        field = self._fields[name]
        return None if field.errors else field.data

    def query(self, **given: Any) -> dict[str, Any]:
        """What of an address asks for these days, and for what else is `given`."""
        days = {"from": self.first.data, "until": self.last.data}
        return {name: value for name, value in (given | days).items() if value}
