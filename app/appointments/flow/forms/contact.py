"""Who books."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from email_validator import validate_email
from flask import request
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.validators import ValidationError

from app.appointments.finding import bookings_of_visit
from app.appointments.flow.forms.public import PublicForm
from app.appointments.flow.forms.visit import written
from app.appointments.models import Booking
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.unfinished import Unfinished, asked_of
from app.businesses.models import Business
from app.core import clock
from app.core.errors import NoSuchTime
from app.core.phones import read_phone
from app.customers.meeting import Contact
from app.schedule.wall_clock import epoch_minute, local_date, read_start, write_start
from app.services.asking import check_answers
from app.services.models import ServiceQuestion
from app.text_fields import EmailLine, LineField, ParagraphField, TrapField


def field_of(question: ServiceQuestion) -> str:
    """The name and id of the field a question is answered in; of radio buttons the id of their frame."""
    return f"question-{question.id}"


class ContactForm(PublicForm):
    """Who books, and what the business asks. `start` is another time, when the one that was held is gone.

    `known` stands in the fields of somebody who is signed in.
    """

    question_errors: Mapping[str, str] = {}
    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address, so that we can reach you."))
    phone = LineField(_("Phone"), most=40, too_long=_("That number is too long."))
    note = ParagraphField(_("Anything we should know?"), most=1000)
    guest_name = LineField(_("Name of the second person"), most=120)
    start = RadioField(_("Another time"), validate_choice=False)
    website = TrapField()

    def __init__(
        self,
        business: Business,
        booking: Booking,
        minimum_seconds: int = 0,
        known: Mapping[str, str | None] | None = None,
    ) -> None:
        super().__init__(data=known)
        self.business = business
        self.booking = booking
        self.bookings = bookings_of_visit(business.id, booking.visit)
        self.questions = asked_of(business.id, self.bookings)
        self.minimum_seconds = minimum_seconds
        if not any(it.guest > 1 for it in self.bookings):
            del self.guest_name

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether a person can have filled this in, and did so well."""
        is_well = super().validate(*args, **kwargs)
        given = {str(it.id): request.form.get(field_of(it), "") for it in self.questions}
        _answers, self.question_errors = check_answers(self.questions, given)
        if clock.now() - self.booking.created_at < timedelta(seconds=self.minimum_seconds):
            self.problem = gettext("That was very quick. Please press Book once more.")
        return is_well and not self.question_errors and not self.problem

    def answer(self, question: ServiceQuestion) -> str:
        """What was typed or chosen for a question."""
        return request.form.get(field_of(question), "")

    @property
    def wrong_answers(self) -> list[tuple[str, str, str]]:
        """For the summary of errors: the field, the question and what is wrong with its answer."""
        return [
            (field_of(it), it.label, error)
            for it in self.questions
            if (error := self.question_errors.get(str(it.id)))
        ]

    def back(self, shown: Unfinished, flow: str | None) -> dict[str, Any]:
        """The address of the choice that led here, the time that is held included."""
        wish, zone = shown.wish, self.booking.customer_zone
        starts_at = self.booking.appointment.starts_at
        query = {
            **written(wish.parts),
            "together": "no" if any(it.guest > 1 for it in wish.parts) and not wish.together else None,
            "places": wish.places if wish.places > 1 else None,
            "zone": zone,
            "date": local_date(starts_at, zone) if zone else self.booking.local_start.date(),
            "start": None if shown.later else self.held_start,
            "flow": flow,
        }
        return {name: value for name, value in query.items() if value is not None}

    @property
    def answers(self) -> dict[int | None, dict[str, dict[str, str]]]:
        """What was answered, by the service it is about."""
        of_service: dict[int | None, dict[str, dict[str, str]]] = {}
        for it in self.questions:
            answer, _errors = check_answers([it], {str(it.id): self.answer(it)})
            of_service.setdefault(it.service_id, {}).update(answer)
        return of_service

    def validate_phone(self, field: Any) -> None:
        if field.data and self._number() is None:
            raise ValidationError(gettext("That does not look like a phone number."))

    def validate_start(self, field: Any) -> None:
        try:
            field.data = read_start(field.data, self.business.zone) if field.data else None
        except NoSuchTime as refusal:
            raise ValidationError(str(refusal.message)) from refusal

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
            guest_name=self.guest_name.data if self.guest_name else None,
        )

    def _number(self) -> str | None:
        return read_phone(self.phone.data, self.business.country)
