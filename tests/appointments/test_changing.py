import pytest
from sqlalchemy import select

from app.appointments.changing import ChangedMeanwhile, change_status
from app.appointments.models import GIVES_BACK, KEEPS_TIME, TRANSITIONS, Booking
from app.appointments.statuses import WORDS
from app.audit.models import AuditEvent
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.factories import a_booking, a_hold, a_shop, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")


def test_every_status_keeps_its_time_or_gives_it_back_and_has_a_word():
    assert set(KEEPS_TIME) | set(GIVES_BACK) == set(TRANSITIONS) == set(WORDS)
    assert not set(KEEPS_TIME) & set(GIVES_BACK)


@pytest.mark.parametrize("was", TRANSITIONS)
def test_only_what_may_follow_a_status_can(was):
    booking = Booking(business_id=1, id=1, status=was)
    for to in set(TRANSITIONS) - set(TRANSITIONS[was]):
        with pytest.raises(ChangedMeanwhile):
            change_status(booking, to, by=SYSTEM, now=clock.now())
    assert booking.status == was


def test_a_change_lets_go_of_the_hold_and_says_from_what_to_what():
    shop = a_shop()
    booking = a_hold(shop, TEN)
    change_status(booking, "expired", by=SYSTEM, now=clock.now(), reason="nobody came")
    db.session.flush()
    event = db.session.scalars(select(AuditEvent).filter_by(action="booking.expired")).one()
    assert (booking.status, booking.hold_id) == ("expired", None)
    assert (event.changes, event.reason) == ({"status": ["held", "expired"]}, "nobody came")


def test_a_booking_that_came_is_done_and_may_turn_out_not_to_have_come():
    booking = a_booking(a_shop(), TEN)
    for to in ("completed", "no_show", "completed"):
        change_status(booking, to, by=SYSTEM, now=clock.now())
    db.session.flush()
    assert booking.live
