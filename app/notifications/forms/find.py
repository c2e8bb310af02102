"""Which messages somebody looks for, and which page of them."""

from typing import Any

from wtforms import Form, StringField
from wtforms.validators import AnyOf, Length, Optional

from app.core.text import one_line
from app.fields import NumberField
from app.notifications.claiming import CHANNELS
from app.notifications.kinds import names_of_kinds
from app.notifications.listing import STATES, Wish

LONGEST = 100


class FindForm(Form):
    """What an address asks for; what makes no sense in it counts as not asked."""

    q = StringField(filters=[one_line], validators=[Optional(), Length(max=LONGEST)])
    state = StringField(validators=[Optional(), AnyOf(tuple(STATES))])
    kind = StringField(validators=[Optional()])
    channel = StringField(validators=[Optional(), AnyOf(CHANNELS)])
    page = NumberField(least=1, most=1_000_000, default=1)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self.validate()

    @property
    def wish(self) -> Wish:
        """What is looked for."""
        return Wish(
            state="" if self.state.errors else self.state.data or "",
            kind=self.kind.data if self.kind.data in names_of_kinds() else "",
            channel="" if self.channel.errors else self.channel.data or "",
            typed=(self.q.data or "")[:LONGEST],
        )

    @property
    def number(self) -> int:
        """The page; the first where the address names none that could be one."""
        return self.page.data if self.page.data and not self.page.errors else 1
