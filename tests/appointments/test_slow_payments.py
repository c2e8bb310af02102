"""A payment that takes days keeps its place: until it comes in or fails, for a week, and never beyond its start."""

from datetime import timedelta

import pytest

from app.appointments.answering import accept, accept_unpaid
from app.appointments.cancelling import cancel
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.refusals import SlotTaken
from app.appointments.slow_payments import KEPT_FOR_BANK, keep_on
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.payments.models import Refund
from app.payments.news import payment_on_its_way
from app.payments.starting import start
from tests.appointments.paying import a_deposit_shop, come_in, fresh, invoice_for
from tests.factories import ANNA, a_booking, a_hold, a_membership, a_user, berlin
from tests.notifications.messages import messages_of

pytestmark = pytest.mark.usefixtures("app", "frozen")
SOON, FAR = berlin("2027-03-05 10:00"), berlin("2027-03-26 10:00")
MINUTES, DAY = timedelta(minutes=30), timedelta(days=1)


@pytest.fixture
def shop(app):
    shop = a_deposit_shop()
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    return shop


@pytest.fixture
def booking(shop):
    return a_booking(shop, FAR)


@pytest.fixture
def payment(shop, booking):
    return begun(shop, booking)


@pytest.fixture
def slow(payment):
    return come_in(payment, "processing")


def begun(shop, booking):
    return start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())


def until(booking):
    """Until when it is kept, as its ticket and its time say."""
    booking = fresh(booking)
    ticket = db.session.get_one(Hold, (booking.business_id, booking.hold_id), populate_existing=True)
    at = db.session.get_one(
        Appointment, (booking.business_id, booking.appointment_id), populate_existing=True
    )
    assert at.held_until == ticket.expires_at
    return ticket.expires_at


def told(shop):
    return [(it.kind, it.recipient) for it in messages_of(shop.business.id) if it.status == "pending"]


def swept(shop):
    return expire_dead_holds(shop.business.id, clock.now())


def test_while_it_is_on_its_way_the_place_is_kept_for_a_week(shop, booking, slow, frozen):
    begin = clock.now()
    assert (KEPT_FOR_BANK, until(booking) - begin) == (7 * DAY, 7 * DAY)
    frozen.move_to(begin + 7 * DAY - timedelta(seconds=1))
    assert (swept(shop), fresh(booking).status) == (0, "pending_payment")
    with pytest.raises(SlotTaken):
        a_hold(shop, FAR)
    frozen.shift(1)
    assert (swept(shop), fresh(booking).status) == (1, "expired")
    assert a_hold(shop, FAR).status == "held"


def test_where_nobody_listens_it_lapses_in_the_middle_of_it(shop, booking, payment, frozen):
    """The negative control."""
    payment_on_its_way.disconnect(keep_on)
    try:
        come_in(payment, "processing")
    finally:
        payment_on_its_way.connect(keep_on)
    frozen.shift(MINUTES.total_seconds())
    assert (swept(shop), fresh(booking).status) == (1, "expired")


def test_it_is_never_kept_beyond_its_start(shop):
    booking = a_booking(shop, SOON)
    come_in(begun(shop, booking), "processing")
    assert until(booking) == SOON


def test_what_was_promised_is_not_made_shorter_by_a_start_that_is_near(shop, frozen):
    booking = a_booking(shop, SOON)
    frozen.move_to(SOON - timedelta(minutes=10))
    ticket = db.session.get_one(Hold, (shop.business.id, booking.hold_id))
    ticket.expires_at = said = clock.now() + timedelta(minutes=20)
    ticket.limit_at = said
    come_in(begun(shop, booking), "processing")
    assert until(booking) == said


def test_told_twice_it_is_kept_no_longer(shop, booking, slow, frozen):
    was = until(booking)
    frozen.shift(3600)
    come_in(slow, "processing")
    come_in(slow, "created")
    assert (until(booking), fresh(slow).status) == (was, "processing")


def test_it_counts_for_no_network_address_while_a_bank_is_at_work(shop, booking, payment):
    assert db.session.get_one(Hold, (shop.business.id, booking.hold_id)).address_key
    come_in(payment, "processing")
    assert db.session.get_one(Hold, (shop.business.id, booking.hold_id)).address_key is None


