"""Getting on the list, once, and for what can come free at all."""

from datetime import date, timedelta

import pytest
from flask import Flask

from app.appointments.allowing import allowance_of
from app.appointments.cancelling import cancel
from app.appointments.models import Appointment, Booking
from app.appointments.refusals import ServiceGone
from app.businesses.models import Business
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.notifications.models import Notification
from app.waitlist.ending import decline
from app.waitlist.jobs import pass_places_on
from app.waitlist.joining import (
    MOST_OPEN,
    NothingEarlier,
    StillFree,
    TooManyWishes,
    change,
    join,
    want_earlier,
    write_down,
)
from app.waitlist.line import ahead_of
from app.waitlist.models import WaitlistEntry
from app.waitlist.wishes import NotTheirService, OutsideWindow, Wanted, part_of_day
from tests.factories import ANNA, Shop, a_booking, a_class_date, a_shop, berlin, hire
from tests.notifications.messages import messages_of
from tests.waitlist.waiting import TUESDAY, a_full_day, all_sent, entries_of, offer_of, offers, takes, waits

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def shop(app: Flask) -> Shop:
    shop = a_shop(minutes=60)
    a_full_day(shop)
    return shop


def test_who_joins_is_a_customer_and_last_in_line(shop: Shop) -> None:
    first, second = waits(shop), waits(shop)
    assert (ahead_of(shop.business, first), ahead_of(shop.business, second)) == (0, 1)
    assert second.customer.name == "Grace Hopper"


def test_nobody_waits_for_what_is_free(shop: Shop) -> None:
    with pytest.raises(StillFree) as refused:
        waits(shop, until_on=date(2027, 3, 3))
    assert [it.wire for it in refused.value.times][:2] == [
        "2027-03-03T09:00:00+01:00",
        "2027-03-03T09:15:00+01:00",
    ]


def test_a_member_writes_somebody_down_all_the_same_and_they_are_offered_it(shop: Shop) -> None:
    wanted = Wanted(shop.service.id, TUESDAY, date(2027, 3, 3))
    contact = Contact("Grace Hopper", "grace@example.com")
    entry = write_down(shop.business, wanted, contact, key="a" * 16, by=ANNA, now=clock.now())
    assert offers(entry) == [("open", berlin("2027-03-03 09:00"))]


def told(shop: Shop) -> list[str]:
    """The kinds of messages to those who wait, in order."""
    return [it.kind for it in messages_of(shop.business.id) if it.kind.startswith("waitlist")]


def test_the_same_form_twice_joins_once_and_is_told_once(shop: Shop) -> None:
    wanted, contact = Wanted(shop.service.id, TUESDAY, TUESDAY), Contact("Grace", "grace@example.com")
    for _ in range(2):
        join(shop.business, wanted, contact, key="a" * 16, by=VISITOR, now=clock.now())
    assert (len(entries_of(shop, "grace@example.com")), told(shop)) == (1, ["waitlist_joined"])


def test_the_same_form_of_a_member_twice_writes_down_once(shop: Shop) -> None:
    wanted, contact = Wanted(shop.service.id, TUESDAY, TUESDAY), Contact("Grace", "grace@example.com")
    one, two = (
        write_down(shop.business, wanted, contact, key="a" * 16, by=ANNA, now=clock.now()) for _ in range(2)
    )
    assert (one.id, told(shop)) == (two.id, ["waitlist_joined"])


def test_whoever_asks_for_the_same_again_changes_nothing_and_the_link_is_mailed_once_more(
    shop: Shop, frozen
) -> None:
    first = waits(shop, email="grace@example.com")
    for name in ("Mallory", "Mallory once more"):
        assert waits(shop, email="grace@example.com", name=name).id == first.id
    assert (first.contact_name, told(shop)) == ("Grace Hopper", ["waitlist_joined"] * 2)
    frozen.shift(timedelta(hours=1))
    waits(shop, email="grace@example.com")
    assert told(shop) == ["waitlist_joined"] * 3


def test_another_wish_is_another_entry_and_leaves_the_first_as_it_is(shop: Shop) -> None:
    first = waits(shop, email="grace@example.com")
    again = waits(shop, email="grace@example.com", from_min=720, until_min=1020)
    assert again.id != first.id
    assert (first.from_min, first.until_min) == (0, 2880)
    assert told(shop) == ["waitlist_joined"] * 2


def test_a_member_rewrites_what_somebody_waits_for_on_such_days(shop: Shop) -> None:
    first = waits(shop, email="grace@example.com")
    wanted = Wanted(shop.service.id, TUESDAY, date(2027, 3, 9), from_min=720, until_min=1020)
    contact = Contact("Grace", "grace@example.com")
    again = write_down(shop.business, wanted, contact, key="a" * 16, by=ANNA, now=clock.now())
    assert (again.id, first.from_min, first.until_on) == (first.id, 720, date(2027, 3, 9))


