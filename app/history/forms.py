"""What somebody looks for in the history."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.models import Membership
from app.history.listing import Wish
from app.history_words import TOPICS
from app.timeline_form import TimelineForm

_WHO = {"customers": _("Customers"), "system": _("Daybook itself"), "team": _("The team")}


class HistoryForm(TimelineForm):
    """Who, what, from and until; `of` is one subject, `before` where the page begins."""

    who = SelectField(_("Who"), default="")
    what = SelectField(_("What"), default="")
    of = StringField(default="")

    def __init__(self, asked: Any, members: list[Membership], zone: str) -> None:
        super().__init__(asked)
        self.zone = zone
        self.who.choices = [
            SelectChoice("", gettext("Everybody")),
            *(SelectChoice(*it) for it in _WHO.items()),
            *(SelectChoice(f"m{it.user_id}", _name_of(it)) for it in members),
        ]
        self.what.choices = [
            SelectChoice("", gettext("Everything")),
            *(SelectChoice(key, name) for key, (name, _nouns) in TOPICS.items()),
        ]
        self.is_right = self.validate()

    @property
    def wish(self) -> Wish:
        """What is shown; of a field that is wrong nothing is asked."""
        who, what = self.right("who"), self.right("what")
        return Wish(
            zone=self.zone,
            who=who if who in _WHO else None,
            member=int(who[1:]) if who and who not in _WHO else None,
            nouns=TOPICS[what][1] if what else (),
            first=self.right("first"),
            last=self.right("last"),
            subject=self.subject,
        )

    @property
    def subject(self) -> tuple[str, int] | None:
        """The one thing it is about: `booking-12`."""
        found = re.fullmatch(r"([a-z_]{1,40})-([0-9]{1,18})", self.of.data or "")
        return (found[1], int(found[2])) if found else None

    @property
    def asked(self) -> dict[str, Any]:
        """The query of an address that asks for the same."""
        return self.query(who=self.who.data, what=self.what.data, of=self.of.data)


def _name_of(member: Membership) -> str:
    """Whoever left is said to have: links to what they did are kept, and their names are given to others."""
    if member.active:
        return member.user.name
    if member.user.deleted_at:
        return gettext("Somebody who left, and whose account is deleted")
    return gettext("%(name)s (left)", name=member.user.name)
