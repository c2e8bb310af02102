"""What the engine is told by the database."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from app.business_hours.away import add_days_off
from app.business_hours.models import WeeklyHours
from app.businesses.models import Business
from app.core.actor import SYSTEM
from app.core.db import db
from app.schedule.facts import Facts, Hours, Member
from app.schedule.judging import choose, refusals
from app.schedule.loading import Part, load_facts, load_parts, with_taken_time
from app.schedule.models import Allocation, Resource, ServiceNeedStretch
from app.schedule.serving import Server
from app.schedule.slots import open_slots
from app.schedule.taken import Ignored
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute, local_date
from tests.conftest import NOW
from tests.factories import Shop, a_shop, add_need, add_resource, add_service, berlin
from tests.schedule.rows import TUESDAY, also_taken, booked, known, minutes, taken

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(("people", "days"), [(1, 1), (6, 60)])
def test_the_number_of_statements_is_fixed(people: int, days: int, queries: Any) -> None:
    shop = a_shop(people)
    db.session.flush()
    assert shop.business.zone  # A flush expires rows, and reading them again is not counted.
    assert shop.service.id
    with queries() as sent:
        facts = known(shop, last=TUESDAY + timedelta(days))
    assert len(sent) == 3
    with queries() as sent:
        known(shop, last=TUESDAY + timedelta(days), counts=True)
    assert len(sent) == 4
    with queries() as sent:
        with_taken_time(shop.business, [facts], NOW, counts=True)
    assert len(sent) == 2


def test_a_shop_is_known_well_enough_to_offer_its_times() -> None:
    shop = a_shop(2)
    found = open_slots(known(shop), [TUESDAY], NOW)[TUESDAY]
    assert found[0].start == epoch_minute(berlin("2027-03-02 09:00"))
    assert len(found) == 35
    assert found[0].free == (tuple(person.resource_id for person in shop.people),)


def test_a_service_of_another_business_is_not_found() -> None:
    shop, other = a_shop(), a_shop()
    with pytest.raises(LookupError):
        load_facts(shop.business, other.service.id, TUESDAY, TUESDAY, NOW)


def test_the_rules_of_a_service_are_read_with_their_version() -> None:
    shop = a_shop(minutes=40, step_min=20, before_min=5, after_min=10, capacity=3)
    before = known(shop)
    service = before.service
    assert (service.id, service.unit, service.minutes, service.step) == (shop.service.id, "visit", 40, 20)
    assert (service.before, service.after, service.capacity, service.price_cents) == (5, 10, 3, 4500)
    add_resource(shop.business.id, "space", "Chair")
    assert known(shop).rules_version == before.rules_version + 1


def test_a_service_may_have_its_own_notice_and_window() -> None:
    shop = a_shop()
    shop.business.notice_amount, shop.business.notice_unit, shop.business.advance_days = 90, "minutes", 30
    db.session.flush()
    assert _limits(known(shop)) == (90, "minutes", 30)
    shop.service.notice_amount, shop.service.notice_unit = 0, "days"
    db.session.flush()
    assert _limits(known(shop)) == (0, "days", 30)
    shop.service.advance_days = 0
    db.session.flush()
    assert _limits(known(shop)) == (0, "days", 0)


def test_what_a_business_changed_since_it_was_loaded_is_honoured() -> None:
    shop = a_shop()
    changed(shop, zone="Asia/Tokyo", notice_amount=1, notice_unit="days", advance_days=9)
    facts = known(shop)
    assert shop.business.zone == "Europe/Berlin"
    assert (facts.zone, _limits(facts)) == ("Asia/Tokyo", (1, "days", 9))
    nine = datetime(2027, 3, 2, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert open_slots(facts, [TUESDAY], NOW)[TUESDAY][0].start == epoch_minute(nine)


@pytest.mark.parametrize("hour", [0, 10, 11, 13, 23])
@pytest.mark.parametrize(
    ("was", "now"), [("Pacific/Kiritimati", "Etc/GMT+12"), ("Etc/GMT+12", "Pacific/Kiritimati")]
)
def test_a_start_can_be_judged_although_the_zone_of_its_day_has_changed(
    was: str, now: str, hour: int
) -> None:
    shop = a_shop()
    shop.business.zone = was
    start = datetime(2027, 3, 3, hour, 30, tzinfo=UTC)
    changed(shop, zone=now)
    facts = known(shop, local_date(start, was), counts=True)
    assert facts.zone == now
    assert set(refusals(facts, epoch_minute(start), NOW)) <= {Refusal.CLOSED, Refusal.OFF_GRID}


def changed(shop: Shop, **columns: object) -> None:
    """Somebody else edits the business, of which this session remembers what it has read."""
    assert shop.business.zone
    db.session.flush()
    edit = update(Business).where(Business.id == shop.business.id).values(**columns)
    db.session.execute(edit, execution_options={"synchronize_session": False})


def _limits(facts: Facts) -> tuple[int, str, int | None]:
    return facts.service.notice_amount, facts.service.notice_unit, facts.service.advance_days


def test_needs_come_in_order_with_members_lengths_prices_and_stretches() -> None:
    shop = a_shop()
    room = add_resource(shop.business.id, "space", "Room")
    slow = add_resource(shop.business.id, "staff", "Slow")
    add_need(shop.business.id, shop.service.id, [Server(room.id)], kind="space")
    add_need(shop.business.id, shop.service.id, [Server(slow.id, minutes=50, price_cents=6000)])
    for start, end in ((20, 30), (0, 10)):
        stretch = {"service_id": shop.service.id, "position": 2, "from_min": start, "to_min": end}
        db.session.add(ServiceNeedStretch(business_id=shop.business.id, **stretch))
    db.session.flush()
    first, second, third = known(shop).service.needs
    assert first.members == (Member(shop.person.resource_id, "Maya"),)
    assert (second.position, second.members, second.stretches) == (
        2,
        (Member(room.id, "Room"),),
        ((0, 10), (20, 30)),
    )
    assert third.members == (Member(slow.id, "Slow", 50, 6000),)


def test_somebody_who_left_performs_nothing_and_a_need_may_have_nobody() -> None:
    shop = a_shop(2)
    gone = db.session.get_one(Resource, (shop.business.id, shop.person.resource_id))
    gone.active = False
    db.session.flush()
    assert [it.resource for it in known(shop).service.performers] == [shop.people[1].resource_id]
    assert known(shop, only=(gone.id,)).service.performers == ()
    assert open_slots(known(shop, only=(gone.id,)), [TUESDAY], NOW) == {TUESDAY: []}


def test_a_service_without_needs_is_offered_by_nobody() -> None:
    shop = a_shop(0)
    assert open_slots(known(shop), [TUESDAY], NOW) == {TUESDAY: []}


def test_hours_of_another_season_are_known_so_that_somebody_is_off() -> None:
    shop = a_shop()
    summer = {"weekday": 1, "opens_min": 600, "closes_min": 900, "valid_from": date(2027, 6, 1)}
    db.session.add(WeeklyHours(business_id=shop.business.id, resource_id=shop.person.resource_id, **summer))
    db.session.flush()
    facts = known(shop)
    assert facts.hours[shop.person.resource_id] == (Hours(1, 600, 900, date(2027, 6, 1)),)
    assert len(facts.hours[None]) == 5
    assert open_slots(facts, [TUESDAY], NOW) == {TUESDAY: []}


def test_taken_time_is_read_with_its_edges_and_becomes_one_where_it_touches() -> None:
    shop = a_shop(2)
    taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 10:30"))
    taken(shop, berlin("2027-03-02 10:30"), berlin("2027-03-02 11:00"))
    taken(shop, berlin("2027-03-02 12:00"), berlin("2027-03-02 12:20"), resource=shop.people[1].resource_id)
    assert known(shop).busy == {
        shop.people[0].resource_id: [minutes("2027-03-02 10:00", "2027-03-02 11:00")],
        shop.people[1].resource_id: [minutes("2027-03-02 12:00", "2027-03-02 12:20")],
    }
    assert list(known(shop, only=(shop.people[1].resource_id,)).busy) == [shop.people[1].resource_id]


def test_time_taken_long_before_the_day_is_still_in_the_way() -> None:
    shop = a_shop()
    taken(shop, berlin("2026-03-01 00:00"), berlin("2027-03-02 10:00"))
    assert known(shop).busy[shop.person.resource_id] == [minutes("2026-03-01 00:00", "2027-03-02 10:00")]


def test_only_time_that_could_be_in_the_way_is_read() -> None:
    shop = a_shop(before_min=20, after_min=10)
    for start, end in [
        ("2027-03-01 20:00", "2027-03-01 23:40"),
        ("2027-03-01 23:40", "2027-03-01 23:41"),
        ("2027-03-04 00:39", "2027-03-04 00:40"),
        ("2027-03-04 00:40", "2027-03-04 02:00"),
    ]:
        taken(shop, berlin(start), berlin(end))
    assert known(shop).busy[shop.person.resource_id] == [
        minutes("2027-03-01 23:40", "2027-03-01 23:41"),
        minutes("2027-03-04 00:39", "2027-03-04 00:40"),
    ]


def test_a_minute_that_is_taken_in_part_is_taken() -> None:
    shop = a_shop()
    taken(shop, berlin("2027-03-02 10:00:40"), berlin("2027-03-02 10:29:20"))
    assert known(shop).busy[shop.person.resource_id] == [minutes("2027-03-02 10:00", "2027-03-02 10:30")]


def test_what_was_given_back_or_ran_out_is_not_in_the_way() -> None:
    shop = a_shop()
    taken(shop, berlin("2027-03-02 09:00"), berlin("2027-03-02 10:00"), live=False)
    taken(shop, berlin("2027-03-02 11:00"), berlin("2027-03-02 12:00"), held_until=NOW)
    assert known(shop, counts=True).busy == {}
    assert known(shop, counts=True).booked == {}
    taken(shop, berlin("2027-03-02 13:00"), berlin("2027-03-02 14:00"), held_until=NOW + timedelta(seconds=1))
    assert known(shop, counts=True).busy == {
        shop.person.resource_id: [minutes("2027-03-02 13:00", "2027-03-02 14:00")]
    }
    assert known(shop, counts=True).booked == {(shop.person.resource_id, TUESDAY): 1}


def test_ones_own_appointment_can_be_left_out() -> None:
    shop = a_shop()
    own = taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"))
    facts = known(shop, ignored=Ignored([own.id]), counts=True)
    assert facts.busy == {}
    assert facts.booked == {}


def test_a_squeezed_in_visit_is_in_the_way_like_any_other() -> None:
    shop = a_shop()
    taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"))
    other = taken(shop, berlin("2027-03-02 12:00"), berlin("2027-03-02 13:00"))
    squeezed = Allocation(
        business_id=shop.business.id,
        resource_id=shop.person.resource_id,
        appointment_id=other.id,
        starts_at=berlin("2027-03-02 10:30"),
        ends_at=berlin("2027-03-02 11:30"),
        overlap_ok=True,
    )
    db.session.add(squeezed)
    db.session.flush()
    assert known(shop).busy[shop.person.resource_id][0] == minutes("2027-03-02 10:00", "2027-03-02 11:30")


def test_taken_time_can_be_read_again_with_everything_else_kept() -> None:
    shop = a_shop()
    before = known(shop)
    taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"))
    [after] = with_taken_time(shop.business, [before], NOW)
    assert before.busy == {}
    assert after.busy == {shop.person.resource_id: [minutes("2027-03-02 10:00", "2027-03-02 11:00")]}
    assert (after.hours, after.service, after.booked) == (before.hours, before.service, None)


def test_bookings_are_counted_by_the_day_they_start_and_once_each() -> None:
    shop = a_shop(2)
    wednesday = TUESDAY + timedelta(1)
    visit = taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"))
    also_taken(shop, visit, berlin("2027-03-02 11:30"), berlin("2027-03-02 12:00"))
    taken(shop, berlin("2027-03-02 15:00"), berlin("2027-03-02 16:00"))
    taken(shop, berlin("2027-03-03 09:00"), berlin("2027-03-03 10:00"), resource=shop.people[1].resource_id)
    facts = known(shop, last=wednesday, counts=True)
    assert facts.booked == {
        (shop.people[0].resource_id, TUESDAY): 2,
        (shop.people[1].resource_id, wednesday): 1,
    }


def test_a_buffer_before_midnight_does_not_move_a_booking_to_the_day_before() -> None:
    shop = a_shop()
    _always_open(shop)
    visit = taken(shop, berlin("2027-03-02 23:00"), berlin("2027-03-02 23:01"))
    visit.starts_at, visit.ends_at = berlin("2027-03-03 00:10"), berlin("2027-03-03 01:00")
    db.session.flush()
    booked = known(shop, counts=True).booked
    assert booked == {(shop.person.resource_id, TUESDAY + timedelta(1)): 1}


def test_a_booking_of_the_night_counts_for_the_evening_it_belongs_to() -> None:
    shop = a_shop(2)
    _open(shop, weekday=1, opens=1200, closes=1620)
    taken(shop, berlin("2027-03-03 01:00"), berlin("2027-03-03 02:00"))
    facts = known(shop, counts=True)
    assert facts.booked == {(shop.people[0].resource_id, TUESDAY): 1}
    chosen = choose(facts, epoch_minute(berlin("2027-03-02 20:00")), NOW)
    assert chosen is not None
    assert chosen.resources == (shop.people[1].resource_id,)


def _open(shop: Shop, weekday: int, opens: int, closes: int) -> None:
    db.session.add(
        WeeklyHours(business_id=shop.business.id, weekday=weekday, opens_min=opens, closes_min=closes)
    )
    db.session.flush()


def _always_open(shop: Shop) -> None:
    for weekday in range(7):
        _open(shop, weekday, 0, 1440)


def test_another_business_knows_nothing_of_it() -> None:
    shop, other = a_shop(), a_shop()
    taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"))
    facts = known(other, counts=True)
    assert facts.busy == {}
    assert facts.booked == {}
    assert set(facts.hours) == {None}


def test_the_last_year_that_can_be_booked_still_fits() -> None:
    shop = a_shop()
    day = date(2100, 12, 29)
    start = datetime(2100, 12, 29, 10, tzinfo=UTC)
    taken(shop, start, start + timedelta(hours=1))
    assert known(shop, day).busy[shop.person.resource_id] == [(epoch_minute(start), epoch_minute(start) + 60)]


# Several services in one visit


def a_salon_of(*names: str, people: int = 2, **columns: object) -> tuple[Shop, list[int]]:
    """A shop whose people do these services too; the ids of all."""
    shop = a_shop(people)
    ids = [shop.service.id]
    for name in names:
        service = add_service(shop.business.id, name, minutes=60, price_cents=1, **columns)
        add_need(shop.business.id, service.id, [Server(it.resource_id) for it in shop.people])
        ids.append(service.id)
    db.session.flush()
    assert shop.business.zone
    return shop, ids


def loaded(shop: Shop, *parts: Part, last: date = TUESDAY, **more: Any) -> list[Facts]:
    return load_parts(shop.business, parts, TUESDAY, last, NOW, **more)


def test_the_parts_of_a_visit_come_in_the_order_asked_for_and_know_the_same() -> None:
    shop, (cut, colour, wash) = a_salon_of("Colour", "Wash", before_min=5)
    taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 10:30"))
    parts = loaded(shop, Part(wash), Part(cut), Part(colour), Part(cut), counts=True)
    assert [it.service.id for it in parts] == [wash, cut, colour, cut]
    assert [it.service.minutes for it in parts] == [60, 30, 60, 30]
    assert all(it.busy == parts[0].busy != {} for it in parts)
    assert all(it.booked == {(shop.person.resource_id, TUESDAY): 1} for it in parts)
    assert all(it.hours is parts[0].hours for it in parts)


@pytest.mark.parametrize(("people", "days", "services"), [(1, 1, 1), (1, 1, 4), (6, 62, 4)])
def test_several_services_take_as_many_statements_as_one(
    people: int, days: int, services: int, queries: Any
) -> None:
    shop, ids = a_salon_of(*"ABCDEF"[: services - 1], people=people)
    parts, last = [Part(it) for it in ids], TUESDAY + timedelta(days)
    with queries() as sent:
        facts = loaded(shop, *parts, last=last)
    assert len(sent) == 3
    with queries() as sent:
        loaded(shop, *parts, last=last, counts=True)
    assert len(sent) == 4
    with queries() as sent:
        with_taken_time(shop.business, facts, NOW, counts=True)
    assert len(sent) == 2


def test_classes_and_visits_together_take_five_statements_and_a_class_alone_four(queries: Any) -> None:
    shop, (cut, yoga) = a_salon_of("Yoga", capacity=8)
    with queries() as sent:
        loaded(shop, Part(cut), Part(yoga), counts=True)
    assert len(sent) == 5
    with queries() as sent:
        loaded(shop, Part(yoga), counts=True)
    assert len(sent) == 4
    with queries() as sent:
        loaded(shop, Part(yoga))
    assert len(sent) == 3


def test_each_part_is_left_to_those_asked_for() -> None:
    shop, (cut, colour) = a_salon_of("Colour")
    first, second = (it.resource_id for it in shop.people)
    parts = loaded(shop, Part(cut, (first,)), Part(colour, (second,)))
    assert [[it.resource for it in part.service.performers] for part in parts] == [[first], [second]]
    taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"), resource=second)
    assert all(set(it.busy) == {second} for it in loaded(shop, Part(cut, (first,)), Part(colour, (second,))))


def test_taken_time_behind_the_last_part_is_known() -> None:
    shop, (cut, colour) = a_salon_of("Colour")
    taken(shop, berlin("2027-03-04 01:20"), berlin("2027-03-04 01:29"))
    assert known(shop).busy == {}
    both = loaded(shop, Part(cut), Part(colour))
    assert [it.busy.get(shop.person.resource_id) for it in both] == [
        [minutes("2027-03-04 01:20", "2027-03-04 01:29")]
    ] * 2


def test_a_limit_of_one_part_brings_the_counts_of_all() -> None:
    shop, (cut, colour) = a_salon_of("Colour", daily_limit=3)
    visit = taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 10:30"))
    visit.service_id = colour
    booked(shop, visit)
    first, second = loaded(shop, Part(cut), Part(colour))
    assert first.booked == {(shop.person.resource_id, TUESDAY): 1}
    assert second.booked == {(shop.person.resource_id, TUESDAY): 1, (None, TUESDAY): 1}


def test_a_part_of_another_business_is_not_found() -> None:
    shop, (cut,) = a_salon_of()
    with pytest.raises(LookupError):
        loaded(shop, Part(cut), Part(a_shop().service.id))


def test_the_end_of_a_long_stay_is_known_to_every_part() -> None:
    shop, (cut, _) = a_salon_of("Colour")
    flat = {"unit": "night", "arrival": time(15), "departure": time(11), "max_units": 30}
    night = add_service(shop.business.id, "Flat", minutes=None, price_cents=1, **flat)
    add_need(shop.business.id, night.id, [Server(shop.person.resource_id)])
    taken(shop, berlin("2027-03-30 10:00"), berlin("2027-03-30 11:00"))
    assert known(shop).busy == {}
    assert [bool(it.busy) for it in loaded(shop, Part(cut), Part(night.id))] == [True, True]


def test_days_off_are_known_as_far_as_the_longest_part_needs_them() -> None:
    shop, (cut,) = a_salon_of()
    flat = {"unit": "night", "arrival": time(15), "departure": time(11), "max_units": 30}
    night = add_service(shop.business.id, "Flat", minutes=None, price_cents=1, **flat)
    far = TUESDAY + timedelta(25)
    add_days_off(shop.business.id, far, far, by=SYSTEM, now=NOW)
    assert known(shop).off == {}
    for parts in ((Part(cut), Part(night.id)), (Part(night.id), Part(cut))):
        assert [it.off for it in loaded(shop, *parts)] == [{None: {far}}] * 2


def test_a_night_is_read_with_its_clock_and_its_bounds() -> None:
    shop = a_shop()
    flat = {"unit": "night", "arrival": time(15, 30), "departure": time(11), "min_units": 2, "max_units": 14}
    night = add_service(shop.business.id, "Flat", minutes=None, price_cents=1, **flat)
    service = load_facts(shop.business, night.id, TUESDAY, TUESDAY, NOW).service
    assert (service.unit, service.arrival, service.departure) == ("night", 930, 660)
    assert (service.min_units, service.max_units, service.longest) == (2, 14, 15 * 1440)


def test_the_hour_is_read_with_its_step_and_its_bounds() -> None:
    shop = a_shop()
    hire = {"unit": "hour", "step_min": 30, "min_units": 2, "max_units": 8}
    court = add_service(shop.business.id, "Court", minutes=None, price_cents=1, **hire)
    service = load_facts(shop.business, court.id, TUESDAY, TUESDAY, NOW).service
    assert (service.unit, service.step, service.min_units, service.max_units) == ("hour", 30, 2, 8)
    assert (service.longest, service.minutes) == (240, None)


def test_what_is_asked_for_of_people_and_rooms_says_what_it_is() -> None:
    shop = a_shop()
    room = add_resource(shop.business.id, "space", "Room").id
    add_need(shop.business.id, shop.service.id, [Server(room)], kind="space", stretches=((0, 10), (20, 30)))
    first, second = known(shop).service.needs
    assert (first.kind, second.kind, second.stretches) == ("staff", "space", ((0, 10), (20, 30)))
