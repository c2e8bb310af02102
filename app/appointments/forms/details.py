"""What a customer told the business when they booked, to be corrected."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.answer_fields import AnswerFields, field_of
from app.appointments.correcting import Correction, answer_of
from app.appointments.models import Booking
from app.businesses.models import Business
from app.i18n import LANGUAGES
from app.public_form import PublicForm
from app.services.asking import YES_NO
from app.services.models import ServiceQuestion
from app.text_fields import EmailLine, LineField, ParagraphField, PhoneLine


class DetailsForm(AnswerFields, PublicForm):
    """Name, contact, note and answers, beginning with what the bookings of the visit have."""

    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    email = EmailLine(_("E-mail"))
    phone = PhoneLine()
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
        return self.check_answers() and is_well

    def answer(self, question: ServiceQuestion) -> str:
        """What was typed or chosen for a question."""
        return str(self.sent.get(field_of(question), ""))

    @property
    def correction(self) -> Correction:
        """What is to be kept, cleaned: e-mail in lower case, phone as E.164."""
        return Correction(
            name=self.name.data or "",
            email=self.email.address,
            phone=self.phone.number,
            note=self.note.data,
            guest_name=self.guest_name.data if self.guest_name else None,
            questions=self.questions,
            answers=self.answers,
        )

    @property
    def _has_email(self) -> bool:
        """Who gave an address can give another one, not none: it is how they are reached."""
        return self.bookings[0].contact_email is not None

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
