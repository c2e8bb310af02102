"""What a customer told the business when they booked, to be corrected."""

from collections.abc import Mapping, Sequence
from typing import Any

from email_validator import validate_email
from flask import request
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from app.appointments.correcting import Correction, answer_of
from app.appointments.flow.forms.contact import field_of
from app.appointments.flow.forms.public import PublicForm
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core.phones import read_phone
from app.i18n import LANGUAGES
from app.services.asking import YES_NO, check_answers
from app.services.models import ServiceQuestion
from app.text_fields import EmailLine, LineField, ParagraphField


class DetailsForm(PublicForm):
    """Name, contact, note and answers, beginning with what the bookings of the visit have."""

    question_errors: Mapping[str, str] = {}
    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    email = EmailLine(_("E-mail"))
    phone = LineField(_("Phone"), most=40, too_long=_("That number is too long."))
    guest_name = LineField(_("Name of the second person"), most=120)
    note = ParagraphField(_("Anything we should know?"), most=1000)

    def __init__(
        self, business: Business, bookings: Sequence[Booking], questions: Sequence[ServiceQuestion]
    ) -> None:
        self.business, self.bookings, self.questions = business, bookings, questions
        self.sent = request.form if request.method == "POST" else MultiDict(self._now())
        super().__init__(self.sent)
        if not any(it.guest > 1 for it in bookings):
            del self.guest_name
        self.email.flags.required = self._has_email

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether it can be kept like this."""
        is_well = super().validate(*args, **kwargs)
        if self._has_email and not self.email.data:
            wanted = gettext("Please enter your e-mail address, so that we can reach you.")
            self.email.errors = [*self.email.errors, wanted]
            is_well = False
        _answers, self.question_errors = self._checked()
        return is_well and not self.question_errors

    def validate_phone(self, field: Any) -> None:
        if field.data and self._number() is None:
            raise ValidationError(gettext("That does not look like a phone number."))

    def answer(self, question: ServiceQuestion) -> str:
        """What was typed or chosen for a question."""
        return str(self.sent.get(field_of(question), ""))

    @property
    def wrong_answers(self) -> list[tuple[str, str, str]]:
        """For the summary of errors: the field, the question and what is wrong with its answer."""
        return [
            (field_of(it), it.label, error)
            for it in self.questions
            if (error := self.question_errors.get(str(it.id)))
        ]

    @property
    def correction(self) -> Correction:
        """What is to be kept, cleaned: e-mail in lower case, phone as E.164."""
        email = self.email.data and validate_email(self.email.data, check_deliverability=False).normalized
        return Correction(
            name=self.name.data or "",
            email=email.lower() if email else None,
            phone=self._number(),
            note=self.note.data,
            guest_name=self.guest_name.data if self.guest_name else None,
            questions=self.questions,
            answers=self._checked()[0],
        )

    @property
    def _has_email(self) -> bool:
        """Who gave an address can give another one, not none: it is how they are reached."""
        return self.bookings[0].contact_email is not None

    def _checked(self) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
        return check_answers(self.questions, {str(it.id): self.answer(it) for it in self.questions})

    def _number(self) -> str | None:
        return read_phone(self.phone.data, self.business.country)

    def _now(self) -> dict[str, str]:
        """The fields as the visit has them."""
        first = self.bookings[0]
        found = {
            "name": first.contact_name,
            "email": first.contact_email,
            "phone": first.contact_phone,
            "note": next((it.note for it in self.bookings if it.note), None),
            "guest_name": next((it.guest_name for it in self.bookings if it.guest_name), None),
            **{field_of(it): _as_sent(it, answer_of(self.bookings, it)) for it in self.questions},
        }
        return {name: value for name, value in found.items() if value}


def _as_sent(question: ServiceQuestion, answer: str) -> str:
    """An answer as its field sends it: yes and no are kept as words of the language that was spoken then."""
    if question.kind != "yes_no":
        return answer
    for tag in LANGUAGES:
        with force_locale(tag.replace("-", "_")):
            for sent, word in YES_NO.items():
                if str(word) == answer:
                    return sent
    return ""
