"""Which orders somebody looks for."""

import re
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.core.text import one_line
from app.fields import DayField
from app.orders.past import Place, Wish
from app.orders.words import FOR_MEMBERS, WAYS
from app.schedule.periods import Period
from app.schedule.wall_clock import FIRST_DATE, LAST_DATE
from app.text_fields import AtMost

_PLACE = re.compile(r"([0-9T:.+-]{19,40})_([0-9]{1,18})")


class PastForm(Form):
    """State, way, the days on which it was ordered, words; `before` is where the page begins."""

    q = StringField(_("Search"), [AtMost(100)], filters=[one_line])
    status = SelectField(_("State"), default="")
    way = SelectField(_("Way"), default="")
    first = DayField(_("From"), name="from")
    last = DayField(_("Until"), name="until")
    before = StringField(default="")

    def __init__(self, asked: Any, zone: str) -> None:
        super().__init__(asked)
        self.zone = zone
        self.status.choices = [
            SelectChoice("", gettext("Every state")),
            *(SelectChoice(*it) for it in FOR_MEMBERS.items() if it[0] != "held"),
        ]
        self.way.choices = [
            SelectChoice("", gettext("Every way")),
            *(SelectChoice(*it) for it in WAYS.items()),
        ]
        self.is_right = self.validate()

    def validate_last(self, field: DayField) -> None:
        """The end is not before the beginning."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(gettext("This is before the first day."))

    @property
    def wish(self) -> Wish:
        """What is shown; of a field that is wrong nothing is asked."""
        return Wish(
            status=self._right("status") or None,
            way=self._right("way") or None,
            period=self._period(self._right("first"), self._right("last")),
            words=(self._right("q") or "").split(),
        )

    @property
    def place(self) -> Place | None:
        """Right before which order the page begins: its moment, and its id."""
        found = _PLACE.fullmatch((self.before.data or "").replace(" ", "+"))
        try:
            at = datetime.fromisoformat(found[1]) if found else None
        except ValueError:
            return None
        return (at, int(found[2])) if found and at and at.tzinfo else None

    @property
    def asked(self) -> dict[str, Any]:
        """The query of an address that asks for the same."""
        given = {"q": self.q.data, "status": self.status.data, "way": self.way.data}
        days = {"from": self.first.data, "until": self.last.data}
        return {name: value for name, value in (given | days).items() if value}

    def _period(self, first: date | None, last: date | None) -> Period | None:
        if not (first or last):
            return None
        return Period(first or FIRST_DATE, last or LAST_DATE, self.zone)

    def _right(self, name: str) -> Any:
        field = self._fields[name]
        return None if field.errors else field.data