def test_nobody_waits_for_everything_and_only_their_mail_says_so(shop: Shop) -> None:
    days = [date(2027, 3, 6) + timedelta(7 * week) for week in range(6)]
    days += [it + timedelta(1) for it in days]
    for day in days[:MOST_OPEN]:
        waits(shop, day=day, email="grace@example.com")
    wanted, contact = Wanted(shop.service.id, days[10], days[10]), Contact("Grace", "grace@example.com")
    for key in "ab":
        join(shop.business, wanted, contact, key=key * 16, by=VISITOR, now=clock.now())
    assert len(entries_of(shop, "grace@example.com")) == MOST_OPEN
    assert told(shop) == ["waitlist_joined"] * MOST_OPEN + ["waitlist_full"]
    with pytest.raises(TooManyWishes):
        write_down(shop.business, wanted, contact, key="c" * 16, by=ANNA, now=clock.now())


def test_who_waits_twice_for_the_same_service_is_offered_one_place_at_a_time(shop: Shop) -> None:
    one = waits(shop, email="grace@example.com")
    two = waits(shop, email="grace@example.com", until_min=1080)
    other = waits(shop)
    for hour in (11, 12):
        cancel(shop.business, of_hour(shop, hour), by=VISITOR, now=clock.now())
    assert [len(offers(it)) for it in (one, two, other)] == [1, 0, 1]
    cancel(shop.business, of_hour(shop, 13), by=VISITOR, now=clock.now())
    pass_places_on()
    assert [len(offers(it)) for it in (one, two, other)] == [1, 0, 1]
    decline(shop.business, offer_of(one), by=VISITOR, now=clock.now())
    assert offers(one) == [("declined", berlin("2027-03-02 11:00")), ("open", berlin("2027-03-02 13:00"))]


def test_what_cannot_be_had_is_not_waited_for(shop: Shop) -> None:
    other = hire(shop.business.id, "June")
    with pytest.raises(NotTheirService):
        waits(shop, person_id=other.resource_id)
    with pytest.raises(OutsideWindow):
        waits(shop, day=date(2027, 2, 28))
    with pytest.raises(OutsideWindow):
        waits(shop, day=date(2027, 9, 1))
    shop.service.bookable = False
    db.session.flush()
    with pytest.raises(ServiceGone):
        waits(shop)


def test_a_wish_can_be_changed_and_what_fits_it_now_is_offered(shop: Shop) -> None:
    entry = waits(shop)
    wanted = Wanted(shop.service.id, TUESDAY, date(2027, 3, 4), from_min=720, until_min=1020)
    change(shop.business, entry, wanted, by=VISITOR, now=clock.now())
    assert offers(entry) == [("open", berlin("2027-03-03 12:00"))]


def test_parts_of_the_day_have_names() -> None:
    assert part_of_day(0, 720) == "morning"
    assert part_of_day(0, 2880) == "any"
    assert part_of_day(600, 660) == "other"


def earlier(shop: Shop, booking: Booking, **wanted) -> WaitlistEntry:
    wish = Wanted(
        **({"service_id": shop.service.id, "from_on": date(2027, 3, 1), "until_on": TUESDAY} | wanted)
    )
    business = db.session.get_one(Business, shop.business.id)
    return want_earlier(business, booking, wish, by=VISITOR, now=clock.now())


def of_hour(shop: Shop, hour: int) -> Booking:
    those = db.session.query(Booking).filter_by(business_id=shop.business.id)
    return those.filter(Booking.live.is_(True), Booking.local_start == berlin_wall(hour)).one()


def berlin_wall(hour: int):
    return berlin(f"2027-03-02 {hour:02}:00").replace(tzinfo=None)


def test_somebody_who_is_booked_is_offered_an_earlier_time_and_their_own_goes_to_the_next(shop: Shop) -> None:
    a_full_day(shop, "2027-03-01", range(11, 18))
    booking, other = of_hour(shop, 15), waits(shop)
    first = earlier(shop, booking)
    leaves = of_hour(shop, 10)
    cancel(shop.business, leaves, by=VISITOR, now=clock.now())
    # The other one came first.
    assert (offers(other), offers(first)) == ([("open", berlin("2027-03-02 10:00"))], [])
    cancel(shop.business, of_hour(shop, 12), by=VISITOR, now=clock.now())
    last = waits(shop)
    offer = offer_of(first)
    all_sent()
    moved = takes(shop, offer)
    assert (moved.id, moved.status, moved.contact_email) == (booking.id, "confirmed", "guest15@example.com")
    recipients = [it.recipient for it in messages_of(shop.business.id) if it.kind == "booking_moved"]
    assert recipients == ["guest15@example.com"]
    at = db.session.get_one(Appointment, (shop.business.id, moved.appointment_id)).starts_at
    assert at == berlin("2027-03-02 12:00")
    assert moved.local_start == berlin_wall(12)
    assert moved.schedule_seq == 1
    assert first.status == "booked"
    assert offers(last) == [("open", berlin("2027-03-02 15:00"))]


