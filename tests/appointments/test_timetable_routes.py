"""The times of a class and each of its dates, as managers use the pages."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.appointments.models import Appointment, Booking
from app.appointments.moving import move
from app.business_hours.away import add_days_off
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.schedule.models import ClassTime, ClassTimeResource
from app.schedule.serving import Server, put_away
from tests.factories import (
    BERLIN,
    a_booking,
    a_membership,
    a_shop,
    a_timetable,
    add_need,
    add_resource,
    add_service,
    berlin,
    hire,
    rooms_of,
    signed_in,
)
from tests.impact import decide as decide_all
from tests.reading import boxes, rows, soup
from tests.schedule.rows import TUESDAY

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2, capacity=3, minutes=60, advance_days=14)


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business, "owner").user)


def pages(shop):
    return f"/manage/{shop.business.slug}/services/{shop.service.id}"


def times(shop):
    return f"{pages(shop)}/timetable"


def given(shop, **more):
    form = {"weekday": "1", "starts": "18:00", "every": "1", "need-1-resource": shop.person.resource_id}
    return form | {name.replace("_resource", "-resource"): value for name, value in more.items()}


def dates():
    found = db.session.scalars(select(Appointment).order_by(Appointment.starts_at))
    return [f"{it.starts_at.astimezone(BERLIN):%a %d %H:%M}" for it in found if it.live]


def decide(browser, place, act, **form):
    """Send a form of a date's page as the page is now."""
    version = soup(browser.get(place)).select_one("[name=version]")
    return browser.post(f"{place}/{act}", data=({"version": version["value"]} if version else {}) | form)


def flashes(browser, shop):
    return boxes(browser.get(times(shop)))


def test_a_class_that_does_not_happen_yet_is_put_on_the_timetable(shop, owner):
    assert "It does not happen yet" in owner.get(times(shop)).text
    answer = owner.post(times(shop), data=given(shop))
    assert (answer.status_code, answer.location) == (303, times(shop))
    assert dates() == ["Tue 02 18:00", "Tue 09 18:00"]
    page = owner.get(times(shop))
    assert "2 new dates are open." in soup(page).select_one(".flashes").text
    first, second, third = rows(page)
    assert first == "Tuesday, 18:00 With Maya · next: Tue 2 Mar, Tue 9 Mar"
    assert second == "Tue 2 Mar, 18:00 with Maya · 0 of 3 places taken"
    assert third.startswith("Tue 9 Mar")


def test_dates_that_cannot_be_are_said_with_the_reason(shop, owner):
    maya = shop.person.resource_id
    add_days_off(shop.business.id, TUESDAY, TUESDAY, maya, by=SYSTEM, now=clock.now())
    owner.post(times(shop), data=given(shop))
    assert dates() == ["Tue 09 18:00"]
    said = flashes(owner, shop)
    assert said == [
        "1 new date is open.",
        "Not possible: Tue 2 Mar (away that day). They are tried again every hour.",
    ]


@pytest.mark.parametrize(("since", "day"), [("", "Tue 02 18:00"), ("2027-03-03", "Tue 09 18:00")])
def test_every_second_week_begins_with_the_first_day_there_is(shop, owner, since, day):
    assert owner.post(times(shop), data=given(shop, every="2", since=since)).status_code == 303
    assert dates() == [day]


def test_a_season_a_rota_and_a_room(shop, owner):
    [hall, loft] = rooms_of(shop, "Hall", "Loft")
    form = given(shop, need_2_resource="x") | {"need-2-resource": str(loft), "every": "2"}
    form |= {"since": "2027-03-05", "until": "2027-04-30"}
    assert owner.post(times(shop), data=form).status_code == 303
    row = db.session.scalars(select(ClassTime)).one()
    assert (row.rota_of, row.valid_from.isoformat(), row.valid_until.isoformat()) == (
        2,
        "2027-03-05",
        "2027-04-30",
    )
    assert dates() == ["Tue 09 18:00"], "the first Tuesday after the first day"
    taken = db.session.execute(select(ClassTimeResource.position, ClassTimeResource.resource_id)).all()
    assert sorted(map(tuple, taken)) == [(1, shop.person.resource_id), (2, loft)]
    assert rows(owner.get(times(shop)))[0].startswith(
        "Tuesday, every 2 weeks, 18:00 With Maya · Loft · until Fri 30 Apr"
    )
    assert hall


