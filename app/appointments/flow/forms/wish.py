"""What a customer wants: service, person, day and time."""

import datetime
import secrets
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, ValidationError

from app.appointments.flow.forms.public import PublicForm
from app.appointments.offering import Choice
from app.appointments.placing import Wish
from app.businesses.models import Business
from app.core import signing
from app.core.errors import NoSuchTime
from app.schedule.wall_clock import read_date, read_start
from app.services.models import Service
from app.services.offering import bookable_services
from app.staff.team import Performer, performers_of

FLOW_HOURS = 24


class WishForm(PublicForm):
    """Service, person, day and start. Read from the address while choosing, from the body when holding."""

    service = RadioField(
        _("Service"),
        validators=[InputRequired(_("Choose a service first."))],
        validate_choice=False,
    )
    staff = RadioField(_("With whom"), validate_choice=False)
    date = StringField(_("Day"))
    start = StringField(_("Time"), validators=[InputRequired(_("Choose a time first."))])
    flow = HiddenField()

    def __init__(self, business: Business) -> None:
        super().__init__(request.form if request.method == "POST" else request.args)
        self.business = business
        self.services = bookable_services(business.id)
        self.chosen_service = self._service()
        self.people = performers_of(business.id, self.chosen_service.id) if self.chosen_service else []
        self.flow_id = self._flow_id()

    def choice(self) -> Choice:
        """What has been chosen so far; anything that makes no sense is left out and becomes `problem`."""
        if self.service.data and not self.chosen_service:
            self.problem = gettext("That service is not offered here. Please choose another one.")
        if self._asks_for_a_stranger:
            self.problem = gettext("That person does not do this. Please choose somebody else.")
        return Choice(self.chosen_service, self.person, self._day(), self._start())

    def validate_service(self, _field: Any) -> None:
        if not self.chosen_service:
            raise ValidationError(gettext("That service is not offered here. Please choose another one."))

    def validate_staff(self, _field: Any) -> None:
        if self._asks_for_a_stranger:
            raise ValidationError(gettext("That person does not do this. Please choose somebody else."))

    def validate_start(self, field: Any) -> None:
        try:
            read_start(field.data, self.business.zone)
        except NoSuchTime as refusal:
            raise ValidationError(str(refusal.message)) from refusal

    def validate_flow(self, _field: Any) -> None:
        if self.flow_id is None:
            raise ValidationError(gettext("This page was open for a very long time. Please choose again."))

    @property
    def person(self) -> Performer | None:
        return next((it for it in self.people if str(it.id) == self.staff.data), None)

    @property
    def wish(self) -> Wish:
        """What to hold, once the form is valid."""
        start = read_start(self.start.data or "", self.business.zone)
        return Wish(self.held_service.id, start, self.person.id if self.person else None)

    @property
    def held_service(self) -> Service:
        """What is to be held, once the form is valid."""
        assert self.chosen_service is not None
        return self.chosen_service

    @property
    def flow_token(self) -> str:
        """The flow's signed id: the one that came, or a new one."""
        return str(self.flow.data) if self.flow_id else new_flow(self.business.id)

    def first_error(self) -> str | None:
        """One sentence about what is wrong."""
        return self.problem or next((errors[0] for errors in self.errors.values() if errors), None)

    @property
    def is_wrong_about_time(self) -> bool:
        """Whether that sentence belongs to the days and times, so that it stands beside them."""
        return bool(self.chosen_service and self.first_error()) and not self._asks_for_a_stranger

    @property
    def _asks_for_a_stranger(self) -> bool:
        return self.staff.data not in (None, "", "any") and not self.person

    def _service(self) -> Service | None:
        if not self.service.data and len(self.services) == 1:
            return self.services[0]
        return next((it for it in self.services if str(it.id) == self.service.data), None)

    def _flow_id(self) -> str | None:
        # A link from elsewhere brings no flow: whoever sent it would share, and see, what its reader books.
        if request.method != "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return None
        signed = signing.read("flow", self.flow.data or "", max_age_hours=FLOW_HOURS)
        return signed[1] if signed and signed[0] == self.business.id else None

    def _day(self) -> datetime.date | None:
        if not self.date.data:
            return None
        try:
            return read_date(self.date.data)
        except NoSuchTime:
            self.problem = gettext("There is no such day. Here are the next free times.")
            return None

    def _start(self) -> int | None:
        try:
            return read_start(self.start.data, self.business.zone) if self.start.data else None
        except NoSuchTime as refusal:
            self.problem = refusal.message
            return None


def new_flow(business_id: int) -> str:
    """A signed id for somebody who begins to choose; it is all we know of them."""
    return signing.sign("flow", [business_id, secrets.token_urlsafe(12)])
