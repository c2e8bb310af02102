import pytest
from sqlalchemy import func, select, update

from app.appointments.expiring import expire_dead_holds
from app.appointments.holding import Visitor, deadline, hold
from app.appointments.limiting import HoldLimits
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.refusals import NotOffered, SlotTaken, TooManyHolds
from app.audit.models import AuditEvent
from app.businesses.locking import rules_changed
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.core.idempotency import IdempotencyKey
from app.schedule.models import Allocation
from app.services.models import Service
from tests.factories import a_booking, a_hold, a_shop, a_visitor, a_wish, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY = "2027-03-02 "


def count(model, **where):
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**where))


def test_a_hold_takes_the_time_of_the_person_and_its_buffers():
    shop = a_shop(before_min=10, after_min=15)
    booking = a_hold(shop, berlin(TUESDAY + "10:00"))
    [taken] = db.session.scalars(select(Allocation).filter_by(appointment_id=booking.appointment_id))
    assert (taken.starts_at, taken.ends_at) == (berlin(TUESDAY + "09:50"), berlin(TUESDAY + "10:45"))
    assert taken.resource_id == shop.person.resource_id
    assert deadline(booking) == clock.now() + (berlin(TUESDAY + "10:10") - berlin(TUESDAY + "10:00"))


def test_a_hold_keeps_what_was_promised():
    shop = a_shop(before_min=5, tax_bp=1900)
    booking = a_hold(shop, berlin(TUESDAY + "10:00"))
    assert (booking.service_name, booking.minutes, booking.before_min) == ("Haircut", 30, 5)
    assert (booking.total_cents, booking.currency, booking.tax_bp) == (4500, "EUR", 1900)
    assert booking.price_lines[0]["amount"] == 4500
    assert (booking.zone, booking.local_start.isoformat()) == ("Europe/Berlin", "2027-03-02T10:00:00")
    assert booking.performer_name == "Maya"


def test_an_own_price_and_length_of_a_person_are_charged_and_taken():
    shop = a_shop(people=0)
    from app.schedule.serving import Server
    from tests.factories import add_need, hire

    maya = hire(shop.business.id, "Maya")
    other = shop.service
    db.session.execute(db.text("DELETE FROM service_needs WHERE service_id = :id"), {"id": other.id})
    add_need(shop.business.id, other.id, [Server(maya.resource_id, minutes=50, price_cents=6000)])
    booking = a_hold(shop, berlin(TUESDAY + "10:00"))
    assert (booking.total_cents, booking.minutes) == (6000, 50)
    assert db.session.get(Appointment, (shop.business.id, booking.appointment_id)).ends_at == berlin(
        TUESDAY + "10:50"
    )


def test_two_customers_cannot_hold_the_same_chair():
    shop = a_shop()
    a_hold(shop, berlin(TUESDAY + "10:00"))
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "10:15"))


def test_a_refused_hold_leaves_no_row_behind():
    shop = a_shop()
    a_hold(shop, berlin(TUESDAY + "10:00"))
    db.session.commit()
    before = [count(model) for model in (Appointment, Allocation, Booking, Hold, IdempotencyKey, AuditEvent)]
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "10:00"))
    db.session.rollback()
    after = [count(model) for model in (Appointment, Allocation, Booking, Hold, IdempotencyKey, AuditEvent)]
    assert after == before


def test_a_raw_row_in_taken_time_is_refused_by_the_database_itself():
    shop = a_shop()
    held = a_hold(shop, berlin(TUESDAY + "10:00"))
    other = Appointment(
        business_id=shop.business.id,
        service_id=shop.service.id,
        starts_at=berlin(TUESDAY + "10:15"),
        ends_at=berlin(TUESDAY + "10:45"),
    )
    db.session.add(other)
    db.session.flush()
    from app.schedule.allocating import allocate
    from app.schedule.stretches import Stretch
    from app.schedule.wall_clock import epoch_minute

    start = epoch_minute(berlin(TUESDAY + "10:15"))
    overlapping = [Stretch(1, shop.person.resource_id, start, start + 30)]
    assert held.live
    assert not allocate(shop.business.id, other.id, overlapping)