def test_when_it_comes_in_days_later_it_is_booked(shop, booking, slow, frozen):
    frozen.shift(5 * DAY.total_seconds())
    swept(shop)
    come_in(slow)
    assert (fresh(booking).status, Hold.query.count(), Refund.query.count()) == ("confirmed", 0, 0)
    assert [kind for kind, _to in told(shop) if kind == "booking_confirmed"] == ["booking_confirmed"]


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_when_it_fails_there_is_time_again_to_pay_in_another_way(shop, booking, slow, frozen, end):
    frozen.shift(3 * DAY.total_seconds())
    come_in(slow, end, failure="The account has too little money.")
    assert until(booking) - clock.now() == MINUTES
    assert told(shop) == [("payment_failed", "olivia@example.com")]
    [row] = [it for it in messages_of(shop.business.id) if it.kind == "payment_failed"]
    assert (row.send_at, row.expires_at) == (clock.now(), until(booking))
    other = begun(shop, booking)
    assert other.id != slow.id
    come_in(other)
    assert fresh(booking).status == "confirmed"


def test_told_twice_that_it_failed_there_is_no_more_time_and_one_message(shop, booking, slow, frozen):
    come_in(slow, "failed", failure="No.")
    was = until(booking)
    for status in ("failed", "cancelled", "created", "processing"):
        frozen.shift(60)
        come_in(slow, status, failure="No.")
    assert (until(booking), told(shop)) == (was, [("payment_failed", "olivia@example.com")])
    frozen.move_to(was)
    assert (swept(shop), fresh(booking).status) == (1, "expired")


def test_who_was_told_of_a_declined_card_is_told_of_the_bank_as_well(shop, booking, payment, frozen):
    come_in(payment, "created", failure="Your card was declined.")
    [row] = [it for it in messages_of(shop.business.id) if it.kind == "payment_failed"]
    row.status, row.sent_at = "sent", clock.now()
    come_in(payment, "processing")
    frozen.shift(DAY.total_seconds())
    come_in(payment, "failed", failure="No.")
    assert told(shop) == [("payment_failed", "olivia@example.com")]


def test_a_request_that_was_accepted_has_its_day_again(shop, frozen):
    shop.service.approval = True
    booking = a_booking(shop, FAR)
    accept(shop.business, booking, by=ANNA, now=clock.now())
    payment = come_in(begun(shop, booking), "processing")
    assert until(booking) - clock.now() == KEPT_FOR_BANK
    frozen.shift(3 * DAY.total_seconds())
    come_in(payment, "failed")
    assert until(booking) - clock.now() == DAY


def test_it_fails_close_to_its_start_and_is_not_kept_beyond_it(shop, frozen):
    booking = a_booking(shop, SOON)
    payment = come_in(begun(shop, booking), "processing")
    frozen.move_to(SOON - timedelta(minutes=5))
    come_in(payment, "failed")
    assert until(booking) == SOON


def test_cancelled_while_it_is_on_its_way_its_money_goes_back_when_it_comes(shop, booking, slow):
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    come_in(slow)
    assert (fresh(booking).status, Refund.query.one().amount_cents) == ("cancelled", 2000)


def test_cancelled_while_it_is_on_its_way_nobody_is_told_that_it_failed(shop, booking, slow):
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    before = told(shop)
    come_in(slow, "failed")
    assert (fresh(booking).status, told(shop), Hold.query.count()) == ("cancelled", before, 0)


def test_heard_of_after_the_place_was_given_back_it_stays_so(shop, booking, payment, frozen):
    frozen.shift(MINUTES.total_seconds())
    swept(shop)
    come_in(payment, "processing")
    assert (fresh(booking).status, Hold.query.count()) == ("expired", 0)
    come_in(payment)
    assert fresh(booking).status == "confirmed"


def test_heard_of_when_its_time_is_over_and_nobody_has_come_by_it_is_kept(shop, booking, payment, frozen):
    frozen.shift(MINUTES.total_seconds())
    come_in(payment, "processing")
    assert (swept(shop), until(booking) - clock.now()) == (0, KEPT_FOR_BANK)


def test_the_rest_of_what_is_booked_already_keeps_and_tells_nothing(shop, booking, payment):
    come_in(payment)
    rest = begun(shop, booking)
    before = told(shop)
    come_in(rest, "processing")
    come_in(rest, "failed")
    assert (fresh(booking).status, Hold.query.count(), told(shop)) == ("confirmed", 0, before)


def test_a_member_who_books_it_without_payment_waits_for_no_bank(shop, booking, slow):
    accept_unpaid(shop.business, booking, by=ANNA, now=clock.now())
    come_in(slow, "failed")
    assert (fresh(booking).status, Booking.query.count()) == ("confirmed", 1)
