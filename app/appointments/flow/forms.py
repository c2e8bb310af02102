"""The shape of what a customer sends. Choices are what this business offers, so a foreign id is no choice."""

import datetime
import secrets
from typing import Any

import phonenumbers
from email_validator import validate_email
from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, ValidationError

from app.appointments.models import Booking
from app.appointments.offering import Choice, Time
from app.appointments.placing import Wish
from app.businesses.models import Business
from app.core import signing
from app.core.errors import DomainError, NoSuchTime
from app.core.text import one_line, paragraph
from app.customers.meeting import Contact
from app.schedule.wall_clock import epoch_minute, read_date, read_start, write_start
from app.services.models import Service
from app.services.offering import bookable_services
from app.staff.team import Performer, performers_of

FLOW_HOURS = 24


class PublicForm(FlaskForm):
    """A form without a session. What makes it ours is the signed token in it or in its address."""

    class Meta:
        csrf = False

    problem: Any = None

    def refuse(self, refusal: DomainError) -> "PublicForm":
        """Keep the sentence of a refusal that belongs to no field."""
        self.problem = refusal.message
        return self


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
        self.chosen_service: Any = self._service()
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


class ContactForm(PublicForm):
    """Who books. `start` is another time, when the one that was held is gone."""

    name = StringField(
        _("Your name"),
        filters=[one_line],
        validators=[
            DataRequired(_("Please tell us your name.")),
            Length(max=120, message=_("Please use at most 120 characters.")),
        ],
    )
    email = StringField(
        _("E-mail"),
        filters=[one_line],
        validators=[
            DataRequired(_("Please enter your e-mail address, so that we can reach you.")),
            Length(max=254, message=_("That address is too long.")),
            Email(_("That does not look like an e-mail address, such as name@example.com.")),
        ],
    )
    phone = StringField(
        _("Phone"),
        filters=[one_line],
        validators=[Optional(), Length(max=40, message=_("That number is too long."))],
    )
    note = TextAreaField(
        _("Anything we should know?"),
        filters=[paragraph],
        validators=[Optional(), Length(max=1000, message=_("Please use at most 1,000 characters."))],
    )
    start = RadioField(_("Another time"), validate_choice=False)
    website = StringField(_("Leave this empty"))

    def __init__(self, business: Business, booking: Booking) -> None:
        super().__init__()
        self.business = business
        self.booking = booking
        self.alternatives: list[Time] = []

    def validate_phone(self, field: Any) -> None:
        if field.data and self._number() is None:
            raise ValidationError(gettext("That does not look like a phone number."))

    def validate_start(self, field: Any) -> None:
        try:
            field.data = read_start(field.data, self.business.zone) if field.data else None
        except NoSuchTime as refusal:
            raise ValidationError(str(refusal.message)) from refusal

    def validate_website(self, field: Any) -> None:
        if field.data:
            raise ValidationError(gettext("Please leave this field empty."))

    @property
    def held_start(self) -> str:
        """The time that is held, as the form before this one sends it."""
        return write_start(epoch_minute(self.booking.appointment.starts_at), self.business.zone)

    @property
    def contact(self) -> Contact:
        """The person, cleaned: e-mail in lower case, phone as E.164."""
        return Contact(
            name=self.name.data or "",
            email=validate_email(self.email.data or "", check_deliverability=False).normalized.lower(),
            phone=self._number(),
            note=self.note.data,
        )

    def _number(self) -> str | None:
        if not self.phone.data:
            return None
        try:
            number = phonenumbers.parse(self.phone.data, self.business.country)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