@pytest.mark.parametrize(
    ("field", "value"),
    [("starts", it) for it in ("", "24:00", "180", "18:60", "1_0:00", "-1:00", "１８:00")]
    + [("weekday", it) for it in ("7", "-1", "x", "")]
    + [("every", it) for it in ("0", "53", "1.5", "-1", "1_0", "x")]
    + [("since", it) for it in ("2027-02-30", "0001-01-01", "9999-12-31", "soon")]
    + [("until", it) for it in ("2027-02-28", "2027-02-30")]
    + [("need-1-resource", it) for it in ("", "999999", "x")],
)
def test_a_time_that_cannot_be_is_refused_and_stays_typed(shop, owner, field, value):
    answer = owner.post(times(shop), data=given(shop) | {field: value})
    assert answer.status_code == 422
    assert db.session.query(ClassTime).count() == 0
    if field in ("starts", "since", "until", "every"):
        assert soup(answer).select_one(f"#{field}")["value"] == value
        assert soup(answer).select_one(f"#{field}")["aria-invalid"] == "true"


def test_who_does_not_lead_it_is_no_choice(shop, owner):
    other = a_shop(capacity=3, minutes=60)
    stranger = hire(shop.business.id, "Cleaner").resource_id
    for person in (other.person.resource_id, stranger):
        answer = owner.post(times(shop), data=given(shop) | {"need-1-resource": str(person)})
        assert answer.status_code == 422


def test_nobody_who_could_lead_it_is_said_with_the_way_to_change_it(app):
    shop = a_shop(people=1, capacity=3, minutes=60)
    room = add_resource(shop.business.id, "space", "Hall")
    add_need(shop.business.id, shop.service.id, [Server(room.id)], "space")
    put_away(shop.business.id, room.id, by=SYSTEM, now=clock.now())
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    page = owner.get(times(shop))
    assert "Choose them in its settings first" in page.text
    assert soup(page).select_one(f".alert a[href='{pages(shop)}']")


def test_a_class_time_ends_and_booked_dates_are_named_first(shop, owner):
    class_time = a_timetable(shop).dates[0].class_time_id
    a_booking(shop, berlin("2027-03-09 18:00"))
    place = f"{times(shop)}/{class_time}/ending"
    page = owner.get(place)
    assert "1 date is booked" in page.text
    assert "the next page asks what becomes of each booking" in page.text
    assert "Tue 9 Mar" in page.text
    assert soup(page).select_one("#last_on")["value"] == "2027-03-01"
    for odd in ("", "2027-02-30", "never"):
        assert owner.post(place, data={"last_on": odd}).status_code == 422
    asked = owner.post(place, data={"last_on": "2027-02-28"})
    assert decide_all(owner, asked).location == times(shop)
    assert dates() == ["Tue 09 18:00"]
    assert flashes(owner, shop)[1] == "1 later date is booked and stands until you cancel it below."
    assert len(rows(owner.get(times(shop)))) == 1, "the time is gone, the booked date is there"


def test_a_date_is_cancelled_with_everybody_in_it_and_restored_empty(shop, owner):
    first = a_timetable(shop).dates[0]
    booking = a_booking(shop, berlin("2027-03-02 18:00"))
    place = f"{pages(shop)}/dates/{first.id}"
    page = owner.get(place)
    assert soup(page).select_one("h1").text.strip() == "Tuesday 2 March, 18:00"
    assert "1 of 3 places taken" in page.text
    assert "Cancel it and 1 booking" in page.text
    assert decide(owner, place, "cancellation", reason="x" * 301).status_code == 422
    assert decide(owner, place, "cancellation", reason="Maya is ill").location == times(shop)
    row = db.session.get_one(Booking, (booking.business_id, booking.id), populate_existing=True)
    assert (row.status, row.cancel_reason) == ("cancelled", "Maya is ill")
    assert "Cancelled" in soup(owner.get(times(shop))).select(".row")[1].text
    assert "This date is cancelled" in owner.get(place).text
    assert decide(owner, place, "restoration").location == times(shop)
    assert dates() == ["Tue 02 18:00", "Tue 09 18:00"]


