"""The hours of a person or a room: those of the business, or weeks of their own that follow each other."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.business_hours.forms.rota import RotaForm
from app.business_hours.weekly import Week


class OwnWeekForm(RotaForm):
    """Whose hours count, and weeks in case they are their own."""

    never_open = _("Please switch on at least one day, or choose the opening hours of the business.")
    keeps = RadioField(
        _("Which hours?"),
        choices=[
            SelectChoice("shop", _("The opening hours of the business")),
            SelectChoice("own", _("Hours of their own")),
        ],
        validators=[InputRequired(_("Please choose one."))],
    )

    def __init__(self, rota: Sequence[Week], shop: Week) -> None:
        """`rota` is what is saved; who has none begins with the week of the business."""
        super().__init__(rota, shop, {"keeps": "own" if rota else "shop"})

    @property
    def is_asked(self) -> bool:
        """Whether they have hours of their own."""
        return self.keeps.data == "own"

    @property
    def rota(self) -> list[Week]:
        """The weeks that follow each other, none where the hours of the business count."""
        return super().rota if self.is_asked else []

    def fill(self, week: Week, into: int = 0) -> None:
        """Hours that were given are their own; `into` is the number of the week, from 0."""
        super().fill(week, into)
        self.keeps.data = "own"

    def validate(self, extra_validators: Any = None) -> bool:
        """Where the hours of the business count, the typed ones need not make sense."""
        return super().validate() if self.keeps.data != "shop" else bool(self.keeps.validate(self))
