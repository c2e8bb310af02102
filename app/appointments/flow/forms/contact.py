"""Who books."""

from typing import Any

import phonenumbers
from email_validator import validate_email
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from app.appointments.flow.forms.public import PublicForm
from app.appointments.models import Booking
from app.appointments.refusals import NotOffered, SlotTaken
from app.businesses.models import Business
from app.core.errors import NoSuchTime
from app.core.text import one_line, paragraph
from app.customers.meeting import Contact
from app.schedule.wall_clock import epoch_minute, read_start, write_start


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
    def needs_another_time(self) -> bool:
        """Whether the page has to offer other times: the held one is lost, or another was chosen before."""
        return isinstance(self.refusal, SlotTaken | NotOffered) or bool(self.start.data)

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
            language=str(get_locale()).replace("_", "-"),
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
