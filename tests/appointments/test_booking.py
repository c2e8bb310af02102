"""What members book for customers, in one step and as far as they may decide."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.appointments.booking import Decision, book
from app.appointments.models import Appointment, Booking
from app.appointments.overriding import overridable
from app.appointments.placing import Wish
from app.appointments.refusals import ImpossibleLength, NotOffered, SlotTaken
from app.audit.models import AuditEvent
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.loading import Part
from app.schedule.models import Allocation
from app.schedule.serving import Server
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute
from tests.factories import ANNA, a_booking, a_hold, a_shop, a_wish, add_need, add_service, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY = "2027-03-02 "
OLIVIA = Contact("Olivia Park", "olivia@example.com", "+4930123456")


def decided(**more):
    return Decision(OLIVIA, "book.example", **more)


def booked(shop, wish, **more):
    return book(shop.business, wish, decided(**more), by=ANNA, now=clock.now())


def second_service(shop, name="Beard", minutes=20, **columns):
    service = add_service(shop.business.id, name, minutes=minutes, price_cents=2000, **columns)
    add_need(shop.business.id, service.id, [Server(person.resource_id) for person in shop.people])
    return service


def taken_by(booking):
    rows = select(Allocation).filter_by(
        business_id=booking.business_id, appointment_id=booking.appointment_id, live=True
    )
    return list(db.session.scalars(rows.order_by(Allocation.starts_at)))


def test_a_member_books_and_the_booking_is_confirmed_at_once():
    shop = a_shop(before_min=5)
    [booking] = booked(shop, a_wish(shop, berlin(TUESDAY + "10:00")))
    assert (booking.status, booking.hold_id, booking.source) == ("confirmed", None, "staff")
    assert (booking.contact_name, booking.contact_phone) == (OLIVIA.name, OLIVIA.phone)
    assert booking.ics_uid == f"{booking.uid}@book.example"
    assert booking.confirmed_at == clock.now()
    assert booking.appointment.places_taken == 1
    assert booking.appointment.held_until is None
    assert [(it.starts_at, it.ends_at) for it in taken_by(booking)] == [
        (berlin(TUESDAY + "09:55"), berlin(TUESDAY + "10:30"))
    ]


def test_it_is_written_down_who_booked_despite_what_and_why():
    shop = a_shop()
    booked(
        shop, a_wish(shop, berlin(TUESDAY + "10:05")), despite=overridable("staff"), reason="A regular guest"
    )
    [event] = db.session.scalars(select(AuditEvent).filter_by(subject_kind="booking"))
    assert (event.action, event.actor_name, event.reason) == ("booking.confirmed", "Anna", "A regular guest")
    assert event.changes == {"status": [None, "confirmed"], "overridden": [None, ["off_grid"]]}


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        ("2027-03-02 10:05", Refusal.OFF_GRID),
        ("2027-03-02 20:00", Refusal.CLOSED),
        ("2027-03-01 09:30", Refusal.TOO_SOON),
        ("2027-06-01 10:00", Refusal.TOO_FAR),
    ],
)
def test_what_speaks_against_it_is_refused_unless_it_was_decided(at, refusal):
    shop = a_shop()
    wish = a_wish(shop, berlin(at))
    with pytest.raises(NotOffered):
        booked(shop, wish, despite=overridable("staff") - {refusal})
    assert db.session.scalar(select(Booking.id)) is None
    [booking] = booked(shop, wish, despite=overridable("staff"))
    assert booking.appointment.starts_at == berlin(at)


def test_only_a_manager_squeezes_a_visit_in_and_only_what_overlaps_is_unguarded():
    shop = a_shop(minutes=60)
    a_booking(shop, berlin(TUESDAY + "10:00"))
    wish = a_wish(shop, berlin(TUESDAY + "10:30"))
    with pytest.raises(SlotTaken):
        booked(shop, wish, despite=overridable("staff"))
    [booking] = booked(shop, wish, despite=overridable("manager"), reason="She is in pain")
    laid = [(it.starts_at, it.ends_at, it.overlap_ok) for it in taken_by(booking)]
    assert laid == [
        (berlin(TUESDAY + "10:30"), berlin(TUESDAY + "11:00"), True),
        (berlin(TUESDAY + "11:00"), berlin(TUESDAY + "11:30"), False),
    ]
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "11:00"))


def test_a_service_that_is_not_online_can_be_booked_by_members_but_not_one_put_away():
    shop = a_shop(bookable=False)
    wish = a_wish(shop, berlin(TUESDAY + "10:00"))
    with pytest.raises(NotOffered):
        a_hold(shop, berlin(TUESDAY + "10:00"))
    assert booked(shop, wish)
    shop.service.active = False
    db.session.flush()
    with pytest.raises(NotOffered):
        booked(shop, a_wish(shop, berlin(TUESDAY + "11:00")))


def test_a_customer_has_no_more_bookings_ahead_than_allowed_unless_a_member_says_so():
    shop = a_shop(customer_limit=1)
    booked(shop, a_wish(shop, berlin(TUESDAY + "10:00")))
    wish = a_wish(shop, berlin(TUESDAY + "12:00"))
    with pytest.raises(SlotTaken):
        booked(shop, wish, despite=overridable("manager") - {Refusal.LIMIT})
    assert booked(shop, wish, despite={Refusal.LIMIT})


def test_several_services_in_one_visit_follow_each_other_with_the_same_person_and_no_buffer_between():
    shop = a_shop(2, after_min=15)
    beard = second_service(shop, before_min=10, after_min=5)
    start = berlin(TUESDAY + "10:00")
    wish = Wish(shop.service.id, epoch_minute(start), then=(Part(beard.id),))
    cut, shave = booked(shop, wish)
    assert cut.visit == shave.visit
    assert (cut.service_name, shave.service_name) == ("Haircut", "Beard")
    assert [it.appointment.starts_at for it in (cut, shave)] == [start, start + timedelta(minutes=30)]
    assert cut.performer_name == shave.performer_name == "Maya"
    stretches = [(it.starts_at, it.ends_at) for part in (cut, shave) for it in taken_by(part)]
    assert stretches == [
        (start, start + timedelta(minutes=30)),
        (start + timedelta(minutes=30), start + timedelta(minutes=55)),
    ]


def test_a_visit_is_given_to_two_people_where_one_cannot_go_on_and_then_buffers_count():
    shop = a_shop(2, after_min=15)
    beard = second_service(shop, before_min=10)
    maya = shop.person
    a_booking(shop, berlin(TUESDAY + "10:45"), person=maya)
    start = epoch_minute(berlin(TUESDAY + "10:00"))
    wish = Wish(shop.service.id, start, maya.resource_id, then=(Part(beard.id),))
    cut, shave = booked(shop, wish)
    assert (cut.performer_name, shave.performer_name) == ("Maya", "Tomás")
    assert taken_by(cut)[0].ends_at == berlin(TUESDAY + "10:45")
    assert taken_by(shave)[0].starts_at == berlin(TUESDAY + "10:20")


def test_a_visit_is_booked_whole_or_not_at_all():
    shop = a_shop()
    beard = second_service(shop)
    a_booking(shop, berlin(TUESDAY + "10:30"))
    before = db.session.query(Appointment).count()
    with pytest.raises(SlotTaken):
        booked(shop, Wish(shop.service.id, epoch_minute(berlin(TUESDAY + "10:00")), then=(Part(beard.id),)))
    assert db.session.query(Appointment).count() == before


def test_another_business_has_no_such_service_or_person():
    shop, other = a_shop(), a_shop()
    with pytest.raises(LookupError):
        booked(shop, a_wish(other, berlin(TUESDAY + "10:00")))
    with pytest.raises(NotOffered):
        booked(shop, a_wish(shop, berlin(TUESDAY + "10:00"), other.person))


def test_the_number_of_statements_does_not_grow_with_the_people(queries):
    counts = []
    for people in (1, 6):
        shop = a_shop(people)
        db.session.commit()
        assert shop.business.zone
        assert shop.service.id
        wish = a_wish(shop, berlin(TUESDAY + "10:00"))
        with queries() as sent:
            booked(shop, wish)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 22


def test_two_places_in_a_chair_for_one_are_a_managers_decision():
    shop = a_shop()
    wish = replace(a_wish(shop, berlin(TUESDAY + "10:00")), places=2)
    with pytest.raises(SlotTaken):
        booked(shop, wish, despite=overridable("staff"))
    [booking] = booked(shop, wish, despite=overridable("manager"))
    assert (booking.appointment.places_taken, booking.appointment.overbooked) == (2, True)


def test_a_visit_of_several_services_is_for_one():
    shop = a_shop()
    beard = second_service(shop)
    start = epoch_minute(berlin(TUESDAY + "10:00"))
    with pytest.raises(SlotTaken):
        booked(shop, Wish(shop.service.id, start, places=2, then=(Part(beard.id),)))


def test_a_length_the_service_does_not_have_is_refused():
    shop = a_shop()
    start = epoch_minute(berlin(TUESDAY + "10:00"))
    with pytest.raises(ImpossibleLength):
        booked(shop, Wish(shop.service.id, start, end=start + 600))


@pytest.mark.parametrize("limit", ["daily_limit", "customer_limit"])
def test_the_same_service_twice_in_a_visit_counts_twice(limit):
    shop = a_shop(**{limit: 1})
    start = epoch_minute(berlin(TUESDAY + "10:00"))
    with pytest.raises(SlotTaken):
        booked(shop, Wish(shop.service.id, start, then=(Part(shop.service.id),)))
    setattr(shop.service, limit, 2)
    db.session.flush()
    assert len(booked(shop, Wish(shop.service.id, start, then=(Part(shop.service.id),)))) == 2
