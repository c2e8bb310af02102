"""Which orders somebody looks for."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.core.text import one_line
from app.orders.past import Wish
from app.orders.words import FOR_MEMBERS, WAYS
from app.schedule.periods import Period
from app.schedule.wall_clock import FIRST_DATE, LAST_DATE
from app.text_fields import AtMost
from app.timeline_form import TimelineForm


class PastForm(TimelineForm):
    """State, way, the days on which it was ordered, words; `before` is where the page begins."""

    q = StringField(_("Search"), [AtMost(100)], filters=[one_line])
    status = SelectField(_("State"), default="")
    way = SelectField(_("Way"), default="")

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

    @property
    def wish(self) -> Wish:
        """What is shown; of a field that is wrong nothing is asked."""
        return Wish(
            status=self.right("status") or None,
            way=self.right("way") or None,
            period=self._period(self.right("first"), self.right("last")),
            words=(self.right("q") or "").split(),
        )

    @property
    def asked(self) -> dict[str, Any]:
        """The query of an address that asks for the same."""
        return self.query(q=self.q.data, status=self.status.data, way=self.way.data)

    def _period(self, first: date | None, last: date | None) -> Period | None:
        if not (first or last):
            return None
        return Period(first or FIRST_DATE, last or LAST_DATE, self.zone)
