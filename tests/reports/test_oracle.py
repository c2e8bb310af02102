"""The figures of random bookings against the same worked out slowly, one booking after the other."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.business_hours.models import TimeOff
from app.core.db import db
from app.customers.models import Customer
from app.reports.clients import clients_of
from app.reports.frame import frame_of
from app.reports.losses import absentees_of, cancellations_of
from app.reports.people import resources_of, use_of
from app.reports.spans import Span
from app.reports.visits import KEPT, made_in, visits_of
from tests.factories import a_shop, a_visit, set_week

BERLIN = ZoneInfo("Europe/Berlin")
# Fridays end at two at night; on Sundays it is open while the clock changes.
WEEK = {0: [(540, 1080)], 2: [(540, 720), (780, 1080)], 4: [(600, 1560)], 6: [(0, 360)]}
STATUSES = (*("completed",) * 5, "confirmed", "no_show", "cancelled", "declined", "requested", "expired")
AWAY = date(2027, 3, 10)
NOW = datetime(2027, 4, 20, tzinfo=UTC)


def a_random_shop(seed):
    """Eighty visits of two people and seven customers from February to April, over a change of the clock."""
    draw = random.Random(seed)
    shop = a_shop(people=2)
    business = shop.business
    set_week(business.id, WEEK)
    db.session.add(
        TimeOff(business_id=business.id, resource_id=shop.people[0].resource_id, first_on=AWAY, last_on=AWAY)
    )
    begin = datetime(2027, 2, 20, tzinfo=UTC)
    bookings = []
    for hour in draw.sample(range(24 * 46), 80):
        starts_at, person = begin + timedelta(hours=hour), draw.choice(shop.people)
        status = draw.choice(STATUSES)
        it = a_visit(business, starts_at, status=status, minutes=draw.choice((15, 30, 60)), person=person)
        it.source, it.service_name = draw.choice(("web", "staff")), draw.choice(("Cut", "Colour"))
        it.created_at = starts_at - timedelta(hours=draw.randrange(2000))
        if status == "cancelled":
            it.cancelled_at = starts_at - timedelta(minutes=draw.randrange(-60, 20_000))
            it.cancelled_by = draw.choice(("customer", "member"))
            it.cancel_reason = draw.choice((None, "ill", " Ill. ", "no  time", "No time"))
        bookings.append((it, starts_at, person.resource_id))
    customers = [Customer(business_id=business.id, name=f"Customer {n}") for n in range(7)]
    db.session.add_all(customers)
    db.session.flush()
    customers[1].merged_into = customers[0].id
    customers[2].erased_at = NOW
    for it, _, _ in bookings:
        it.customer_id = draw.choice(customers).id
    db.session.flush()
    return shop, bookings, {it.id: it.merged_into or it.id for it in customers}


def business_day(at):
    """An evening of a Friday goes on until two."""
    local = at.astimezone(BERLIN)
    is_late = local.weekday() == 5 and local.hour < 2
    return local.date() - timedelta(days=1) if is_late else local.date()


def is_open(at, resource, away):
    day, local = business_day(at), at.astimezone(BERLIN)
    minute = local.hour * 60 + local.minute + (1440 if day != local.date() else 0)
    if resource == away and day == AWAY:
        return False
    return any(start <= minute < end for start, end in WEEK.get(day.weekday(), ()))


SPANS = [
    Span(date(2027, 3, 1), date(2027, 3, 31)),
    Span(date(2027, 3, 5), date(2027, 3, 5)),
    Span(date(2027, 3, 6), date(2027, 3, 28)),
    Span(date(2027, 2, 1), date(2027, 4, 30)),
]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.usefixtures("app")
def test_figures_are_those_of_one_booking_after_the_other(seed):
    shop, bookings, roots = a_random_shop(seed)
    for span in SPANS:
        unit = "week" if span.days > 5 else "day"
        frame = frame_of(shop.business, span, unit, [it.resource_id for it in shop.people])
        theirs = [it for it in bookings if span.first <= business_day(it[1]) <= span.last]
        check_visits(frame, theirs)
        check_made(frame, bookings)
        check_cancellations(frame, theirs)
        check_clients(frame, bookings, theirs, roots)
        check_absentees(frame, theirs, roots)
        check_use(frame, shop, bookings)


def check_visits(frame, theirs):
    found = visits_of(frame)
    for key, tallies in (("source", found.sources), ("service_name", found.services)):
        counted = Counter((getattr(it, key), it.status) for it, _, _ in theirs)
        assert {(name, status): n for name, of in tallies.items() for status, n in of.items()} == counted
    by_stretch = Counter((frame.places[business_day(at)], it.status) for it, at, _ in theirs)
    assert {(n, s): c for n, of in enumerate(found.stretches) for s, c in of.items()} == by_stretch
    hours = Counter(
        (it.local_start.weekday(), it.local_start.hour) for it, _, _ in theirs if it.status in KEPT
    )
    assert {key: n for key, n in found.hours.items() if n} == hours
    assert found.total.kept == sum(it.status in KEPT for it, _, _ in theirs)


def check_made(frame, bookings):
    days = [business_day(it.created_at) for it, _, _ in bookings]
    made = Counter(frame.places[day] for day in days if day in frame.places)
    assert dict(enumerate(made_in(frame))) == {n: made[n] for n in range(len(frame.stretches))}


def check_cancellations(frame, theirs):
    gone = [(it, at) for it, at, _ in theirs if it.status == "cancelled"]
    found = cancellations_of(frame)
    assert found.total == len(gone)
    assert found.late == sum(at - it.cancelled_at < timedelta(hours=24) for it, at in gone)
    assert found.by_whom == Counter(it.cancelled_by for it, _ in gone)
    reasons = Counter(
        " ".join((it.cancel_reason or "").lower().split()).rstrip(".") or None for it, _ in gone
    )
    told = Counter(
        {" ".join(key.lower().split()).rstrip(".") if key else None: n for key, n in found.reasons}
    )
    assert told == reasons


def check_clients(frame, bookings, theirs, roots):
    came = [(roots[it.customer_id], at) for it, at, _ in theirs if it.status in KEPT]
    ever = [(roots[it.customer_id], at) for it, at, _ in bookings if it.status in KEPT]
    first = {who: min(at for one, at in ever if one == who) for who, _ in ever}
    new = {who for who, at in came if first[who] == at}
    found = clients_of(frame, NOW)
    assert (found.total.all, found.total.new) == (len({who for who, _ in came}), len(new))
    for place, it in enumerate(found.stretches):
        here = {(who, at) for who, at in came if frame.places[business_day(at)] == place}
        assert it.all == len({who for who, _ in here})
        assert it.new == sum(first[who] == at for who, at in here)
    known = [who for who in new if first[who] + timedelta(days=90) <= NOW]
    assert found.watched == len(known)


def check_absentees(frame, theirs, roots):
    missed = Counter(roots[it.customer_id] for it, _, _ in theirs if it.status == "no_show")
    gone = {it.id for it in db.session.query(Customer).filter(Customer.erased_at.isnot(None))}
    assert {it.id: it.missed for it in absentees_of(frame)} == {
        who: n for who, n in missed.items() if who not in gone
    }


def check_use(frame, shop, bookings):
    use = use_of(frame, resources_of(shop.business.id))
    found = {it.id: sum((time.booked for time in those), 0) for it, those in use.times.items()}
    opened = {it.id: sum((time.open for time in those), 0) for it, those in use.times.items()}
    away, booked, there = shop.people[0].resource_id, Counter(), Counter()
    minute = frame.begins[0]
    while minute < frame.begins[-1]:
        for person in shop.people:
            there[person.resource_id] += 15 * is_open(minute, person.resource_id, away)
        minute += timedelta(minutes=15)
    for it, at, resource in bookings:
        if it.status in KEPT:
            ends = at + timedelta(minutes=it.minutes)
            inside = min(ends, frame.begins[-1]) - max(at, frame.begins[0])
            booked[resource] += max(0, int(inside.total_seconds() // 60))
    for person in shop.people:
        assert found.get(person.resource_id, 0) == booked[person.resource_id]
        assert opened.get(person.resource_id, 0) == there[person.resource_id]
