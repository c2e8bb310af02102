"""Where a customer moves a visit to."""

import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, ValidationError

from app.appointments.allowing import Allowance
from app.appointments.choosing import Choice
from app.appointments.other_times import Movable, choice_of
from app.appointments.receipt import Receipt
from app.businesses.models import Business
from app.core.errors import NoSuchTime
from app.public_form import PublicForm
from app.schedule.wall_clock import local_date, read_date, read_start, utc

ANYONE = "any"


class NewTimeForm(PublicForm):
    """With whom, on which day and at what time. Read from the address while choosing, from the body when moving.

    `seen` is the state of the visit the page was drawn from; `shown` is the time the page put beside the old one, so
    that nobody moves to a time they have not read there.
    """

    staff = StringField(_("With whom"))
    date = StringField(_("Day"))
    month = StringField(_("Month"))
    start = StringField(_("Time"), validators=[InputRequired(_("Choose a time first."))])
    seen = HiddenField()
    shown = HiddenField()
    root = "new-time"
    is_online = False

    def __init__(self, business: Business, receipt: Receipt, visit: Movable, token: str) -> None:
        sent = request.form if request.method == "POST" else request.args
        super().__init__(sent)
        self.business, self.receipt, self.visit, self.token = business, receipt, visit, token

    @property
    def anyone(self) -> bool:
        """Whether a part may go to somebody else."""
        if not self.visit.may_be_anyones:
            return False
        return self.staff.data == ANYONE or (not self.staff.data and self.visit.needs_anyone)

    def choice(self) -> Choice:
        """What has been chosen so far; a day or time that makes no sense is left out and becomes `problem`.

        Whoever has chosen nothing looks at the day on which the visit is now.
        """
        zone = self.receipt.other_zone if self.receipt.online and self.business.shows_customer_zone else None
        day, month, start = self._day(self.date.data), self._day(self.month.data), self._start()
        if day is None and month is None and start is None:
            day = local_date(self.receipt.starts_at, zone or self.business.zone)
        return choice_of(self.visit, anyone=self.anyone, day=day, month=month, start=start, zone=zone)

    def keep(self, refused: "NewTimeForm | None") -> None:
        """Go on with why another form was refused."""
        if refused is not None:
            self.problem = refused.first_error()
            self.refusal, self.headers = refused.refusal, refused.headers

    def validate_start(self, field: Any) -> None:
        try:
            read_start(field.data, self.business.zone)
        except NoSuchTime as refusal:
            raise ValidationError(str(refusal.message)) from refusal

    @property
    def new_start(self) -> int:
        """The chosen start (epoch minutes), once the form is valid."""
        return read_start(self.start.data or "", self.business.zone)

    @property
    def was_shown(self) -> bool:
        """Whether the page said what moving to this time means."""
        return self.shown.data == self.start.data

    def is_soon(self, allowance: Allowance) -> bool:
        """Whether what is moved to the chosen time is too near to be changed online again."""
        start = self._start()
        return start is not None and allowance.locks(utc(start))

    def address(self, **query: Any) -> str:
        """The page of a choice."""
        return url_for(".new_time", token=self.token, **query)

    def part_address(self, **query: Any) -> str:
        """Where the days and times of a choice are had alone."""
        return url_for(".new_time_slots", token=self.token, **query)

    def query(self, **changes: Any) -> dict[str, Any]:
        """The choice as it stands, for an address; None leaves something out."""
        choice = {"staff": ANYONE if self.anyone else "same", **changes}
        return {name: value for name, value in choice.items() if value is not None}

    def first_error(self) -> str | None:
        """One sentence about what is wrong."""
        return self.problem or next((errors[0] for errors in self.errors.values() if errors), None)

    @property
    def is_wrong_about_time(self) -> bool:
        """It stands beside the days and times."""
        return self.first_error() is not None

    def _day(self, sent: str | None) -> datetime.date | None:
        if not sent:
            return None
        try:
            return read_date(f"{sent}-01" if len(sent) == len("2027-03") else sent)
        except NoSuchTime:
            self.problem = self.problem or gettext("There is no such day. Here are the next free times.")
            return None

    def _start(self) -> int | None:
        try:
            return read_start(self.start.data, self.business.zone) if self.start.data else None
        except NoSuchTime as refusal:
            self.problem = self.problem or refusal.message
            return None
