"""How much one customer may have ahead, judged when they say who they are."""

import pytest

from app.appointments.cancelling import cancel
from app.appointments.confirming import confirm
from app.appointments.limiting import HoldLimits
from app.appointments.refusals import TooManyBookings, TooManyHolds
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from tests.factories import ANNA, a_booking, a_hold, a_shop, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY = "2027-03-02 "


def requested(shop, hour, email="olivia@example.com", limits=HoldLimits(per_contact=2)):  # noqa: B008
    booking = a_hold(shop, berlin(f"{TUESDAY}{hour}:00"))
    contact = Contact("Olivia Park", email)
    confirm(shop.business, booking, contact, by=VISITOR, now=clock.now(), host="b.example", limits=limits)
    return booking


def test_who_has_visits_waiting_for_an_answer_cannot_ask_for_ever_more():
    shop = a_shop(approval=True)
    first = requested(shop, 10)
    requested(shop, 11)
    with pytest.raises(TooManyHolds):
        requested(shop, 12)
    assert requested(shop, 13, "sam@example.com").status == "requested"
    cancel(shop.business, first, by=ANNA, now=clock.now())
    assert requested(shop, 14).status == "requested"


@pytest.mark.parametrize("whose", ["service", "business"])
def test_who_has_all_the_bookings_ahead_a_customer_may_have_is_told_so(whose, frozen):
    shop = a_shop()
    getattr(shop, whose).customer_limit = 1
    db.session.flush()
    a_booking(shop, berlin(TUESDAY + "10:00"))
    with pytest.raises(TooManyBookings):
        a_booking(shop, berlin(TUESDAY + "11:00"))
    assert a_booking(shop, berlin(TUESDAY + "12:00"), "sam@example.com")
    frozen.move_to(berlin(TUESDAY + "10:30"))
    assert a_booking(shop, berlin(TUESDAY + "14:00"))