@pytest.mark.parametrize(
    "policy",
    [{"most_moves": 1}, {"customers_move": False}, {"change_until_min": 72 * 60}],
    ids=["moved as often as they may", "not by themselves", "too late by themselves"],
)
def test_an_earlier_time_that_was_offered_is_no_move_of_their_own(shop: Shop, policy: dict) -> None:
    for name, value in policy.items():
        setattr(shop.business, name, value)
    booking = a_booking(shop, berlin("2027-03-03 09:00"), "mover@example.com")
    booking.moves = 1
    entry = earlier(shop, booking, from_on=TUESDAY, until_on=date(2027, 3, 3))
    cancel(shop.business, of_hour(shop, 16), by=VISITOR, now=clock.now())
    before = allowance_of(shop.business, [booking], clock.now()).against_moving
    assert before is not None
    takes(shop, offer_of(entry))
    assert (booking.moves, booking.appointment.starts_at) == (1, berlin("2027-03-02 16:00"))
    assert allowance_of(shop.business, [booking], clock.now()).against_moving == before


def test_who_takes_an_earlier_time_changes_it_until_as_long_before_that(shop: Shop, frozen) -> None:
    shop.business.change_until_min = 24 * 60
    booking = a_booking(shop, berlin("2027-03-04 09:00"), "mover@example.com")
    entry = earlier(shop, booking, from_on=TUESDAY, until_on=TUESDAY)
    cancel(shop.business, of_hour(shop, 16), by=VISITOR, now=clock.now())
    takes(shop, offer_of(entry))
    assert allowance_of(shop.business, [booking], clock.now()).until == berlin("2027-03-01 16:00")


def test_an_earlier_time_that_is_free_is_offered_at_once(shop: Shop) -> None:
    entry = earlier(shop, of_hour(shop, 15))
    assert offers(entry) == [("open", berlin("2027-03-01 10:30"))]
    again = earlier(shop, of_hour(shop, 15), from_min=720, until_min=2880)
    assert again.id == entry.id


def test_a_later_time_is_nothing_earlier(shop: Shop) -> None:
    a_full_day(shop, "2027-03-01", range(11, 18))
    entry = earlier(shop, of_hour(shop, 11))
    cancel(shop.business, of_hour(shop, 15), by=VISITOR, now=clock.now())
    assert offers(entry) == []


def test_who_cancels_what_they_have_waits_for_nothing_earlier(shop: Shop) -> None:
    a_full_day(shop, "2027-03-01", range(11, 18))
    entry = earlier(shop, of_hour(shop, 15))
    cancel(shop.business, of_hour(shop, 15), by=VISITOR, now=clock.now())
    assert entry.status == "expired"
    booking = db.session.query(Booking).filter_by(status="cancelled").one()
    with pytest.raises(NothingEarlier):
        earlier(shop, booking)


def test_what_is_kept_for_somebody_who_cancels_what_they_have_is_free_at_once(shop: Shop) -> None:
    booking = of_hour(shop, 15)
    entry = earlier(shop, booking)
    assert [status for status, _at in offers(entry)] == ["open"]
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    assert [status for status, _at in offers(entry)] == ["withdrawn"]
    assert entry.status == "expired"
    assert db.session.query(Booking).filter_by(business_id=shop.business.id, status="held").count() == 0


def test_a_place_in_a_class_is_exchanged_for_an_earlier_one(app: Flask) -> None:

    shop = a_shop(capacity=2, minutes=60)
    early, late = berlin("2027-03-02 10:00"), berlin("2027-03-03 10:00")
    for at in (early, late):
        a_class_date(shop, at)
    one = a_booking(shop, early, "one@example.com")
    a_booking(shop, early, "two@example.com")
    mine = a_booking(shop, late, "mine@example.com")
    entry = earlier(shop, mine, until_on=date(2027, 3, 3))
    cancel(shop.business, one, by=VISITOR, now=clock.now())
    takes(shop, offer_of(entry))
    dates = {
        it.starts_at: it.places_taken
        for it in db.session.query(Appointment).filter_by(business_id=shop.business.id)
    }
    assert dates == {early: 2, late: 0}
    assert db.session.query(Notification).filter_by(kind="waitlist_offer").count() == 1
