"""What customers send: forms without a session. What makes them ours is a signed token in them or in their address."""

import secrets
from datetime import datetime
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField

from app.answer_fields import AnswerFields
from app.appointments.finding import bookings_of_visit
from app.appointments.unfinished import asked_of
from app.businesses.models import Business
from app.core import signing
from app.core.errors import DomainError
from app.customers.meeting import Contact
from app.text_fields import EmailLine, LineField, ParagraphField, PhoneLine, TrapField
from app.waitlist.forms.wish import WishForm
from app.waitlist.models import WaitlistEntry, WaitlistOffer

FORM_HOURS = 24


class ChangeForm(WishForm):
    """Somebody who waits wants something else; the address says who."""

    class Meta:
        csrf = False


class JoinForm(WishForm):
    """Somebody wants to get on the list. `form` is its signed number and when it was handed out."""

    class Meta:
        csrf = False

    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address, so that we can reach you."))
    phone = PhoneLine()
    note = ParagraphField(_("Anything we should know?"), most=1000)
    website = TrapField()
    form = HiddenField()

    def __init__(self, business: Business, now: datetime, minimum_seconds: int = 0) -> None:
        super().__init__(business, now)
        self.minimum_seconds = minimum_seconds
        signed = signing.read("waitlist_form", self.form.data or "", max_age_hours=FORM_HOURS)
        is_ours = bool(signed) and signed[0] == business.id
        self.number: str | None = signed[1] if is_ours else None
        self.issued: int = signed[2] if is_ours else 0

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether a person can have filled this in, and did so well."""
        is_well = super().validate(*args, **kwargs)
        if self.number is None:
            self.problem = gettext("This page was open for a very long time. Please send it once more.")
        elif self.now.timestamp() - self.issued < self.minimum_seconds:
            self.problem = gettext("That was very quick. Please send it once more.")
        return is_well and not self.problem

    @property
    def token(self) -> str:
        """The form's signed number: the one that came, or a new one."""
        if self.number is not None:
            return str(self.form.data)
        issued = int(self.now.timestamp())
        return signing.sign("waitlist_form", [self.business.id, secrets.token_urlsafe(12), issued])

    @property
    def contact(self) -> Contact:
        """Who waits, cleaned: e-mail in lower case, phone as E.164."""
        return Contact(
            name=self.name.data or "",
            email=self.email.address,
            phone=self.phone.number,
            note=self.note.data,
            language=str(get_locale()).replace("_", "-"),
        )


class TakeForm(AnswerFields, FlaskForm):
    """Yes to an offer, with what the business asks whoever books."""

    class Meta:
        csrf = False

    problem: Any = None

    def __init__(self, entry: WaitlistEntry, offer: WaitlistOffer) -> None:
        super().__init__()
        held = [it for it in bookings_of_visit(entry.business_id, offer.visit) if it.status == "held"]
        is_asked = bool(held) and entry.booking_id is None
        self.questions = asked_of(entry.business_id, held) if is_asked else []

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether all that has to be answered is."""
        return self.check_answers() and bool(super().validate(*args, **kwargs))

    def refuse(self, refusal: DomainError) -> "TakeForm":
        """Keep a refusal that belongs to no field."""
        self.problem = refusal.message
        return self
