"""What customers send: forms without a session. What makes them ours is a signed token in them or in their address."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from app.answer_fields import AnswerFields
from app.appointments.finding import bookings_of_visit
from app.appointments.unfinished import asked_of
from app.businesses.models import Business
from app.core.errors import DomainError
from app.public_form import NumberedFields
from app.text_fields import EmailLine, LineField, ParagraphField, PhoneLine, TrapField
from app.waitlist.forms.wish import WishForm
from app.waitlist.models import WaitlistEntry, WaitlistOffer


class ChangeForm(WishForm):
    """Somebody who waits wants something else; the address says who."""

    class Meta:
        csrf = False


class JoinForm(NumberedFields, WishForm):
    """Somebody wants to get on the list."""

    purpose = "waitlist_form"

    class Meta:
        csrf = False

    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address, so that we can reach you."))
    phone = PhoneLine()
    note = ParagraphField(_("Anything we should know?"), most=1000)
    website = TrapField()

    def __init__(self, business: Business, now: datetime, minimum_seconds: int = 0) -> None:
        super().__init__(business, now)
        self.read_number(business, now, minimum_seconds)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether a person can have filled this in, and did so well."""
        is_well = super().validate(*args, **kwargs)
        return self.check_number() and is_well


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