def test_the_same_wish_again_leads_to_the_same_booking():
    shop, visitor = a_shop(), a_visitor()
    first = a_hold(shop, berlin(TUESDAY + "10:00"), visitor)
    again = a_hold(shop, berlin(TUESDAY + "10:00"), visitor)
    assert again.id == first.id
    assert count(Hold) == 1


def test_another_wish_gives_the_first_time_back():
    shop, visitor = a_shop(), a_visitor()
    first = a_hold(shop, berlin(TUESDAY + "10:00"), visitor)
    second = a_hold(shop, berlin(TUESDAY + "11:00"), visitor)
    assert (first.status, second.status) == ("expired", "held")
    assert count(Allocation, live=True) == 1
    a_hold(shop, berlin(TUESDAY + "10:00"))


def test_the_own_hold_does_not_stand_in_the_way_of_a_time_beside_it():
    shop, visitor = a_shop(), a_visitor()
    a_hold(shop, berlin(TUESDAY + "10:00"), visitor)
    moved = a_hold(shop, berlin(TUESDAY + "10:15"), visitor)
    assert moved.local_start.isoformat() == "2027-03-02T10:15:00"


def test_somebody_who_goes_back_to_their_first_choice_gets_it_again():
    shop, visitor = a_shop(), a_visitor()
    a_hold(shop, berlin(TUESDAY + "10:00"), visitor)
    a_hold(shop, berlin(TUESDAY + "11:00"), visitor)
    third = a_hold(shop, berlin(TUESDAY + "10:00"), visitor)
    assert third.status == "held"
    assert third.local_start.hour == 10
    assert count(Allocation, live=True) == 1


def test_when_the_new_time_is_taken_the_old_one_stays():
    shop, visitor = a_shop(), a_visitor()
    mine = a_hold(shop, berlin(TUESDAY + "10:00"), visitor)
    a_hold(shop, berlin(TUESDAY + "11:00"))
    db.session.commit()
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "11:00"), a_visitor())
    db.session.rollback()
    assert mine.status == "held"
    assert mine.live


def test_a_dead_hold_is_out_of_the_way_without_any_sweeper(frozen):
    shop = a_shop()
    first = a_hold(shop, berlin(TUESDAY + "10:00"))
    frozen.shift(600)
    second = a_hold(shop, berlin(TUESDAY + "10:00"))
    assert (first.status, second.status) == ("expired", "held")


def test_a_hold_is_alive_until_its_last_second(frozen):
    shop = a_shop()
    a_hold(shop, berlin(TUESDAY + "10:00"))
    frozen.shift(599)
    assert expire_dead_holds(shop.business.id, clock.now()) == 0
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "10:00"))


def test_anybody_is_the_person_with_the_fewest_bookings_that_day():
    shop = a_shop(people=2)
    maya, tomas = shop.people
    a_booking(shop, berlin(TUESDAY + "09:00"), person=maya)
    booking = a_hold(shop, berlin(TUESDAY + "11:00"))
    assert booking.performer_name == "Tomás"
    assert tomas.resource_id > maya.resource_id


def test_anybody_is_the_first_of_equals():
    assert a_hold(a_shop(people=3), berlin(TUESDAY + "11:00")).performer_name == "Maya"


def test_anybody_is_held_until_nobody_is_left():
    shop = a_shop(people=3)
    names = [a_hold(shop, berlin(TUESDAY + "11:00")).performer_name for _ in range(3)]
    assert sorted(names) == ["June", "Maya", "Tomás"]
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "11:00"))


@pytest.mark.parametrize(
    "at", ["2027-03-06 10:00", "2027-03-02 08:45", "2027-03-02 17:45", "2027-03-02 10:07"]
)
def test_a_time_the_shop_does_not_offer_is_refused_with_a_sentence(at):
    with pytest.raises(NotOffered) as refused:
        a_hold(a_shop(), berlin(at))
    assert str(refused.value.message).endswith(".")


def test_a_time_that_is_over_is_refused():
    with pytest.raises(NotOffered):
        a_hold(a_shop(), berlin("2027-03-01 09:30"))


def test_a_person_who_does_not_do_it_is_refused():
    shop, other = a_shop(), a_shop()
    wish = a_wish(shop, berlin(TUESDAY + "10:00"), other.person)
    with pytest.raises(NotOffered):
        hold(shop.business, wish, a_visitor(), by=VISITOR, now=clock.now())


