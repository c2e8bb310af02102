"""Another time zone while things are ahead: what stays is asked before anything is saved."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from app.appointments.models import Appointment, Booking
from app.appointments.reminder_rules import Rule, add_rule
from app.audit.models import AuditEvent
from app.business_hours.models import TimeOff
from app.businesses.models import Business
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.feeds.models import OtherCalendar
from app.notifications.models import Notification
from app.schedule.models import Allocation
from tests.factories import (
    a_booking,
    a_class_date,
    a_hold,
    a_membership,
    a_shop,
    a_timetable,
    a_visit,
    berlin,
    set_week,
    signed_in,
)
from tests.impact import decide
from tests.reading import boxes, soup, words

ALWAYS = dict.fromkeys(range(7), [(0, 1440)])
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


def page(shop):
    return f"/manage/{shop.business.slug}/settings"


def ask(client, shop, zone="Asia/Tokyo", **more):
    """Send the form of the settings as it stands, with another zone."""
    form = soup(client.get(page(shop))).select_one("main form[method=post]")
    sent = {
        it["name"]: it.get("value", "") for it in form.select("input[name]") if it.get("type") != "checkbox"
    }
    for it in form.select("select"):
        chosen = it.select_one("option[selected]") or it.select_one("option")
        sent[it["name"]] = chosen["value"]
    return client.post(page(shop), data=sent | {"zone": zone} | more)


def choose(client, answer, what, **more):
    return decide(client, answer, zone_keep=what, **more)


def zone_of(shop):
    return db.session.get(Business, shop.business.id, populate_existing=True).zone


def again(booking):
    return db.session.get(Booking, (booking.business_id, booking.id), populate_existing=True)


def start_of(booking):
    db.session.expire_all()
    return again(booking).appointment.starts_at


def tokyo(text):
    return berlin(text).replace(tzinfo=TOKYO)


def taken_by(booking):
    rows = select(Allocation).filter_by(
        business_id=booking.business_id, appointment_id=booking.appointment_id
    )
    found = db.session.scalars(rows.order_by(Allocation.starts_at).execution_options(populate_existing=True))
    return [(it.resource_id, it.starts_at, it.ends_at, it.overlap_ok) for it in found]


def told(shop, kind="booking_moved", status="pending"):
    rows = select(Notification).filter_by(business_id=shop.business.id, kind=kind, status=status)
    return list(db.session.scalars(rows.order_by(Notification.id).execution_options(populate_existing=True)))


def silence(shop):
    db.session.execute(delete(Notification).filter_by(business_id=shop.business.id))


def test_it_says_what_is_ahead_and_saves_nothing(shop, manager):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    a_hold(shop, berlin("2027-03-02 12:00"))
    off = TimeOff(
        business_id=shop.business.id, starts_at=berlin("2027-03-03 14:00"), ends_at=berlin("2027-03-03 15:00")
    )
    db.session.add(off)
    db.session.flush()
    answer = ask(manager, shop, name="Sumiko")
    assert answer.status_code == 409
    assert words(soup(answer).h1) == "What stays when your clock changes?"
    counted = [words(it) for it in soup(answer).select(".alert li")]
    assert counted == [
        "1 booking",
        "1 stretch of time off",
        "1 time that is on hold for somebody, who chooses again",
    ]
    stays, becomes = (words(it) for it in soup(answer).select(".impact-examples"))
    assert stays == (
        "Olivia Park Tue 2 Mar, 10:00 stays Tue 2 Mar, 10:00 (Tue 2 Mar, 02:00 by the clock you have now)"
    )
    assert becomes == "Olivia Park Tue 2 Mar, 10:00 becomes Tue 2 Mar, 18:00"
    assert not soup(answer).select("input[type=radio][checked]")
    assert zone_of(shop) == "Europe/Berlin"
    assert start_of(booking) == berlin("2027-03-02 10:00")


def test_clock_times_stay_and_whoever_has_another_moment_hears_of_it_once(shop, manager):
    set_week(shop.business.id, ALWAYS)
    booking = a_booking(shop, berlin("2027-03-03 10:00"), person=shop.person)
    other = a_booking(shop, berlin("2027-03-03 10:30"), "ben@example.com", shop.person)
    silence(shop)
    assert choose(manager, ask(manager, shop), "clock").status_code == 303
    assert zone_of(shop) == "Asia/Tokyo"
    assert start_of(booking) == tokyo("2027-03-03 10:00")
    assert start_of(other) == tokyo("2027-03-03 10:30")
    assert taken_by(booking) == [
        (shop.person.resource_id, tokyo("2027-03-03 10:00"), tokyo("2027-03-03 10:30"), False)
    ]
    now = again(booking)
    assert (now.zone, now.schedule_seq, str(now.local_start)) == ("Asia/Tokyo", 1, "2027-03-03 10:00:00")
    assert sorted(it.recipient for it in told(shop)) == ["ben@example.com", "olivia@example.com"]
    # The same form once more changes nothing.
    assert ask(manager, shop).status_code == 303
    assert start_of(booking) == tokyo("2027-03-03 10:00")
    assert len(told(shop)) == 2


def test_the_move_is_in_the_history_of_each_appointment(shop, manager):
    set_week(shop.business.id, ALWAYS)
    booking = a_booking(shop, berlin("2027-03-03 10:00"))
    choose(manager, ask(manager, shop), "clock")
    moved = db.session.scalars(select(AuditEvent).filter_by(action="appointment.moved")).one()
    assert moved.subject_id == booking.appointment_id
    assert moved.changes["starts_at"] == ["2027-03-03 09:00:00+00:00", "2027-03-03 01:00:00+00:00"]


def test_nobody_is_told_who_is_not_to_be(shop, manager):
    set_week(shop.business.id, ALWAYS)
    a_booking(shop, berlin("2027-03-03 10:00"))
    silence(shop)
    choose(manager, ask(manager, shop), "clock", zone_tell=None)
    assert told(shop) == []


def test_moments_stay_and_nobody_is_told(shop, manager):
    set_week(shop.business.id, ALWAYS)
    booking = a_booking(shop, berlin("2027-03-03 10:00"), person=shop.person)
    silence(shop)
    before = taken_by(booking)
    assert choose(manager, ask(manager, shop), "moment").status_code == 303
    assert zone_of(shop) == "Asia/Tokyo"
    assert start_of(booking) == berlin("2027-03-03 10:00")
    assert taken_by(booking) == before
    now = again(booking)
    assert (now.zone, now.schedule_seq, str(now.local_start)) == ("Asia/Tokyo", 0, "2027-03-03 18:00:00")
    assert told(shop) == []


def test_hours_that_do_not_cover_what_is_booked_any_more_are_asked_about_next(shop, manager):
    early = a_booking(shop, berlin("2027-03-03 09:00"), person=shop.person)
    late = a_booking(shop, berlin("2027-03-03 12:00"), "ben@example.com", shop.person)
    silence(shop)
    asked = choose(manager, ask(manager, shop), "moment")
    assert asked.status_code == 409
    assert words(soup(asked).h1) == "1 booking is affected"
    # By the clock it would have: 12:00 in Berlin is 20:00 in Tokyo.
    assert words(soup(asked).select_one(".impact-when")) == "Wed 3 Mar, 20:00–20:30"
    assert zone_of(shop) == "Europe/Berlin"
    assert decide(manager, asked, {late.appointment_id: "cancel"}).status_code == 303
    assert zone_of(shop) == "Asia/Tokyo"
    assert (again(early).status, again(late).status) == ("confirmed", "cancelled")
    assert [it.recipient for it in told(shop, "booking_cancelled")] == ["ben@example.com"]


def test_reminders_by_the_clock_are_planned_anew_where_moments_stay(shop, manager):
    set_week(shop.business.id, ALWAYS)
    add_rule(shop.business, Rule(unit="days", amount=1, at_min=18 * 60), by=SYSTEM, now=clock.now())
    a_booking(shop, berlin("2027-03-05 10:00"))
    [before] = told(shop, "booking_reminder")
    assert before.send_at == berlin("2027-03-04 18:00")
    choose(manager, ask(manager, shop), "moment")
    [after] = told(shop, "booking_reminder")
    assert after.send_at == tokyo("2027-03-04 18:00")


def test_a_reminder_whose_hour_has_passed_by_the_new_clock_goes_at_once(shop, manager):
    set_week(shop.business.id, ALWAYS)
    add_rule(shop.business, Rule(unit="days", amount=1, at_min=18 * 60), by=SYSTEM, now=clock.now())
    a_booking(shop, berlin("2027-03-02 10:00"))
    choose(manager, ask(manager, shop), "moment")
    [reminder] = told(shop, "booking_reminder")
    assert reminder.send_at <= clock.now()


def test_reminders_follow_where_clock_times_stay(shop, manager):
    set_week(shop.business.id, ALWAYS)
    add_rule(shop.business, Rule(unit="hours", amount=24), by=SYSTEM, now=clock.now())
    a_booking(shop, berlin("2027-03-05 10:00"))
    choose(manager, ask(manager, shop), "clock")
    assert [it.send_at for it in told(shop, "booking_reminder")] == [tokyo("2027-03-04 10:00")]


@pytest.mark.parametrize(
    ("what", "begins"), [("clock", tokyo("2027-03-03 14:00")), ("moment", berlin("2027-03-03 14:00"))]
)
def test_time_off_in_hours_is_treated_like_bookings_and_days_off_stay_days(shop, manager, what, begins):
    hours = {"starts_at": berlin("2027-03-03 14:00"), "ends_at": berlin("2027-03-03 15:00")}
    days = {"first_on": date(2027, 3, 4), "last_on": date(2027, 3, 4)}
    db.session.add_all(TimeOff(business_id=shop.business.id, **it) for it in (hours, days))
    db.session.flush()
    choose(manager, ask(manager, shop), what)
    rows = select(TimeOff).order_by(TimeOff.id).execution_options(populate_existing=True)
    of_hours, of_days = db.session.scalars(rows)
    assert (of_hours.starts_at, of_hours.ends_at) == (begins, begins + timedelta(hours=1))
    assert of_days.first_on == date(2027, 3, 4)


@pytest.mark.parametrize("what", ["clock", "moment"])
def test_what_is_held_is_let_go(shop, manager, what):
    held = a_hold(shop, berlin("2027-03-03 10:00"))
    choose(manager, ask(manager, shop), what)
    assert again(held).status == "expired"


def test_a_class_nobody_has_booked_is_at_its_clock_time_in_either_case(app, frozen):
    shop = a_shop(capacity=8)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    empty, full = (a_class_date(shop, berlin(f"2027-03-0{day} 18:00")) for day in (2, 4))
    assert soup(ask(manager, shop)).select_one(".alert li").text == "2 dates of classes"
    a_booking(shop, berlin("2027-03-04 18:00"))
    assert choose(manager, ask(manager, shop), "moment").status_code == 303
    db.session.expire_all()
    starts = {it.id: it.starts_at for it in db.session.scalars(select(Appointment))}
    assert starts == {empty.id: tokyo("2027-03-02 18:00"), full.id: berlin("2027-03-04 18:00")}


def test_dates_of_a_timetable_move_with_their_class_time(app, frozen):
    shop = a_shop(capacity=8)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    dates = [it.id for it in a_timetable(shop).dates]
    assert choose(manager, ask(manager, shop), "clock").status_code == 303
    db.session.expire_all()
    rows = db.session.scalars(select(Appointment).where(Appointment.id.in_(dates))).all()
    assert {it.starts_at.astimezone(TOKYO).hour for it in rows} == {18}
    assert all(it.starts_at.astimezone(TOKYO).date() == it.class_on for it in rows)


def test_what_would_have_begun_by_the_new_clock_keeps_its_moment_and_it_is_said(shop, manager):
    set_week(shop.business.id, ALWAYS)
    soon = a_booking(shop, berlin("2027-03-01 14:00"))
    answer = ask(manager, shop)
    odd = [words(it) for it in soup(answer).select("section .impact-examples li")]
    assert odd == [
        "Olivia Park Mon 1 Mar, 14:00: has begun by that clock, so it keeps its moment and becomes 22:00."
    ]
    choose(manager, answer, "clock")
    assert start_of(soon) == berlin("2027-03-01 14:00")
    assert again(soon).zone == "Asia/Tokyo"


def test_a_clock_time_that_is_skipped_is_said_and_what_overlaps_then_is_decided_about(app, frozen):
    """Half past two is no time on the night of 28 March in Berlin, and three o'clock is taken."""
    shop = a_shop()
    shop.business.zone = "UTC"
    set_week(shop.business.id, ALWAYS)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    utc = ZoneInfo("UTC")
    skipped = a_booking(shop, berlin("2027-03-28 02:30").replace(tzinfo=utc))
    three = a_booking(shop, berlin("2027-03-28 03:00").replace(tzinfo=utc), "ben@example.com")
    answer = ask(manager, shop, "Europe/Berlin")
    odd = [words(it) for it in soup(answer).select("section .impact-examples li")]
    assert odd == ["Olivia Park Sun 28 Mar, 02:30: that clock skips it that day, so it begins at 03:00."]
    asked = choose(manager, answer, "clock")
    assert [words(it) for it in soup(asked).select(".impact-why")] == ["Overlaps with something else of Maya"]
    [affected] = soup(asked).select(".impact-item select")
    number = int(affected["id"].removeprefix("impact-of-"))
    assert decide(manager, asked, {number: "move"}).status_code == 303
    starts = {start_of(skipped), start_of(three)}
    assert len(starts) == 2
    assert {it[3] for booking in (skipped, three) for it in taken_by(booking)} == {False}


