"""What a calendar is asked for."""

import datetime
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField, ValidationError

from app.appointments.calendar.period import VIEWS
from app.core.errors import NoSuchTime
from app.schedule.wall_clock import read_date

LARGEST_ID = 2**63 - 1


class CalendarForm(Form):
    """`day` is None until a real date was given; `who` are ids of people and rooms, in whatever business."""

    view = StringField()
    date = StringField()
    day: datetime.date | None = None

    def __init__(self, asked: MultiDict[str, str], usual: str) -> None:
        super().__init__(asked)
        self.usual = usual
        self.who = {int(it) for it in asked.getlist("who") if _is_id(it)}

    @property
    def chosen_view(self) -> str:
        """The view asked for, or the usual one."""
        return self.view.data if self.view.data in VIEWS else self.usual

    def validate_view(self, field: StringField) -> None:
        """A word that names no view."""
        if field.data and field.data not in VIEWS:
            raise ValidationError(_("There is no such view of the calendar, so this is the usual one."))

    def validate_date(self, field: StringField) -> None:
        """A date that does not exist, or is too far away."""
        if not field.data:
            return
        try:
            self.day = read_date(field.data)
        except NoSuchTime as error:
            raise ValidationError(_("There is no such day, so this is today.")) from error

    @property
    def problems(self) -> list[Any]:
        """What could not be shown as asked."""
        return [message for messages in self.errors.values() for message in messages]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19 and 0 < int(text) <= LARGEST_ID