def test_a_service_put_away_while_somebody_chose_it_is_refused(monkeypatch):
    shop = a_shop()
    import app.appointments.holding as holding

    look = holding.look

    def look_then_put_away(*args, **kwargs):
        facts = look(*args, **kwargs)
        shop.service.active = False
        rules_changed(shop.business.id)
        db.session.flush()
        return facts

    monkeypatch.setattr(holding, "look", look_then_put_away)
    with pytest.raises(NotOffered):
        a_hold(shop, berlin(TUESDAY + "10:00"))


def edit_unseen(shop, **columns):
    """Change the service as another process does: rows that are loaded already know nothing of it."""
    rules_changed(shop.business.id)
    changed = update(Service).filter_by(business_id=shop.business.id, id=shop.service.id).values(**columns)
    db.session.execute(changed.execution_options(synchronize_session=False))


def test_a_service_edited_before_its_rules_were_read_is_promised_as_it_is():
    shop = a_shop()
    edit_unseen(shop, price_cents=9900, name="Cut and care")
    booking = a_hold(shop, berlin(TUESDAY + "10:00"))
    assert (booking.total_cents, booking.service_name) == (9900, "Cut and care")


@pytest.mark.parametrize("column", ["active", "bookable"])
def test_a_service_taken_offline_before_its_rules_were_read_is_not_held(column):
    shop = a_shop()
    edit_unseen(shop, **{column: False})
    with pytest.raises(NotOffered):
        a_hold(shop, berlin(TUESDAY + "10:00"))


@pytest.mark.parametrize("limits", [HoldLimits(per_address=2), HoldLimits(per_address_and_business=2)])
def test_one_address_cannot_hold_everything(limits):
    shop = a_shop(people=3)
    for hour in (9, 10):
        a_hold(shop, berlin(f"{TUESDAY}{hour:02}:00"), Visitor(f"flow-{hour}" * 3, "198.51.100.1", limits))
    with pytest.raises(TooManyHolds):
        a_hold(shop, berlin(TUESDAY + "11:00"), Visitor("flow-of-the-third-one", "198.51.100.1", limits))
    assert a_hold(shop, berlin(TUESDAY + "11:00"), Visitor("flow-of-another-visitor", "198.51.100.2", limits))


def test_what_an_address_holds_at_one_business_counts_less_at_the_next():
    limits = HoldLimits(per_address_and_business=1)
    shop, next_door = a_shop(), a_shop()
    a_hold(shop, berlin(TUESDAY + "09:00"), Visitor("flow-of-somebody-here", "198.51.100.1", limits))
    assert a_hold(
        next_door, berlin(TUESDAY + "09:00"), Visitor("flow-of-somebody-there", "198.51.100.1", limits)
    )


def test_a_flow_keeps_as_many_holds_as_it_may_and_gives_the_oldest_back():
    shop = a_shop()
    visitor = a_visitor(limits=HoldLimits(per_flow=2))
    first, second, third = (a_hold(shop, berlin(f"{TUESDAY}{hour}:00"), visitor) for hour in (10, 11, 12))
    assert [it.status for it in (first, second, third)] == ["expired", "held", "held"]
    assert a_hold(shop, berlin(TUESDAY + "10:00"), a_visitor()).status == "held"
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "11:00"), a_visitor())


def test_a_booking_keeps_its_buffers_and_price_when_the_service_changes():
    shop = a_shop()
    booking = a_booking(shop, berlin(TUESDAY + "10:00"))
    shop.service.minutes, shop.service.price_cents, shop.service.after_min = 45, 9900, 30
    db.session.flush()
    later = a_hold(shop, berlin(TUESDAY + "12:00"))
    assert (booking.minutes, booking.total_cents) == (30, 4500)
    assert (later.minutes, later.total_cents) == (45, 9900)
    assert a_hold(shop, berlin(TUESDAY + "10:30"))


def test_a_held_booking_is_written_down():
    booking = a_hold(a_shop(), berlin(TUESDAY + "10:00"))
    [event] = db.session.scalars(select(AuditEvent).filter_by(subject_kind="booking"))
    assert (event.action, event.subject_id, event.actor_kind) == ("booking.held", booking.id, "visitor")
