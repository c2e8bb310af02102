"""A visit that was paid for is cancelled from two sides at once: the money goes back once."""

import pytest
import sqlalchemy as sa

from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core.db import db
from app.payments.models import Invoice, Refund
from tests.appointments.paid import paid
from tests.races import acts
from tests.races.clients import at_once, browser, next_open
from tests.races.crew import DONE, done
from tests.races.effort import ROUNDS
from tests.races.places import Place, a_place
from tests.serving import Served

pytestmark = pytest.mark.race
TEN = next_open(10, 4)
PAID = 3000


def pay(business: int, booking: int) -> None:
    found = db.session.get_one(Booking, (business, booking))
    paid(db.session.get_one(Business, business), found, PAID)


def a_paid_visit(served: Served) -> tuple[Place, int]:
    place = a_place(served, minutes=60)
    booking, _appointment = done(served, acts.book, place.business, place.wish(TEN))
    done(served, pay, place.business, booking)
    return place, booking


def money(served: Served, place: Place) -> tuple[list[int], int]:
    """What goes back, and what is kept."""
    with served.app.app_context():
        refunds = sa.select(Refund.amount_cents).filter_by(business_id=place.business)
        invoice = db.session.scalars(sa.select(Invoice).filter_by(business_id=place.business)).one()
        return list(db.session.scalars(refunds)), invoice.kept_cents


def cancelled_by_both(served: Served, crew, count: int = 2) -> tuple[list[str], list[int], int]:
    place, booking = a_paid_visit(served)
    sides = [acts.withdraw, acts.cancel] * count
    words = at_once([crew.act(served, it, place.business, booking) for it in sides[:count]])
    return [it.word for it in words], *money(served, place)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_customer_and_member_cancel_at_once_and_the_money_goes_back_once(served, crew, round_):
    words, refunds, kept = cancelled_by_both(served, crew, 4)
    assert set(words) <= {DONE, "ChangedMeanwhile"}
    assert (refunds, kept) == ([PAID], 0)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_form_sent_from_twenty_browsers_gives_back_once(served, round_):
    place, booking = a_paid_visit(served)
    with served.app.app_context(), served.app.test_request_context():
        token = receipt_token(db.session.get_one(Booking, (place.business, booking)))
    with browser(served.url) as client:
        form = {"parts": str(booking)}
        answers = at_once([lambda: client.post(f"/bookings/{token}/cancellation", data=form)] * 20)
    assert {it.status_code for it in answers} == {303}
    assert money(served, place) == ([PAID], 0)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_even_without_the_lock_the_money_goes_back_once(unguarded, crew, round_):
    """The invoice is locked, and a refund has a key, so that there is no negative control of the tests above."""
    _words, refunds, _kept = cancelled_by_both(unguarded, crew, 4)
    assert refunds == [PAID]
