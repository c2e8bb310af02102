"""Hundreds of decisions in one transaction."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from app.appointments.impact.affected import affected, standings
from app.appointments.impact.around import Around
from app.appointments.impact.deciding import Decision, carry_out
from app.appointments.models import Appointment, Booking
from app.business_hours.away import add_days_off
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.customers.models import Customer
from app.schedule.models import Allocation
from tests.factories import ANNA, a_shop, berlin


def a_full_calendar(shop, count):
    """So many bookings of half an hour with the first person, eighteen on each weekday."""
    business, person = shop.business, shop.person.resource_id
    day, starts = berlin("2027-03-02 09:00"), []
    while len(starts) < count:
        if day.weekday() < 5:
            starts += [day + timedelta(minutes=30 * it) for it in range(18)]
        day += timedelta(1)
    starts, half, of = starts[:count], timedelta(minutes=30), {"business_id": business.id}
    who = Customer(business_id=business.id, name="Olivia Park")
    db.session.add(who)
    db.session.flush()
    rows = [
        {"service_id": shop.service.id, "starts_at": it, "ends_at": it + half, "places_taken": 1, **of}
        for it in starts
    ]
    added = insert(Appointment).returning(Appointment.id, sort_by_parameter_order=True)
    ids = db.session.scalars(added, rows).all()
    taken = [
        {"resource_id": person, "appointment_id": number, "starts_at": it, "ends_at": it + half, **of}
        for number, it in zip(ids, starts, strict=True)
    ]
    db.session.execute(insert(Allocation), taken)
    booked = [
        {
            "business_id": business.id,
            "appointment_id": number,
            "customer_id": who.id,
            "status": "confirmed",
            "service_name": "Haircut",
            "performer_name": "Maya",
            "minutes": 30,
            "total_cents": 4500,
            "currency": "EUR",
            "zone": business.zone,
            "local_start": it.replace(tzinfo=None),
            "contact_name": "Olivia Park",
            "contact_email": "olivia@guest.example",
        }
        for number, it in zip(ids, starts, strict=True)
    ]
    db.session.execute(insert(Booking), booked)
    db.session.flush()
    db.session.expunge_all()
    return list(ids)


def statements_of(shop, queries, count, what):
    """How many statements it takes to judge and do the same for so many."""
    ids = a_full_calendar(shop, count)
    business, now = db.session.get(Business, shop.business.id), clock.now()
    before = standings(business, Around(), now)
    days = date(2027, 3, 2), date(2027, 12, 2)
    add_days_off(business.id, *days, shop.person.resource_id, by=ANNA, now=now)
    found = affected(before, standings(business, Around(), now))
    assert len(found) == count
    decided = dict.fromkeys(
        ids, Decision(what, person=shop.people[1].resource_id if what == "give" else None)
    )
    with queries() as seen:
        carry_out(business, decided, tell=True, by=ANNA, now=now)
    return len(seen)


@pytest.mark.parametrize(("what", "most"), [("cancel", 4), ("give", 30)])
def test_each_more_costs_a_few_statements_more(app, frozen, queries, what, most):
    few, many = (statements_of(a_shop(2), queries, count, what) for count in (5, 25))
    assert (many - few) / 20 <= most
    shown = select(Booking.status).where(Booking.status == "cancelled")
    assert len(db.session.scalars(shown).all()) == (30 if what == "cancel" else 0)