def test_somebody_who_books_meanwhile_is_shown_before_anything_is_saved(shop, manager):
    answer = ask(manager, shop) if a_booking(shop, berlin("2027-03-03 10:00")) else None
    late = a_booking(shop, berlin("2027-03-03 11:00"), "ben@example.com")
    shown = choose(manager, answer, "clock")
    assert shown.status_code == 409
    assert "Somebody booked, moved or cancelled meanwhile." in boxes(shown)[0]
    assert "2 bookings" in boxes(shown)[1]
    assert soup(shown).select_one("input[value=clock]").has_attr("checked")
    assert zone_of(shop) == "Europe/Berlin"
    assert choose(manager, shown, "clock").status_code == 303
    assert start_of(late) == tokyo("2027-03-03 11:00")


@pytest.mark.parametrize("sent", [None, "", "both", "clock:1"])
def test_what_is_no_choice_saves_nothing(shop, manager, sent):
    a_booking(shop, berlin("2027-03-03 10:00"))
    answer = decide(manager, ask(manager, shop), zone_keep=sent)
    assert answer.status_code == 422
    assert "Please choose one of the two." in boxes(answer)[0]
    assert zone_of(shop) == "Europe/Berlin"


def test_nothing_of_another_business_is_counted_or_moved(shop, manager):
    a_booking(shop, berlin("2027-03-03 10:00"))
    theirs = a_booking(a_shop(), berlin("2027-03-03 10:00"))
    answer = ask(manager, shop)
    assert "1 booking" in boxes(answer)[0]
    choose(manager, answer, "clock")
    assert start_of(theirs) == berlin("2027-03-03 10:00")


