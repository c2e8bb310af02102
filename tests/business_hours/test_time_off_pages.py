"""Closures, and time off of a person or a room, as they are edited."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.appointments.models import Booking
from app.business_hours.away import add_days_off, add_hours_off
from app.business_hours.models import TimeOff
from app.core.db import db
from tests.factories import (
    a_booking,
    a_business,
    a_membership,
    a_shop,
    a_user,
    add_resource,
    berlin,
    by_the_system,
    hire,
    set_week,
    signed_in,
)
from tests.impact import decide
from tests.reading import boxes, error, soup, words

PATH = "/manage/ann-salon/hours/time-off"
days_off, hours_off = by_the_system(add_days_off), by_the_system(add_hours_off)


@pytest.fixture
def business(app, frozen):
    return a_business("ann-salon")


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


def kept(business):
    found = select(TimeOff).filter_by(business_id=business.id).order_by(TimeOff.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def some_hours(on: str, since: str, until: str, **more: str) -> dict[str, str]:
    return {"kind": "hours", "on": on, "since": since, "until": until, **more}


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Pacific/Auckland", "2027-08-01T23:00+12:00", "2027-08-02T08:00+12:00"),
        ("America/Los_Angeles", "2027-08-01T20:00-07:00", "2027-08-02T08:00-07:00"),
    ],
)
def test_days_stand_between_hours_where_the_clocks_of_the_business_have_midnight(
    app, frozen, zone, before, after
):
    business = a_business(zone=zone)
    manager = a_membership(business, "manager").user
    hour = timedelta(hours=1)
    days_off(business.id, date(2027, 8, 2), date(2027, 8, 2), reason="The whole day")
    for start, reason in ((after, "In the morning"), (before, "In the evening")):
        starts_at = datetime.fromisoformat(start)
        hours_off(business.id, starts_at, starts_at + hour, reason=reason)
    path = f"/manage/{business.slug}/hours/time-off"

    def reasons():
        rows = soup(signed_in(app, manager).get(path)).select(".row")
        return [words(it).split(":00 ")[-1].split("2027 ")[-1] for it in rows]

    assert reasons() == ["In the evening", "The whole day", "In the morning"]
    frozen.move_to(datetime(2027, 8, 4, 12, tzinfo=UTC))
    assert reasons() == ["The whole day", "In the morning", "In the evening"]


def test_days_are_kept_listed_removed_and_put_back(business, manager):
    form = {"kind": "days", "first_on": "2027-08-02", "last_on": "2027-08-15", "reason": "Summer"}
    assert manager.post(PATH, data=form).headers["Location"] == PATH
    (off,) = kept(business)
    assert (off.first_on, off.last_on, off.reason) == (date(2027, 8, 2), date(2027, 8, 15), "Summer")
    page = manager.get(PATH)
    assert words(soup(page).select_one(".row")) == "Mon 2 Aug – Sun 15 Aug 2027 Summer"
    manager.post(f"{PATH}/{off.id}/removal")
    assert kept(business) == []
    assert "Removed: Mon 2 Aug – Sun 15 Aug 2027." in boxes(manager.get(PATH))[0]
    manager.post(f"{PATH}/return")
    (back,) = kept(business)
    assert (back.first_on, back.last_on, back.reason) == (date(2027, 8, 2), date(2027, 8, 15), "Summer")
    manager.post(f"{PATH}/return")
    assert len(kept(business)) == 1, "twice changes nothing"


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "days", "first_on": "2027-08-02", "last_on": "2027-08-15"},
        some_hours("2027-08-02", "9", "11:30", reason="Dentist"),
    ],
)
def test_two_clicks_on_put_it_back_do_so_once(business, manager, form):
    manager.post(PATH, data=form)
    manager.post(f"{PATH}/{kept(business)[0].id}/removal")
    as_sent_twice = manager.get_cookie("daybook").value
    manager.post(f"{PATH}/return")
    manager.set_cookie("daybook", as_sent_twice)
    assert manager.post(f"{PATH}/return").status_code == 303
    assert len(kept(business)) == 1


def test_a_single_day_needs_no_last_one(business, manager):
    manager.post(PATH, data={"kind": "days", "first_on": "2027-08-02", "on": "junk"})
    assert [(it.first_on, it.last_on) for it in kept(business)] == [(date(2027, 8, 2), date(2027, 8, 2))]


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [("9", "11:30", 2.5), ("22:00", "01:00", 3), ("9", "9", 24), ("20", "24:00", 4), ("0:00", "6", 6)],
)
def test_hours_are_those_of_the_wall(business, manager, since, until, hours):
    assert manager.post(PATH, data=some_hours("2027-08-02", since, until)).status_code == 303
    (off,) = kept(business)
    assert off.starts_at == berlin(f"2027-08-02 {int(since.split(':')[0]):02}:00")
    assert (off.ends_at - off.starts_at).total_seconds() == hours * 3600


def test_hours_are_removed_and_put_back_to_the_minute(business, manager):
    manager.post(PATH, data=some_hours("2027-08-02", "9", "11:30"))
    (off,) = kept(business)
    starts_at, ends_at = off.starts_at, off.ends_at
    manager.post(f"{PATH}/{off.id}/removal")
    assert "Mon 2 Aug 2027, 09:00 – 11:30" in boxes(manager.get(PATH))[1]
    manager.post(f"{PATH}/return")
    (back,) = kept(business)
    assert (back.starts_at, back.ends_at) == (starts_at, ends_at)


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({}, "kind", "choose one"),
        ({"kind": "weeks"}, "kind", ""),
        ({"kind": "days"}, "first_on", "first day"),
        ({"kind": "days", "first_on": "2027-02-30"}, "first_on", "no such day"),
        ({"kind": "days", "first_on": "2027-08-02", "last_on": "2027-08-01"}, "last_on", "before the first"),
        ({"kind": "days", "first_on": "2026-08-02", "last_on": "2026-08-03"}, "last_on", "over already"),
        ({"kind": "days", "first_on": "2027-08-02", "last_on": "2029-08-03"}, "last_on", "two years"),
        ({"kind": "days", "first_on": "2027-08-02", "reason": "x" * 121}, "reason", "120 characters"),
        (some_hours("", "9", "10"), "on", "choose a date"),
        (some_hours("2027-08-02", "", "10"), "since", "give a time"),
        (some_hours("2027-08-02", "9", "25:00"), "until", "not a time of day"),
        (some_hours("2027-02-28", "9", "10"), "until", "over already"),
        (some_hours("2027-03-28", "02:30", "05:00"), "since", "skip 02:30 on Sunday 28 March"),
        (some_hours("2027-03-28", "01:00", "02:00"), "until", "skip 02:00"),
        (some_hours("2027-10-31", "02:30", "05:00"), "since", "show 02:30 twice on Sunday 31 October"),
        (some_hours("2027-10-30", "22:00", "02:00"), "until", "show 02:00 twice on Sunday 31 October"),
    ],
)
def test_what_makes_no_time_off_is_said_and_kept(business, manager, form, field, sentence):
    page = manager.post(PATH, data=form)
    assert page.status_code == 422
    assert sentence in error(page, field)
    for name in ("first_on", "on", "since", "until", "reason"):
        assert soup(page).select_one(f"#{name}").get("value", "") == form.get(name, "")
    assert kept(business) == []


@pytest.mark.parametrize(("which", "utc"), [("0", "00:30"), ("1", "01:30")])
def test_an_hour_the_clock_shows_twice_is_asked_about_and_then_meant(business, manager, which, utc):
    form = some_hours("2027-10-31", "02:30", "05:00")
    asking = soup(manager.post(PATH, data=form))
    assert len(asking.select("[name=since_which]")) == 2
    assert not asking.select("[name=until_which]")
    assert manager.post(PATH, data=form | {"since_which": which}).status_code == 303
    (off,) = kept(business)
    assert off.starts_at == datetime.fromisoformat(f"2027-10-31T{utc}:00+00:00")


def test_both_ends_may_be_in_the_doubled_hour(business, manager):
    form = some_hours("2027-10-31", "02:15", "02:45", since_which="1", until_which="0")
    page = manager.post(PATH, data=form)
    assert page.status_code == 422
    assert "end after it begins" in error(page, "until")
    assert len(soup(page).select("[name=since_which], [name=until_which]")) == 4
    assert manager.post(PATH, data=form | {"until_which": "1"}).status_code == 303
    (off,) = kept(business)
    assert (off.ends_at - off.starts_at).total_seconds() == 1800


def test_what_is_booked_on_these_days_stays_is_said_and_listed(app, frozen):
    shop = a_shop()
    booked = [a_booking(shop, berlin(f"2027-03-0{day} 10:00"), f"g{day}@example.com") for day in (2, 3, 4)]
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    path = f"/manage/{shop.business.slug}/hours/time-off"
    asked = manager.post(path, data={"kind": "days", "first_on": "2027-03-02", "last_on": "2027-03-03"})
    assert kept(shop.business) == []
    answer = decide(manager, asked)
    (off,) = kept(shop.business)
    assert answer.headers["Location"] == f"{path}/{off.id}"
    page = manager.get(answer.headers["Location"])
    assert boxes(page)[0] == "Saved. 2 bookings in this time stay; new ones are not taken."
    assert "2 bookings in this time stay" in boxes(page)[1]
    listed = [words(it) for it in soup(page).select(".staying li")]
    assert listed == [f"{day}, 10:00 Olivia Park · Haircut · Maya" for day in ("Tue 2 Mar", "Wed 3 Mar")]
    assert {db.session.get(Booking, (it.business_id, it.id)).status for it in booked} == {"confirmed"}


def test_an_evening_that_goes_past_midnight_belongs_to_the_day_it_began(app, frozen):
    shop = a_shop()
    set_week(shop.business.id, {4: [(1200, 1620)], 5: [(1200, 1620)]})
    a_booking(shop, berlin("2027-03-06 00:30"))
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    path = f"/manage/{shop.business.slug}/hours/time-off"
    assert manager.post(path, data={"kind": "days", "first_on": "2027-03-06"}).headers["Location"] == path
    answer = decide(manager, manager.post(path, data={"kind": "days", "first_on": "2027-03-05"}))
    assert [words(it.a) for it in soup(manager.get(answer.headers["Location"])).select(".staying li")] == [
        "Sat 6 Mar, 00:30"
    ]


def test_past_ones_are_folded_away_and_forgotten_after_thirty_days(business, manager):
    days_off(business.id, date(2027, 2, 27), date(2027, 2, 28), reason="Yesterday")
    days_off(business.id, date(2027, 1, 1), date(2027, 1, 29), reason="Long ago")
    days_off(business.id, date(2027, 2, 1), date(2027, 3, 1), reason="Until today")
    hours_off(business.id, berlin("2027-03-01 08:00"), berlin("2027-03-01 10:00"), reason="This morning")
    hours_off(business.id, berlin("2027-03-01 09:00"), berlin("2027-03-01 10:01"), reason="Now")
    page = soup(manager.get(PATH))
    ahead = [words(it) for it in page.select(".stack > .rows .row-detail")]
    assert ahead == ["Until today", "Now"]
    assert [words(it) for it in page.select("details .row-detail")] == ["This morning", "Yesterday"]


def test_nobody_elses_time_off_is_found(business, manager):
    other, maya = a_business(), hire(business.id, "Maya").resource_id
    strange = days_off(other.id, date(2027, 8, 2), date(2027, 8, 3))
    hers = days_off(business.id, date(2027, 8, 2), date(2027, 8, 3), maya)
    for off in (strange, hers):
        assert manager.get(f"{PATH}/{off.id}").status_code == 404
        assert manager.post(f"{PATH}/{off.id}/removal").status_code == 404
    assert manager.get(f"/manage/ann-salon/staff/{maya}/hours/time-off/{hers.id}").status_code == 200


def test_who_works_here_looks_after_their_own_time_off_and_nobody_elses(app, business):
    user = a_user()
    june, maya = hire(business.id, "June", user_id=user.id), hire(business.id, "Maya")
    browser = signed_in(app, a_membership(business, "staff", user).user)
    own, hers = (f"/manage/ann-salon/staff/{it.resource_id}/hours" for it in (june, maya))
    form = {"kind": "days", "first_on": "2027-08-02"}
    assert browser.get(f"{own}/time-off").status_code == browser.get(f"{own}/time-off/new").status_code == 200
    assert browser.post(f"{own}/time-off", data=form).status_code == 303
    (off,) = kept(business)
    assert off.resource_id == june.resource_id
    assert browser.get(f"{own}/time-off/{off.id}").status_code == 200
    assert browser.post(f"{own}/time-off/{off.id}/removal").status_code == 303
    assert browser.post(f"{own}/time-off/return").status_code == 303
    assert len(kept(business)) == 1
    for path in (f"{hers}/time-off", PATH, own, f"{own}/special-days"):
        assert browser.get(path).status_code == 403, path
    assert browser.post(f"{hers}/time-off", data=form).status_code == 403
    assert browser.post(own, data={"keeps": "shop"}).status_code == 403


def test_a_room_is_taken_out_of_use(business, manager):
    room = add_resource(business.id, "space", "Bay one")
    path = f"/manage/ann-salon/rooms/{room.id}/hours/time-off"
    assert "In use all the time" in manager.get(path).text
    assert manager.post(path, data={"kind": "days", "first_on": "2027-08-02"}).status_code == 303
    assert [it.resource_id for it in kept(business)] == [room.id]
