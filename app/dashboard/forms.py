"""Which day to look at, and what was answered on its page."""

import datetime

from flask_babel import gettext as _
from wtforms import Form, StringField, ValidationError

from app.core.errors import NoSuchTime
from app.schedule.wall_clock import read_date


class DayForm(Form):
    """`day` is None until a real date was given."""

    date = StringField()
    answered = StringField()
    day: datetime.date | None = None

    @property
    def answered_id(self) -> int | None:
        """The id of the booking whose request was answered; None for what is no id."""
        sent = self.answered.data or ""
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 18 else None

    def validate_date(self, field: StringField) -> None:
        if not field.data:
            return
        try:
            self.day = read_date(field.data)
        except NoSuchTime as error:
            raise ValidationError(_("There is no such day, so this is today.")) from error