def test_what_is_over_is_history_and_keeps_the_clock_it_was_made_by(shop, manager):
    past = a_visit(shop.business, clock.now() - timedelta(days=3), status="completed")
    a_booking(shop, berlin("2027-03-03 10:00"))
    choose(manager, ask(manager, shop), "clock")
    assert start_of(past) == clock.now() - timedelta(days=3)
    assert again(past).zone == "Europe/Berlin"


def test_calendars_of_others_are_read_again(shop, manager):
    calendar = OtherCalendar(
        business_id=shop.business.id,
        resource_id=shop.person.resource_id,
        name="Mine",
        address=b"sealed",
        host="calendar.example",
        next_at=clock.now() + timedelta(minutes=10),
        etag="x",
        modified="y",
    )
    db.session.add(calendar)
    db.session.flush()
    assert ask(manager, shop).status_code == 303
    db.session.refresh(calendar)
    assert (calendar.next_at, calendar.etag, calendar.modified) == (clock.now(), None, None)


def test_how_much_is_ahead_makes_few_statements_more(shop, manager, queries):
    """Asking costs the same whatever is booked."""
    a_booking(shop, berlin("2027-03-03 10:00"), person=shop.person)
    with queries() as few:
        ask(manager, shop)
    for hour in range(11, 17):
        a_booking(shop, berlin(f"2027-03-03 {hour}:00"), f"guest{hour}@example.com", shop.person)
    with queries() as many:
        ask(manager, shop)
    assert len(many) == len(few)
