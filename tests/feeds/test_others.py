"""Calendars elsewhere that keep somebody busy: added, read by the clock, kept as time off, removed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.business_hours.absences import absences
from app.business_hours.away import add_hours_off, find_time_off, time_off
from app.business_hours.models import TimeOff
from app.core import clock
from app.core.db import db
from app.core.sealing import seal
from app.feeds import jobs
from app.feeds.jobs import read_calendar, read_due_calendars
from app.feeds.models import OtherCalendar
from app.feeds.others import TooManyCalendars, add_calendar, read_again, remove_calendar
from app.feeds.targets import PURPOSE, claim_due
from app.feeds.uids import uid_of
from app.schedule.serving import put_away
from tests.factories import (
    ANNA,
    a_booking,
    a_membership,
    a_shop,
    berlin,
    by_the_system,
    rules_version,
    signed_in,
)
from tests.feeds.serving import a_calendar, elsewhere, say
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")
TUESDAY = "DTSTART:20270302T130000Z\nDTEND:20270302T140000Z"
WEDNESDAY = "UID:w\nDTSTART;VALUE=DATE:20270303"


@pytest.fixture
def server(app, monkeypatch):
    with elsewhere() as it:
        it.answer = lambda asked: say(asked, a_calendar(TUESDAY, WEDNESDAY), ETag='"1"')
        monkeypatch.setitem(app.config, "CALENDARS_FROM", it.allowed)
        yield it


@pytest.fixture
def shop(app):
    return a_shop(people=2)


@pytest.fixture
def owner(shop):
    return a_membership(shop.business)


@pytest.fixture
def calendar(server, shop, owner):
    return added(owner, shop.person.resource_id, f"{server.at}/secret.ics")


@pytest.fixture
def page(shop):
    return f"/manage/{shop.business.slug}/feeds/"


def added(owner, resource_id, address):
    return add_calendar(owner, resource_id, "Private", address, by=ANNA, now=clock.now())


def read(calendar):
    """As a worker does, which shares nothing with the test."""
    of = calendar.business_id, calendar.id
    db.session.commit()
    db.session.expire_all()
    read_calendar(*of)
    db.session.expire_all()
    return db.session.get(OtherCalendar, of)


def off(calendar):
    rows = db.session.scalars(select(TimeOff).filter_by(source="feed").order_by(TimeOff.id))
    return sorted((it.external_uid, it.first_on, it.starts_at) for it in rows)


def test_what_is_there_is_time_off_with_nothing_but_the_name_of_the_calendar(calendar, server, shop):
    kept = read(calendar)
    assert off(calendar) == [("0@elsewhere", None, berlin("2027-03-02 14:00")), ("w", date(2027, 3, 3), None)]
    assert {it.reason for it in db.session.scalars(select(TimeOff))} == {"Private"}
    assert (kept.events, kept.read_at, kept.problem, kept.etag) == (2, clock.now(), None, '"1"')
    assert kept.next_at == clock.now() + timedelta(minutes=15)
    shown = absences(shop.business.id, [shop.person.resource_id], date(2027, 3, 1), date(2027, 3, 7))
    assert [it.reason for it in shown] == ["Private", "Private"]


def test_the_address_is_a_secret(calendar, server):
    assert b"secret.ics" not in calendar.address
    assert calendar.host == "127.0.0.1"


def test_what_did_not_change_writes_nothing(calendar, shop):
    read(calendar)
    before, rows = rules_version(shop.business.id), off(calendar)
    calendar.etag = None
    read(calendar)
    assert (rules_version(shop.business.id), off(calendar)) == (before, rows)


def test_only_what_differs_is_written(calendar, server, shop):
    read(calendar)
    (kept,) = db.session.scalars(select(TimeOff.id).filter_by(external_uid="w"))
    before = rules_version(shop.business.id)
    server.answer = lambda it: say(it, a_calendar("UID:n\nDTSTART;VALUE=DATE:20270305", WEDNESDAY))
    read(calendar)
    assert [uid for uid, *_ in off(calendar)] == ["n", "w"]
    assert db.session.scalar(select(TimeOff.id).filter_by(external_uid="w")) == kept
    assert rules_version(shop.business.id) == before + 1


def test_the_server_is_asked_for_what_is_new_and_once_a_day_for_everything(calendar, server, frozen):
    read(calendar)
    server.answer = lambda it: say(it, b"", 304)
    frozen.shift(timedelta(hours=1))
    kept = read(calendar)
    assert server.asked[-1][1]["If-None-Match"] == '"1"'
    assert (len(off(calendar)), kept.read_at, kept.etag) == (2, clock.now(), '"1"')
    frozen.shift(timedelta(days=1))
    read(calendar)
    assert "If-None-Match" not in server.asked[-1][1]


def test_what_is_booked_stays_and_so_does_what_members_wrote(calendar, shop):
    booking = a_booking(shop, berlin("2027-03-02 14:00"))
    mine = {"reason": "Dentist", "by": ANNA, "now": clock.now()}
    of = shop.business.id, berlin("2027-03-02 14:00"), berlin("2027-03-02 15:00"), shop.person.resource_id
    add_hours_off(*of, **mine)
    read(calendar)
    db.session.refresh(booking)
    assert booking.status == "confirmed"
    remove_calendar(calendar, by=ANNA, now=clock.now())
    assert [it.reason for it in db.session.scalars(select(TimeOff))] == ["Dentist"]


def test_members_do_not_look_after_it(calendar, shop):
    read(calendar)
    (first, _) = db.session.scalars(select(TimeOff).filter_by(source="feed"))
    of = shop.business.id, shop.person.resource_id
    assert find_time_off(shop.business.id, first.id, shop.person.resource_id) is None
    assert time_off(*of, since=date(2027, 3, 1), now=clock.now(), zone="Europe/Berlin", limit=9) == []


def test_our_own_bookings_that_come_back_keep_nobody_busy(calendar, server, shop):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    ours = (
        uid_of(shop.business.id, booking.appointment_id, "book.example"),
        uid_of(shop.business.id, 4711, "an.old.host"),
        booking.ics_uid,
        f"{booking.uid}@book.example",
    )
    another = uid_of(shop.business.id + 1, booking.appointment_id, "book.example")
    server.answer = lambda it: say(it, a_calendar(*(f"UID:{uid}\n{TUESDAY}" for uid in (*ours, another))))
    read(calendar)
    assert [uid for uid, *_ in off(calendar)] == [another]


@pytest.mark.parametrize(
    ("status", "wrong"), [(404, "Copy its address once more"), (401, "wants a sign-in"), (500, "tried again")]
)
def test_a_problem_is_said_and_what_was_read_still_counts(app, calendar, server, owner, page, status, wrong):
    read(calendar)
    server.answer = lambda it: say(it, b"", status)
    pauses = []
    for _ in range(7):
        kept = read(calendar)
        pauses.append((kept.next_at - clock.now()) / timedelta(minutes=15))
    assert pauses == [1, 2, 4, 8, 16, 24, 24]
    assert len(off(calendar)) == 2
    assert kept.failures == 7
    assert wrong in signed_in(app, owner.user).get(page).text
    server.answer = lambda it: say(it, a_calendar(TUESDAY))
    kept = read(calendar)
    assert (kept.failures, kept.problem) == (0, None)


def test_a_private_address_is_not_asked(server, shop, owner, app):
    app.config["CALENDARS_FROM"] = []
    kept = read(added(owner, shop.person.resource_id, f"{server.at}/a.ics"))
    assert (kept.problem, server.asked) == ("not_public", [])


def test_an_address_whose_key_is_gone(calendar, server):
    calendar.address = b"x" * 60
    assert read(calendar).problem == "key_gone"


def test_a_row_with_nonsense_in_it(calendar):
    calendar.address = seal(PURPOSE, "file:///etc/passwd")
    assert read(calendar).problem == "not_an_address"


def test_the_clock_takes_those_whose_turn_it_is_once(calendar, server, monkeypatch, frozen):
    rung = []
    monkeypatch.setattr(jobs, "ring", lambda _job, *of: rung.append(of))
    assert read_due_calendars() == 0
    frozen.shift(timedelta(minutes=15))
    assert read_due_calendars() == 1
    assert read_due_calendars() == 0
    assert rung == [(calendar.business_id, calendar.id)]
    frozen.shift(timedelta(minutes=15))
    assert read_due_calendars() == 1


def test_calendars_of_somebody_who_was_put_away_are_not_read(calendar, server, shop, frozen):
    by_the_system(put_away)(shop.business.id, shop.person.resource_id)
    frozen.shift(timedelta(hours=1))
    assert claim_due(clock.now()) == []
    read(calendar)
    assert server.asked == []


def test_one_that_is_removed_while_it_is_read_stays_removed(calendar, server, monkeypatch):
    real = jobs.fetch

    def removed_meanwhile(*asked):
        answer = real(*asked)
        remove_calendar(db.session.get(OtherCalendar, of), by=ANNA, now=clock.now())
        db.session.commit()
        return answer

    of = calendar.business_id, calendar.id
    monkeypatch.setattr(jobs, "fetch", removed_meanwhile)
    assert read(calendar) is None
    assert off(calendar) == []


def test_a_problem_of_one_that_was_removed_meanwhile_is_nobodys(calendar, server, monkeypatch):
    of = calendar.business_id, calendar.id
    remove_calendar(calendar, by=ANNA, now=clock.now())
    db.session.commit()
    read_calendar(*of)
    jobs.keep_problem(*of, "broken", now=clock.now())


def test_a_worker_that_dies_between_asking_and_writing_leaves_everything_for_the_next(
    calendar, server, monkeypatch, frozen
):
    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    monkeypatch.setattr(jobs, "keep", lambda *_, **__: killed())
    with pytest.raises(Killed):
        read(calendar)
    db.session.rollback()
    assert off(calendar) == []
    monkeypatch.undo()
    monkeypatch.setattr("app.feeds.jobs.allowed_sources", lambda: server.allowed)
    monkeypatch.setattr(jobs, "ring", lambda job, *of: job(*of))
    frozen.shift(timedelta(minutes=15))
    assert read_due_calendars() == 1
    assert len(off(calendar)) == 2


def test_nothing_is_open_while_a_server_is_waited_for(calendar, server, monkeypatch, queries):
    def answer(it):
        say(it, a_calendar(TUESDAY))

    real, open_then = jobs.fetch, []

    def watched(*asked):
        open_then.append(db.session().in_transaction())
        return real(*asked)

    server.answer = answer
    monkeypatch.setattr(jobs, "fetch", watched)
    read(calendar)
    assert open_then == [False]


@pytest.mark.parametrize("count", [1, 40])
def test_reading_takes_few_statements_however_much_there_is(calendar, server, queries, count):
    events = [f"UID:{number}\nDTSTART;VALUE=DATE:202703{number % 28 + 1:02}" for number in range(count)]
    server.answer = lambda it: say(it, a_calendar(*events))
    of = calendar.business_id, calendar.id
    with queries() as seen:
        read_calendar(*of)
    assert len([it for it in seen if "RELEASE" not in it]) <= 13


def test_a_member_adds_one_has_it_read_and_removes_it(app, server, shop, owner, page):
    browser = signed_in(app, owner.user)
    form = {"person": shop.person.resource_id, "name": "Private", "address": f"{server.at}/a.ics"}
    assert browser.post(f"{page}others", data=form).status_code == 303
    (kept,) = db.session.scalars(select(OtherCalendar))
    assert "Waiting to be read" in browser.get(page).text
    read(kept)
    shown = browser.get(page).text
    assert "2 busy times ahead" in shown
    assert "a.ics" not in shown
    assert browser.post(f"{page}others/{kept.id}/reading").status_code == 303
    db.session.refresh(kept)
    assert kept.etag is None
    where = f"{page}others/{kept.id}/removal"
    assert browser.post(where).status_code == 303
    assert off(kept) == []
    assert browser.post(where).status_code == 404


@pytest.mark.parametrize("typed", ["", "file:///etc/passwd", "https://u:p@example.com/", "no address"])
def test_what_is_no_address_is_said_beside_it(app, shop, owner, page, typed):
    form = {"person": shop.person.resource_id, "name": "Private", "address": typed}
    answer = signed_in(app, owner.user).post(f"{page}others", data=form)
    assert answer.status_code == 422
    field = soup(answer).select_one("#address")
    assert (field["aria-invalid"], field["value"]) == ("true", typed)


def test_staff_look_after_their_own(app, server, shop, owner, page):
    maya = a_membership(shop.business, "staff")
    shop.person.user_id = maya.user_id
    others = added(owner, shop.people[1].resource_id, f"{server.at}/b.ics")
    browser = signed_in(app, maya.user)
    form = {"name": "Mine", "address": f"{server.at}/a.ics"}
    for person, status in ((shop.people[1].resource_id, 422), (shop.person.resource_id, 303)):
        assert browser.post(f"{page}others", data=form | {"person": person}).status_code == status
    titles = [it.text for it in soup(browser.get(page)).select("#others .feed-title")]
    assert titles == ["Mine"]
    for change in ("reading", "removal"):
        assert browser.post(f"{page}others/{others.id}/{change}").status_code == 404


def test_another_business_has_none_of_it(app, server, calendar):
    stranger = a_membership(a_shop().business)
    browser = signed_in(app, stranger.user)
    where = f"/manage/{stranger.business.slug}/feeds/others/{calendar.id}"
    for change in ("reading", "removal"):
        assert browser.post(f"{where}/{change}").status_code == 404


def test_there_is_an_end_to_calendars(server, shop, owner):
    for _ in range(10):
        added(owner, shop.person.resource_id, server.at)
    with pytest.raises(TooManyCalendars):
        added(owner, shop.person.resource_id, server.at)


def test_reading_again_forgets_what_the_server_said(calendar):
    db.session.execute(update(OtherCalendar).values(etag='"1"', modified="x"))
    read_again(calendar, now=clock.now())
    db.session.refresh(calendar)
    assert (calendar.etag, calendar.modified) == (None, None)
