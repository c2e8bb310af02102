"""Every kind of message about the money of a visit, planned by the acts that plan it."""

from datetime import timedelta

from app.appointments.answering import accept
from app.appointments.cancelling import cancel
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Booking
from app.core import clock
from app.core.db import db
from app.notifications.models import Notification
from app.payments.applying import apply_refund_state
from app.payments.models import Payment, Refund
from app.payments.starting import start
from app.payments.stripe.answers import SentBack
from tests.appointments.paying import come_in, invoice_for, with_own_keys
from tests.factories import ANNA, Shop, a_booking, a_hold, a_membership, a_shop, a_user, berlin
from tests.notifications.messages import messages_of

FRIDAY = berlin("2027-03-05 10:00")


def every_money_mail(zone: str | None = None) -> tuple[Shop, dict[str, Notification]]:
    """A shop, and a message of each kind that its money knows; `zone` is the clock of its customers."""
    shop = a_shop(price_cents=6000, prepay="deposit", deposit_cents=2000, approval=True)
    with_own_keys(shop)
    shop.business.street, shop.business.city = "Lindenstraße 12", "Berlin"
    shop.business.email = "hello@salon.example"
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    kept, failing, late, gone, odd = (_accepted(shop, hour, zone) for hour in range(5))
    payments = {it.id: _begun(shop, it) for it in (kept, failing, late, gone, odd)}
    come_in(payments[kept.id])
    come_in(payments[failing.id], "requires_action", failure="Your card was declined.")
    come_in(payments[gone.id])
    come_in(payments[odd.id], received=1)
    cancel(shop.business, gone, by=ANNA, now=clock.now(), reason="Maya is away.")
    refund = Refund.query.filter_by(cause="cancelled").one()
    apply_refund_state(shop.business.id, refund.id, SentBack("re_1", "pending", 2000), clock.now())
    _second_refund_fails(shop)
    expire_dead_holds(shop.business.id, clock.now() + timedelta(hours=24))
    a_hold(shop, FRIDAY + timedelta(hours=2))
    come_in(payments[late.id])
    # What was over has been called off by now, and is looked at all the same.
    return shop, {it.kind: it for it in messages_of(shop.business.id) if it.kind.startswith("payment_")}


def _accepted(shop: Shop, hour: int, zone: str | None) -> Booking:
    booking = a_booking(shop, FRIDAY + timedelta(hours=hour), f"olivia{hour}@example.com")
    booking.customer_zone = zone
    db.session.flush()
    accept(shop.business, booking, by=ANNA, now=clock.now())
    return booking


def _begun(shop: Shop, booking: Booking) -> Payment:
    return start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())


def _second_refund_fails(shop: Shop) -> None:
    """The bank of somebody sends back what was given back."""
    refund = Refund.query.filter_by(cause="cancelled").one()
    failed = SentBack("re_1", "failed", 2000, failure="lost_or_stolen_card")
    apply_refund_state(shop.business.id, refund.id, failed, clock.now())
