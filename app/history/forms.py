"""What somebody looks for in the history."""

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.businesses.models import Membership
from app.fields import DayField
from app.history.listing import Wish
from app.history_words import TOPICS

_WHO = {"customers": _("Customers"), "system": _("Daybook itself"), "team": _("The team")}


class HistoryForm(Form):
    """Who, what, from and until; `of` is one subject, `before` where the page begins."""

    who = SelectField(_("Who"), default="")
    what = SelectField(_("What"), default="")
    first = DayField(_("From"), name="from")
    last = DayField(_("Until"), name="until")
    of = StringField(default="")
    before = StringField(default="")

    def __init__(self, asked: Any, members: list[Membership], zone: str) -> None:
        super().__init__(asked)
        self.zone = zone
        self.who.choices = [
            SelectChoice("", gettext("Everybody")),
            *(SelectChoice(*it) for it in _WHO.items()),
            *(SelectChoice(f"m{it.user_id}", it.user.name) for it in members),
        ]
        self.what.choices = [
            SelectChoice("", gettext("Everything")),
            *(SelectChoice(key, name) for key, (name, _nouns) in TOPICS.items()),
        ]
        self.is_right = self.validate()

    def validate_last(self, field: DayField) -> None:
        """The end is not before the beginning."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(gettext("This is before the first day."))

    @property
    def wish(self) -> Wish:
        """What is shown; of a field that is wrong nothing is asked."""
        who, what = self._right("who"), self._right("what")
        return Wish(
            zone=self.zone,
            who=who if who in _WHO else None,
            member=int(who[1:]) if who and who not in _WHO else None,
            nouns=TOPICS[what][1] if what else (),
            first=self._right("first"),
            last=self._right("last"),
            subject=self.subject,
        )

    @property
    def subject(self) -> tuple[str, int] | None:
        """The one thing it is about: `booking-12`."""
        found = re.fullmatch(r"([a-z_]{1,40})-([0-9]{1,18})", self.of.data or "")
        return (found[1], int(found[2])) if found else None

    @property
    def place(self) -> tuple[datetime, int] | None:
        """Right before which row the page begins: its moment, and its id."""
        found = re.fullmatch(r"([0-9T:.+-]{19,40})_([0-9]{1,18})", (self.before.data or "").replace(" ", "+"))
        try:
            at = datetime.fromisoformat(found[1]) if found else None
        except ValueError:
            return None
        return (at, int(found[2])) if found and at and at.tzinfo else None

    @property
    def asked(self) -> dict[str, Any]:
        """The query of an address that asks for the same."""
        given = {"who": self.who.data, "what": self.what.data, "of": self.of.data}
        days = {"from": self.first.data, "until": self.last.data}
        return {name: value for name, value in (given | days).items() if value}

    def _right(self, name: str) -> Any:
        field = self._fields[name]
        return None if field.errors else field.data