def test_a_date_moves_and_a_time_that_is_taken_is_refused(shop, owner):
    first = a_timetable(shop).dates[0]
    a_timetable(shop, weekday=2, starts_min=10 * 60)
    place = f"{pages(shop)}/dates/{first.id}"
    assert decide(owner, place, "time", day="2027-03-04", starts="17:30").location == times(shop)
    assert "Thu 04 17:30" in dates()
    answer = decide(owner, place, "time", day="2027-03-03", starts="10:30")
    assert answer.status_code == 409
    assert "this class needs is taken" in soup(answer).select_one("#starts-error").text
    assert soup(answer).select_one("#starts")["value"] == "10:30"
    add_days_off(shop.business.id, date(2027, 3, 5), date(2027, 3, 5), by=SYSTEM, now=clock.now())
    answer = decide(owner, place, "time", day="2027-03-05", starts="10:30")
    assert answer.status_code == 422
    assert "The business is closed" in soup(answer).select_one("#starts-error").text
    for odd in (
        {"day": "2027-02-30", "starts": "10:00"},
        {"day": "2027-03-04"},
        {"day": "2027-03-28", "starts": "02:30"},
    ):
        assert decide(owner, place, "time", **odd).status_code == 422, odd
    assert "Thu 04 17:30" in dates()


def test_a_stand_in_leads_one_date(shop, owner):
    first = a_timetable(shop).dates[0]
    tomas = shop.people[1].resource_id
    place = f"{pages(shop)}/dates/{first.id}"
    assert decide(owner, place, "stand-in", person=tomas).location == times(shop)
    assert rows(owner.get(times(shop)))[1] == "Tue 2 Mar, 18:00 with Tomás · 0 of 3 places taken"
    assert soup(owner.get(place)).select_one("#person option[selected]")["value"] == str(tomas)
    stranger = hire(shop.business.id, "Cleaner").resource_id
    for odd in ("", "x", str(stranger), str(a_shop().person.resource_id)):
        assert decide(owner, place, "stand-in", person=odd).status_code == 422


def test_a_stand_in_who_is_busy_is_refused(shop, owner):
    first = a_timetable(shop).dates[0]
    other = a_timetable(shop, person=shop.people[1])
    assert other.dates
    place = f"{pages(shop)}/dates/{first.id}"
    answer = decide(owner, place, "stand-in", person=shop.people[1].resource_id)
    assert answer.status_code == 409
    assert soup(answer).select_one("#person-error")


def test_one_date_has_more_or_fewer_places(shop, owner):
    first = a_timetable(shop).dates[0]
    for email in ("a@example.com", "b@example.com", "c@example.com"):
        a_booking(shop, berlin("2027-03-02 18:00"), email)
    place = f"{pages(shop)}/dates/{first.id}"
    asked = decide(owner, place, "places", places="2")
    assert decide_all(owner, asked).location == times(shop)
    page = owner.get(times(shop))
    assert "3 of 2 places taken" in rows(page)[1]
    assert "Too full" in soup(page).select(".row")[1].text
    for odd in ("", "1", "0", "-1", "1.5", "10001", "1_0", "x"):
        assert decide(owner, place, "places", places=odd).status_code == 422


@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("time", {"day": "2027-03-04", "starts": "17:30"}),
        ("stand-in", {}),
        ("places", {"places": "2"}),
        ("cancellation", {}),
    ],
)
@pytest.mark.parametrize("says_which", [True, False])
def test_what_has_changed_meanwhile_is_looked_at_again(shop, owner, act, form, says_which):
    first = a_timetable(shop).dates[0]
    place = f"{pages(shop)}/dates/{first.id}"
    form |= {"person": shop.people[1].resource_id} if act == "stand-in" else {}
    form |= {"version": soup(owner.get(place)).select_one("[name=version]")["value"]} if says_which else {}
    a_booking(shop, berlin("2027-03-02 18:00"))
    before = dates()
    answer = owner.post(f"{place}/{act}", data=form)
    assert answer.status_code == 409
    assert "has changed meanwhile" in soup(answer).select_one("main .alert.bad").text
    assert "1 of 3 places taken" in answer.text
    assert (dates(), rows(owner.get(times(shop)))[1]) == (
        before,
        "Tue 2 Mar, 18:00 with Maya · 1 of 3 places taken",
    )
    again = soup(answer).select_one(f"form[action$='/{act}'] [name=version]")["value"]
    assert owner.post(f"{place}/{act}", data=form | {"version": again}).status_code == 303


