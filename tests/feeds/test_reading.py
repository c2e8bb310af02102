"""What a calendar program reads behind a link, taken apart by another library than the one that wrote it."""

import itertools
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject

from app.appointments.cancelling import cancel
from app.appointments.moving import move
from app.businesses.joining import join, leave
from app.core import clock
from app.core.actor import SYSTEM
from app.core.changes import will_change
from app.core.db import db
from app.feeds.making import make_feed, revoke_feed, rotate_feed, token_of
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import appointment_of
from tests.factories import (
    ANNA,
    Shop,
    a_booking,
    a_class_date,
    a_hold,
    a_membership,
    a_shop,
    a_visit,
    add_need,
    add_service,
    berlin,
    hire,
)

TEN = berlin("2027-03-02 10:00")
BERLIN = ZoneInfo("Europe/Berlin")
pytestmark = pytest.mark.usefixtures("frozen")
_readings = itertools.count(1)


@pytest.fixture
def shop(app):
    return a_shop(people=2)


@pytest.fixture
def owner(shop):
    return a_membership(shop.business)


@pytest.fixture
def browser(app):
    return app.test_client()


def a_feed(membership, resource_id=None, detail="full"):
    return make_feed(membership, resource_id, detail, by=ANNA, now=clock.now())


def address(feed):
    return f"/feeds/{token_of(feed)}.ics"


def read(answer):
    """vobject remembers zones by name, so each file names its own anew."""
    assert answer.status_code == 200
    return vobject.readOne(re.sub("TZID([=:])", f"TZID\\1X{next(_readings)}-", answer.text))


def events(browser, feed):
    return list(read(browser.get(address(feed))).contents.get("vevent", []))


def test_a_booking_says_who_comes_for_what(browser, shop, owner):
    booking = a_booking(shop, TEN)
    booking.contact_phone = "+49 30 123456"
    (event,) = events(browser, a_feed(owner, shop.person.resource_id))
    assert event.summary.value == "Haircut · Olivia Park"
    assert event.dtstart.value == TEN
    assert event.dtstart.value.tzinfo is not None
    assert event.dtend.value == TEN + timedelta(minutes=30)
    page = f"http://localhost:8000/manage/{shop.business.slug}/appointments/{booking.appointment_id}"
    assert event.description.value == f"Olivia Park, +49 30 123456\n{page}"
    assert event.url.value == page
    assert event.status.value == "CONFIRMED"


def test_busy_says_nothing_else(browser, shop, owner):
    a_booking(shop, TEN)
    answer = browser.get(address(a_feed(owner, shop.person.resource_id, "busy")))
    assert not re.search("Olivia|Haircut|appointments|olivia", answer.text)
    (event,) = read(answer).vevent_list
    assert event.summary.value == "Busy"
    assert event.contents["class"][0].value == "PRIVATE"
    assert set(event.contents) == {
        *("uid", "sequence", "dtstamp", "dtstart", "dtend", "status", "transp", "summary", "class"),
    }


def test_the_whole_business_names_who_does_it(browser, shop, owner):
    a_booking(shop, TEN, person=shop.people[0])
    a_booking(shop, TEN, email="b@example.com", person=shop.people[1])
    summaries = {it.summary.value for it in events(browser, a_feed(owner))}
    assert summaries == {"Haircut · Olivia Park, with Maya", "Haircut · Olivia Park, with Tomás"}
    (hers,) = events(browser, a_feed(owner, shop.people[1].resource_id))
    assert hers.summary.value == "Haircut · Olivia Park"


def test_what_is_not_sure_is_tentative_and_a_hold_is_not_there(browser, shop, owner):
    a_visit(shop.business, TEN, status="requested", person=shop.person)
    a_visit(shop.business, TEN + timedelta(hours=2), status="pending_payment", person=shop.person)
    a_hold(shop, TEN + timedelta(hours=5), person=shop.person)
    statuses = [it.status.value for it in events(browser, a_feed(owner))]
    assert statuses == ["TENTATIVE", "TENTATIVE"]


def test_a_class_says_how_full_it_is(browser, shop, owner):
    yoga = add_service(shop.business.id, "Yoga", capacity=12, minutes=60, price_cents=None)
    trainer = hire(shop.business.id, "Trainer")
    add_need(shop.business.id, yoga.id, [Server(trainer.resource_id)])
    a_class_date(Shop(shop.business, yoga, (trainer,)), TEN)
    (event,) = events(browser, a_feed(owner, trainer.resource_id))
    assert event.summary.value == "Yoga 0/12"


