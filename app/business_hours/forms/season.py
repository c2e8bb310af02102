"""Hours that hold between two dates."""

import datetime
from collections.abc import Sequence
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import ValidationError

from app.business_hours.forms.rota import MOST_WEEKS, RotaForm
from app.business_hours.seasons import Season, SeasonsOverlap
from app.business_hours.weekly import Week
from app.core.errors import DomainError
from app.fields import DayField


class SeasonForm(RotaForm):
    """The dates and the weeks. `today` is the date where the business is; `was` is what is being changed."""

    never_open = _("Please switch on at least one day. For time without any hours there are days off.")
    since = DayField(_("From"))
    until = DayField(_("Until"))

    def __init__(
        self,
        today: datetime.date,
        was: Season | None,
        begins: Sequence[Week],
        like: Season | None = None,
        *,
        turns: bool,
    ) -> None:
        """A new one begins with these weeks, on the dates of `like` if there is one. `turns`: weeks may take turns."""
        self.today, self.was, shown = today, was, was or like
        data = {"since": shown.first, "until": shown.last} if shown else {}
        rota = shown.rota if shown else begins
        super().__init__(rota if turns else rota[:1], {}, data, MOST_WEEKS if turns else 1)

    def validate_since(self, field: Any) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Please choose the first day."))

    def validate_until(self, field: Any) -> None:
        if field.data is None:
            return
        if self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("This is before the first day."))
        if field.data < self.today and (self.was is None or self.was.last != field.data):
            raise ValidationError(gettext("This day is over. Please choose one to come."))

    @property
    def season(self) -> Season:
        """What was typed."""
        return Season(self.since.data, self.until.data, self.rota)

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        if isinstance(refusal, SeasonsOverlap):
            self.since.errors = [str(refusal.message)]
            return self
        return super().refuse(refusal)