def test_what_was_restored_and_cancelled_again_meanwhile_is_looked_at_again(shop, owner):
    first = a_timetable(shop).dates[0]
    place = f"{pages(shop)}/dates/{first.id}"
    decide(owner, place, "cancellation")
    stale = {"version": soup(owner.get(place)).select_one("[name=version]")["value"]}
    decide(owner, place, "restoration")
    decide(owner, place, "cancellation")
    answer = owner.post(f"{place}/restoration", data=stale)
    assert answer.status_code == 409
    assert "has changed meanwhile" in answer.text
    assert dates() == ["Tue 09 18:00"]


def test_a_stand_in_leaves_a_date_that_was_moved_meanwhile_where_it_is(shop, owner):
    first = a_timetable(shop).dates[0]
    move(shop.business, first, person_id=shop.people[1].resource_id, by=SYSTEM, now=clock.now())
    assert dates()[0] == "Tue 02 18:00"


@pytest.mark.parametrize(("which", "utc"), [("0", "00:30"), ("1", "01:30")])
def test_a_time_the_clocks_show_twice_is_asked_about_and_then_meant(app, frozen, which, utc):
    shop = a_shop(people=2, capacity=3, minutes=60, advance_days=300)
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    first = a_timetable(shop).dates[0]
    place = f"{pages(shop)}/dates/{first.id}"
    assert not soup(owner.get(place)).select("[name=which]")
    night = {"day": "2027-10-31", "starts": "02:30"}
    asking = decide(owner, place, "time", **night)
    assert asking.status_code == 422
    assert "show 02:30 twice" in soup(asking).select_one("#starts-error").text
    assert len(soup(asking).select("[name=which]")) == 2
    assert decide(owner, place, "time", **night, which=which).status_code == 303
    db.session.refresh(first)
    assert first.starts_at == datetime.fromisoformat(f"2027-10-31T{utc}:00+00:00")
    chosen = soup(owner.get(place)).select_one("[name=which][checked]")
    assert chosen["value"] == which, "the page says which of the two it is"


def test_what_is_over_can_only_be_looked_at(app, shop, frozen):
    first = a_timetable(shop).dates[0]
    frozen.move_to(berlin("2027-03-02 20:00"))
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    place = f"{pages(shop)}/dates/{first.id}"
    page = owner.get(place)
    assert "already over" in page.text
    assert not soup(page).select("main form")
    assert owner.post(f"{place}/cancellation").status_code == 409


def test_only_a_class_of_this_business_has_times_and_only_its_own(app, shop, owner):
    visit = a_shop()
    theirs = signed_in(app, a_membership(visit.business, "owner").user)
    assert theirs.get(times(visit)).status_code == 404
    first = a_timetable(shop).dates[0]
    for browser, at in ((theirs, visit), (owner, visit)):
        for path in (f"timetable/{first.class_time_id}/ending", f"dates/{first.id}"):
            assert browser.get(f"{pages(at)}/{path}").status_code == 404
    other = add_service(shop.business.id, "Pilates", minutes=60, price_cents=None, capacity=5)
    pilates = f"/manage/{shop.business.slug}/services/{other.id}"
    assert owner.get(f"{pilates}/timetable").status_code == 200
    for path in (f"timetable/{first.class_time_id}/ending", f"dates/{first.id}"):
        assert owner.get(f"{pilates}/{path}").status_code == 404
    booking = a_booking(visit, berlin("2027-03-02 10:00"))
    assert theirs.get(f"{pages(visit)}/dates/{booking.appointment_id}").status_code == 404


def test_the_number_of_statements_does_not_grow_with_times_and_dates(shop, owner, queries):
    counts = []
    for hours in ((18,), range(8, 17)):
        for hour in hours:
            a_timetable(shop, starts_min=hour * 60)
        owner.get(times(shop))
        with queries() as said:
            owner.get(times(shop))
        counts.append(len(said))
    assert counts[0] == counts[1] <= 14
