"""Whom somebody is looking for."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, StringField

from app.core.text import one_line

LONGEST = 200


class SearchForm(Form):
    """Read from the address. Whatever stands in it is a search, so nothing of it is refused."""

    q = StringField(_("Name, town or trade"), filters=[one_line])
    town = StringField(_("Town"), filters=[one_line])
    page = StringField()

    @property
    def text(self) -> str:
        """What to look for, without what is too long to be a name."""
        return (self.q.data or "")[:LONGEST]

    @property
    def page_number(self) -> int:
        """The page that was asked for, 1 where that is none."""
        text = self.page.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1

    def address(self, **changes: Any) -> dict[str, Any]:
        """The query of this search with something else in it."""
        wanted = {"q": self.q.data, "town": self.town.data, **changes}
        return {name: value for name, value in wanted.items() if value}
