"""Who books."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField
from wtforms.validators import ValidationError

from app.answer_fields import AnswerFields
from app.appointments.choosing import written
from app.appointments.discounting import TypedCode
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.unfinished import Unfinished, asked_of
from app.businesses.models import Business
from app.core import clock
from app.core.errors import DomainError, NoSuchTime
from app.core.tries import TooManyTries
from app.customers.meeting import Contact
from app.orders.basket import Basket
from app.orders.checking_out import WithVisit
from app.orders.with_visits import OrderWithVisit
from app.payments.redeeming import LONGEST_CODE, CodeRefused
from app.public_form import PublicForm
from app.schedule.wall_clock import epoch_minute, local_date, read_start, write_start
from app.text_fields import EmailLine, LineField, ParagraphField, PhoneLine, TrapField


class ContactForm(AnswerFields, PublicForm):
    """Who books, and what the business asks. `start` is another time, when the one that was held is gone.

    `known` stands in the fields of somebody who is signed in.
    """

    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address, so that we can reach you."))
    phone = PhoneLine()
    note = ParagraphField(_("Anything we should know?"), most=1000)
    guest_name = LineField(_("Name of the second person"), most=120)
    start = RadioField(_("Another time"), validate_choice=False)
    code = LineField(_("Code"), most=LONGEST_CODE, too_long=_("That code is too long."))
    shown_discount = HiddenField()
    shown_basket = HiddenField()
    website = TrapField()

    basket = Basket()
    ordered: WithVisit | None = None
    left_out = False
    not_sold = False

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

    def order(self, basket: Basket, wanted: WithVisit | None) -> None:
        """Let a basket be booked with the visit, as `wanted` says what it comes to.

        Unless nobody knows yet whether the visit takes place (`left_out`), or it is not sold at all (`not_sold`).
        """
        is_asked = any(it.policy.get("approval") for it in self.bookings)
        self.basket, self.not_sold = basket, bool(basket.entries) and wanted is None
        self.left_out = wanted is not None and is_asked
        self.ordered = None if is_asked else wanted

    @property
    def companion(self) -> OrderWithVisit | None:
        """The order that is placed with the booking, once the form is valid.

        Also one that is not sold any more, where the page has shown it: then it is refused, and nothing is booked.
        """
        shown = _cents(self.shown_basket.data)
        if self.ordered is None and (shown is None or self.left_out):
            return None
        return OrderWithVisit(self.business, self.basket, shown, self.contact)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether a person can have filled this in, and did so well."""
        is_well = super().validate(*args, **kwargs)
        is_answered = self.check_answers()
        if clock.now() - self.booking.created_at < timedelta(seconds=self.minimum_seconds):
            self.problem = gettext("That was very quick. Please press Book once more.")
        if self._shown() and not self.code.data:
            self.code.errors = [gettext("You have removed the code. This is the price without it.")]
            is_well = False
        return is_well and is_answered and not self.problem

    @property
    def is_of_booker(self) -> bool:
        """Whether the address that was typed is the one it is booked with."""
        return (self.email.data or "").lower() == self.booking.contact_email

    def refuse(self, refusal: DomainError) -> "ContactForm":
        """Say beside the code what is wrong with it, everything else above the form."""
        if not isinstance(refusal, CodeRefused | TooManyTries):
            super().refuse(refusal)
            return self
        self.code.errors = [str(refusal.message)]
        self.refusal, self.headers = refusal, refusal.headers
        return self

    @property
    def typed_code(self) -> TypedCode | None:
        """The code that was typed, and what the page said that it takes off (minor units)."""
        return TypedCode(self.code.data, self._shown()) if self.code.data else None

    @property
    def code_to_judge(self) -> str:
        """The code, where whoever typed it may be told what it is worth."""
        return "" if isinstance(self.refusal, TooManyTries) else self.code.data or ""

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
            email=self.email.address,
            phone=self.phone.number,
            note=self.note.data,
            language=str(get_locale()).replace("_", "-"),
            guest_name=self.guest_name.data if self.guest_name else None,
        )

    def _shown(self) -> int | None:
        return _cents(self.shown_discount.data)


def _cents(shown: str | None) -> int | None:
    """An amount (minor units) as a page of ours has sent it; None for anything else."""
    written = shown or ""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 14 else None
