"""Whom somebody looks for, and which page of the list."""

from wtforms import Form, StringField
from wtforms.validators import Length, Optional

from app.core.text import one_line
from app.fields import NumberField

LONGEST = 100


class FindForm(Form):
    """What was typed into a search, cut where it is too long to be a name."""

    q = StringField(filters=[one_line], validators=[Optional(), Length(max=LONGEST)])
    page = NumberField(least=1, most=1_000_000, default=1)

    @property
    def typed(self) -> str:
        """The words to look for."""
        return (self.q.data or "")[:LONGEST]

    @property
    def number(self) -> int:
        """The page; the first where the address names none that could be one."""
        return self.page.data if self.page.data and self.validate() else 1