def test_a_moved_one_keeps_its_name_and_counts_up_and_a_cancelled_one_vanishes(browser, shop, owner):
    booking, feed = a_booking(shop, TEN), a_feed(owner)
    (before,) = events(browser, feed)
    start = epoch_minute(berlin("2027-03-02 15:00"))
    move(shop.business, appointment_of(booking), start=start, by=SYSTEM, now=clock.now())
    (after,) = events(browser, feed)
    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.dtstart.value == berlin("2027-03-02 15:00")
    assert str(booking.appointment_id) not in re.split(r"[-@]", before.uid.value)
    db.session.refresh(booking)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert events(browser, feed) == []


def test_it_reaches_thirty_days_back_and_a_year_ahead(browser, shop, owner):
    for days in (-31, -29, 365, 368):
        a_visit(shop.business, clock.now() + timedelta(days=days), person=shop.person)
    starts = [(it.dtstart.value - clock.now()).days for it in events(browser, a_feed(owner))]
    assert starts == [-29, 365]


def test_its_zone_comes_along(browser, shop, owner):
    a_booking(shop, TEN)
    text = browser.get(address(a_feed(owner))).text
    assert "BEGIN:VTIMEZONE" in text
    assert "TZID:Europe/Berlin" in text
    assert "DTSTART;TZID=Europe/Berlin:20270302T100000" in text


def test_it_is_nobodys_page_to_keep(browser, shop, owner):
    answer = browser.get(address(a_feed(owner)))
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.mimetype == "text/calendar"
    assert "Set-Cookie" not in answer.headers
    assert browser.head(address(a_feed(owner))).status_code == 200


def test_it_is_sent_again_only_when_something_changed(browser, shop, owner):
    feed = a_feed(owner)
    tag = browser.get(address(feed)).headers["ETag"]
    same = browser.get(address(feed), headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    a_booking(shop, TEN)
    assert browser.get(address(feed), headers={"If-None-Match": tag}).status_code == 200


def test_another_day_is_another_file(browser, shop, owner, frozen):
    feed = a_feed(owner)
    tag = browser.get(address(feed)).headers["ETag"]
    frozen.shift(timedelta(days=1))
    assert browser.get(address(feed), headers={"If-None-Match": tag}).status_code == 200


def test_an_unknown_link_is_none_and_one_that_was_taken_back_is_gone(browser, owner):
    feed = a_feed(owner)
    assert browser.get("/feeds/unknown.ics").status_code == 404
    newer = rotate_feed(feed, by=ANNA, now=clock.now())
    assert browser.get(address(feed)).status_code == 410
    assert browser.get(address(newer)).status_code == 200
    revoke_feed(newer, by=ANNA, now=clock.now())
    assert browser.get(address(newer)).status_code == 410


def test_it_ends_with_the_membership(browser, shop, owner):
    manager = a_membership(shop.business, "manager")
    feed = a_feed(manager)
    assert browser.get(address(feed)).status_code == 200
    leave(shop.business, manager.user, by=ANNA, now=clock.now())
    assert browser.get(address(feed)).status_code == 410


def test_it_ends_with_the_role_and_with_the_account(browser, shop, owner):
    manager = a_membership(shop.business, "manager")
    maya = shop.person
    maya.user_id = manager.user_id
    hers, everybodys = a_feed(manager, maya.resource_id), a_feed(manager)
    colleagues = a_feed(manager, shop.people[1].resource_id)
    join(shop.business, manager.user, "staff", by=SYSTEM, now=clock.now())
    assert browser.get(address(everybodys)).status_code == 410
    assert browser.get(address(colleagues)).status_code == 410
    assert browser.get(address(hers)).status_code == 200
    manager.user.active = False
    assert browser.get(address(hers)).status_code == 410


def test_reading_is_noted_once_an_hour(browser, owner, frozen):
    feed = a_feed(owner)
    browser.get(address(feed))
    first = clock.now()
    for minutes, noted in ((30, first), (31, first + timedelta(minutes=61))):
        frozen.shift(timedelta(minutes=minutes))
        tag = browser.get(address(feed)).headers["ETag"]
        browser.get(address(feed), headers={"If-None-Match": tag})
        db.session.refresh(feed)
        assert feed.read_at == noted


@pytest.mark.parametrize("count", [1, 30])
def test_it_asks_as_little_however_much_is_booked(browser, shop, owner, queries, count):
    feed = a_feed(owner)
    browser.get(address(feed))
    for number in range(count):
        a_visit(shop.business, TEN + timedelta(hours=number), person=shop.person)
    will_change(shop.business.id)
    where = address(feed)
    with queries() as seen:
        answer = browser.get(where)
    assert answer.text.count("BEGIN:VEVENT") == count
    assert len(seen) == 3
    with queries() as seen:
        assert browser.get(where, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert len(seen) == 2
