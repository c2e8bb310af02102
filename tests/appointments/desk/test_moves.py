"""Moving from the panel and from the calendar: the question, what stands in the way, and the way back."""

from datetime import date

import pytest
from sqlalchemy import select

from app.appointments.cancelling import cancel
from app.appointments.models import Booking
from app.appointments.moving import move
from app.audit.models import AuditEvent
from app.business_hours.away import add_days_off
from app.core import clock
from app.core.db import db
from app.schedule.models import ServiceNeedStretch
from app.schedule.serving import Server, put_away
from tests.appointments.desk.looking import FRAGMENT, TUESDAY, at, local, panel, version
from tests.appointments.looking import appointment_of, state
from tests.factories import (
    ANNA,
    a_booking,
    a_class_date,
    a_hold,
    a_membership,
    a_shop,
    add_need,
    berlin,
    by_the_system,
    rooms_of,
    set_week,
    signed_in,
)
from tests.reading import rows as texts
from tests.reading import soup

TEN = berlin(TUESDAY + "10:00")


def form(shop, booking, clock_time="14:00", day="2027-03-02", **more):
    """What the browser sends to move a booking."""
    fields = {
        "date": day,
        "time": clock_time,
        "person": shop.person.resource_id,
        "minutes": 30,
        "version": version(booking),
        "tell": "y",
    }
    return {name: value for name, value in (fields | more).items() if value is not None}


def moves(shop, booking):
    return panel(shop, booking, "/moves")


def last(action="appointment.moved"):
    found = select(AuditEvent).filter_by(action=action).order_by(AuditEvent.id.desc())
    return db.session.scalars(found).first()


def refused(browser, shop, booking, status=409, **fields):
    """The answer to a move that changed nothing."""
    sent = form(shop, booking, **fields)
    before = state()
    answer = browser.post(moves(shop, booking), data=sent)
    assert answer.status_code == status, answer.text
    assert state() == before
    return answer


def objections(answer):
    return texts(answer, ".alert.warning .alert-body > p:not(.alert-title)")


def anyway(answer):
    button = soup(answer).select_one("button[name=anyway]")
    return button and button["value"]


def test_the_question_says_from_where_to_where(shop, owner):
    booking = a_booking(shop, TEN)
    tomas = shop.people[1].resource_id
    query = f"?date=2027-03-02&time=11:15&person={tomas}&minutes=45"
    page = owner.get(panel(shop, booking, f"/moves/new{query}"))
    assert texts(page, "h1") == ["Move Olivia Park’s Haircut?"]
    assert texts(page, ".from-to dd") == [
        "Tue 2 Mar, 10:00–10:30 with Maya",
        "Tue 2 Mar, 11:15–12:00 with Tomás",
    ]
    assert not soup(page).select_one(".desk-more").has_attr("open")
    assert soup(page).select_one("button[autofocus]").text.strip() == "Move"
    assert soup(page).select_one("[name=tell]").has_attr("checked")
    sent = {it["name"]: it.get("value") for it in soup(page).select("#move input")}
    assert (sent["date"], sent["time"], sent["minutes"]) == ("2027-03-02", "11:15", "45")


def test_without_a_place_the_fields_are_open_and_say_where_it_is(shop, owner):
    booking = a_booking(shop, TEN)
    booking.contact_email = None
    page = owner.get(panel(shop, booking, "/moves/new"))
    assert texts(page, ".from-to dd") == ["Tue 2 Mar, 10:00–10:30 with Maya"]
    assert soup(page).select_one(".desk-more").has_attr("open")
    assert not soup(page).select_one("[name=tell]").has_attr("checked")
    assert "No e-mail address is known" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "date=soon",
        "time=99:99",
        "person=999999",
        "minutes=1.5",
        "minutes=1000000000",
        "date=1066-10-14",
        "which=7",
    ],
)
def test_a_place_nobody_understands_is_still_a_question(shop, owner, query):
    booking = a_booking(shop, TEN)
    page = owner.get(panel(shop, booking, f"/moves/new?{query}"))
    assert page.status_code == 200
    assert len(texts(page, ".from-to dd")) == 1
    assert len(texts(page, ".field-error")) == (0 if query.startswith("which") else 1)
    assert soup(page).select_one(".desk-more").has_attr("open") == (not query.startswith("which"))


def test_a_moved_appointment_says_so_and_who_is_told(shop, owner):
    booking = a_booking(shop, TEN)
    tomas = shop.people[1].resource_id
    sent = form(shop, booking, "11:15", person=tomas, minutes=45, reason="Maya has a course")
    answer = owner.post(moves(shop, booking), data=sent, headers=FRAGMENT)
    assert (answer.status_code, answer.location) == (303, panel(shop, booking))
    assert local(appointment_of(booking)) == "Tue 11:15–12:00"
    sheet = owner.get(answer.location, headers=FRAGMENT)
    assert texts(sheet, ".desk-recent p") == ["Olivia Park moved to Tue 2 Mar, 11:15–12:00 with Tomás."]
    assert soup(sheet).select_one("#appointment")["data-announce"].startswith("Olivia Park moved to")
    # The calendar shows the message above itself.
    assert soup(sheet).select_one(".alert.desk-recent form")["hx-target"] == "#panel"
    assert last().changes["told"] == [None, True]
    assert last().actor_name == "Ann Berg"


def test_who_is_not_to_be_told_is_written_down_too(shop, owner):
    booking = a_booking(shop, TEN)
    owner.post(moves(shop, booking), data=form(shop, booking, tell=None))
    assert last().changes["told"] == [None, False]


def test_a_quarter_of_an_hour_later_it_may_lie_on_its_own_old_time(shop, owner):
    booking = a_booking(shop, TEN)
    assert owner.post(moves(shop, booking), data=form(shop, booking, "10:15")).status_code == 303
    assert local(appointment_of(booking)) == "Tue 10:15–10:45"


def test_members_move_off_the_grid_and_past_the_notice_without_being_asked(shop, owner):
    shop.business.notice_amount = 600
    booking = a_booking(shop, TEN)
    sent = form(shop, booking, "11:07", "2027-03-01")
    assert owner.post(moves(shop, booking), data=sent).status_code == 303
    assert local(appointment_of(booking)) == "Mon 11:07–11:37"


def test_taken_time_is_named_and_a_manager_decides_with_a_reason(shop, owner):
    booking = a_booking(shop, TEN)
    in_the_way = a_booking(shop, berlin(TUESDAY + "11:00"), "sam@example.com", person=shop.person)
    in_the_way.contact_name = "Sam Whitfield"
    answer = refused(owner, shop, booking, clock_time="11:15")
    assert objections(answer) == ["Maya has Sam Whitfield’s Haircut 11:00–11:30 at that time."]
    assert anyway(answer) == "busy"
    again = form(shop, booking, "11:15", anyway="busy", reason="She waits gladly")
    assert owner.post(moves(shop, booking), data=again).status_code == 303
    assert local(appointment_of(booking)) == "Tue 11:15–11:45"
    assert (last().changes["overridden"], last().reason) == ([None, ["busy"]], "She waits gladly")
    assert "Squeezed in" in texts(owner.get(panel(shop, booking)), ".history-item")[0]


def test_of_a_visit_with_a_pause_only_the_part_in_the_way_is_named(shop, owner):
    """It is at work from one to half past and from two to half past, and the move meets the second part alone."""
    shop.service.minutes = 90
    for start, end in ((0, 30), (60, 90)):
        stretch = {"position": 1, "from_min": start, "to_min": end}
        db.session.add(
            ServiceNeedStretch(business_id=shop.business.id, service_id=shop.service.id, **stretch)
        )
    db.session.flush()
    booking = a_booking(shop, TEN, person=shop.person)
    a_booking(shop, berlin(TUESDAY + "13:00"), "sam@example.com", person=shop.person)
    answer = refused(owner, shop, booking, clock_time="14:00", minutes=60)
    assert objections(answer) == ["Maya has Olivia Park’s Haircut 14:00–14:30 at that time."]


def test_what_stands_in_the_way_is_said_in_plain_words(shop, owner):
    booking = a_booking(shop, TEN, person=shop.person)
    a_booking(shop, berlin(TUESDAY + "11:00"), "sam@example.com", person=shop.person)
    taken = refused(owner, shop, booking, clock_time="11:15")
    closed = refused(owner, shop, booking, 422, clock_time="20:00")
    assert texts(taken, ".alert-title") == ["That time is taken"]
    assert texts(closed, ".alert-title") == ["That does not fit"]


def test_the_last_button_moves_it_only_where_this_member_may(shop, owner, staff):
    booking = a_booking(shop, TEN, person=shop.person)
    a_booking(shop, berlin(TUESDAY + "11:00"), "sam@example.com", person=shop.person)

    def last_buttons(answer):
        return texts(answer, "#move .buttons.end button")

    assert last_buttons(owner.get(panel(shop, booking, "/moves/new"))) == ["Move"]
    for browser, expected in ((owner, ["Move anyway"]), (staff, [])):
        answer = refused(browser, shop, booking, clock_time="11:15")
        assert last_buttons(answer) == expected
        assert not soup(answer).select("button[autofocus]"), "Enter after a drag sets nothing aside"
        # Another time is asked for without setting anything aside, also by Enter in a field.
        first = soup(answer).select_one("#move form button")
        assert (first.text.strip(), first.get("name")) == ("Try this instead", None)


def test_somebody_who_is_booking_just_now_is_in_the_way_without_a_name(shop, owner):
    booking = a_booking(shop, TEN, person=shop.person)
    a_hold(shop, berlin(TUESDAY + "11:00"), person=shop.person)
    answer = refused(owner, shop, booking, clock_time="11:15")
    assert objections(answer) == ["Maya has a Haircut that is being booked now, 11:00–11:30, at that time."]


def test_staff_may_not_squeeze_in(shop, staff):
    booking = a_booking(shop, TEN, person=shop.person)
    a_booking(shop, berlin(TUESDAY + "11:00"), "sam@example.com", person=shop.person)
    answer = refused(staff, shop, booking, clock_time="11:15")
    assert anyway(answer) is None
    assert objections(answer)[-1] == "Please choose another time, or ask a manager."
    # Neither by a button that was never there.
    refused(staff, shop, booking, clock_time="11:15", anyway="busy")


def test_closed_hours_are_named_and_staff_may_set_them_aside(shop, staff):
    booking = a_booking(shop, TEN, person=shop.person)
    answer = refused(staff, shop, booking, 422, clock_time="17:45")
    assert objections(answer) == ["Outside opening hours: open from 09:00 to 18:00."]
    assert anyway(answer) == "closed"
    sent = form(shop, booking, "17:45", anyway="closed")
    assert staff.post(moves(shop, booking), data=sent).status_code == 303
    assert local(appointment_of(booking)) == "Tue 17:45–18:15"


def test_a_closed_day_is_closed_all_day(shop, owner):
    booking = a_booking(shop, TEN)
    answer = refused(owner, shop, booking, 422, day="2027-03-07")
    assert objections(answer) == ["Outside opening hours: closed all day."]


def test_somebody_who_is_off_is_named(shop, owner):
    booking = a_booking(shop, TEN)
    by_the_system(add_days_off)(shop.business.id, date(2027, 3, 3), date(2027, 3, 3), shop.person.resource_id)
    answer = refused(owner, shop, booking, 422, day="2027-03-03")
    assert objections(answer) == ["Maya is off that day."]
    assert anyway(answer) == "staff_off"


def test_somebody_who_is_there_only_at_other_hours_is_named_with_them(shop, owner):
    booking = a_booking(shop, TEN, person=shop.person)
    set_week(shop.business.id, {1: [(540, 720), (780, 960)]}, shop.person.resource_id)
    answer = refused(owner, shop, booking, 422, clock_time="12:15")
    assert objections(answer) == ["Maya is only there 09:00–12:00 and 13:00–16:00."]


def test_a_room_that_is_taken_is_named(shop, owner):
    rooms_of(shop, "Room One")
    booking = a_booking(shop, TEN, person=shop.person)
    a_booking(shop, berlin(TUESDAY + "11:00"), "sam@example.com", person=shop.people[1])
    answer = refused(owner, shop, booking, clock_time="11:00")
    assert objections(answer) == ["What it needs besides Maya, such as a room, is taken then."]


def test_what_was_not_seen_is_not_set_aside(shop, owner):
    """The button set opening hours aside; meanwhile somebody took that time."""
    booking = a_booking(shop, TEN, person=shop.person)
    a_booking(shop, berlin(TUESDAY + "17:30"), "sam@example.com", person=shop.person)
    answer = refused(owner, shop, booking, clock_time="17:45", anyway="closed")
    assert objections(answer) == ["Maya has Olivia Park’s Haircut 17:30–18:00 at that time."]
    assert anyway(answer) == "closed,busy"


@pytest.mark.parametrize("junk", ["", "busy2", "all", "busy,busy,<b>", "CLOSED"])
def test_junk_sets_nothing_aside(shop, owner, junk):
    booking = a_booking(shop, TEN, person=shop.person)
    a_booking(shop, berlin(TUESDAY + "17:00"), "sam@example.com", person=shop.person)
    refused(owner, shop, booking, 422, clock_time="17:45", anyway=junk)


def test_a_page_that_is_out_of_date_shows_how_it_is_now(shop, owner):
    booking = a_booking(shop, TEN)
    old = form(shop, booking, "15:00")
    assert owner.post(moves(shop, booking), data=form(shop, booking, "14:00")).status_code == 303
    before = state()
    answer = owner.post(moves(shop, booking), data=old, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "changed meanwhile" in texts(answer, ".alert.bad")[0]
    assert texts(answer, ".fact dd")[1] == "Tuesday 2 March 2027, 14:00 to 14:30"
    assert state() == before


@pytest.mark.parametrize("sent", [None, "", "x", "-1", "9" * 30, "²"])
def test_a_move_without_a_version_is_out_of_date(shop, owner, sent):
    booking = a_booking(shop, TEN)
    fields = form(shop, booking) | {"version": sent}
    before = state()
    answer = owner.post(
        moves(shop, booking), data={name: it for name, it in fields.items() if it is not None}
    )
    assert answer.status_code == 409
    assert state() == before


def test_what_was_cancelled_meanwhile_is_shown_as_it_is(shop, owner):
    booking = a_booking(shop, TEN)
    sent = form(shop, booking)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    answer = owner.post(moves(shop, booking), data=sent)
    assert answer.status_code == 409
    assert texts(answer, ".desk-head .tag") == ["Cancelled"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"day": ""}, "Please choose a day."),
        ({"clock_time": ""}, "Please choose a time."),
        ({"clock_time": "25:00"}, "“25:00” is not a time of day. Please write it like 9:00 or 17:30."),
        ({"day": "2101-01-01"}, "There is no such day."),
        ({"minutes": "0"}, "Please choose something between 1 and 1440."),
        ({"minutes": "1.5"}, "Please enter a whole number."),
        ({"minutes": "1000000000"}, "Please choose something between 1 and 1440."),
        ({"minutes": ""}, "Please enter a number."),
        ({"person": "999999"}, "Please choose somebody who does this."),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field_and_kept(shop, owner, fields, error):
    booking = a_booking(shop, TEN)
    answer = refused(owner, shop, booking, 422, **fields, reason="A reason")
    assert error in texts(answer, ".field-error")
    assert soup(answer).select_one(".desk-more").has_attr("open")


def test_a_time_the_clocks_skip_is_refused_with_a_sentence(shop, owner):
    booking = a_booking(shop, TEN)
    answer = refused(owner, shop, booking, 422, day="2027-03-28", clock_time="02:30")
    assert texts(answer, ".field-error") == [
        "The clocks skip 02:30 on Sunday 28 March. Please choose another time."
    ]


def test_a_time_the_clocks_show_twice_is_asked_about(shop, owner):
    booking = a_booking(shop, TEN)
    night = {"day": "2027-10-31", "clock_time": "02:30"}
    answer = refused(owner, shop, booking, 422, **night)
    assert "The clocks show 02:30 twice on Sunday 31 October." in texts(answer, ".field-error")[0]
    assert len(soup(answer).select("input[name=which]")) == 2
    for which, expected in (("0", "00:30"), ("1", "01:30")):
        sent = form(shop, booking, "02:30", "2027-10-31", which=which, anyway="closed")
        assert owner.post(moves(shop, booking), data=sent).status_code == 303
        assert f"{appointment_of(booking).starts_at:%H:%M}" == expected
    # It stays in the second hour when only the length changes.
    page = owner.get(panel(shop, booking, "/moves/new?minutes=45"))
    assert soup(page).select_one("input[name=which][checked]")["value"] == "1"


def test_the_calendar_is_asked_which_of_two_hours_is_meant(shop, owner):
    booking = a_booking(shop, TEN)
    page = owner.get(panel(shop, booking, "/moves/new?date=2027-10-31&time=02:30"))
    assert len(soup(page).select("input[name=which]")) == 2
    assert not soup(page).select("input[name=which][checked]")


def test_staff_move_their_own_and_give_it_to_nobody_else(shop, staff):
    own = a_booking(shop, TEN, person=shop.people[0])
    page = staff.get(panel(shop, own, "/moves/new"))
    assert texts(page, "select[name=person] option") == ["Maya"]
    assert refused(staff, shop, own, 422, person=shop.people[1].resource_id)
    assert staff.post(moves(shop, own), data=form(shop, own)).status_code == 303
    other = a_booking(shop, TEN, "sam@example.com", person=shop.people[1])
    assert staff.get(panel(shop, other, "/moves/new")).status_code == 403
    refused(staff, shop, other, 403, person=shop.people[0].resource_id)


def test_who_only_assists_sees_it_but_a_manager_moves_it(shop, staff):
    """Their time is taken, but it is the performer who would have to come at another time."""
    add_need(shop.business.id, shop.service.id, [Server(shop.people[0].resource_id)])
    booking = a_booking(shop, TEN, person=shop.people[1])
    page = staff.get(panel(shop, booking))
    assert page.status_code == 200
    assert "/moves/new" not in page.text
    assert staff.get(panel(shop, booking, "/moves/new")).status_code == 403


def test_only_those_who_do_the_service_are_offered_and_who_has_it_now(shop, owner):
    booking = a_booking(shop, TEN, person=shop.person)
    by_the_system(put_away)(shop.business.id, shop.person.resource_id)
    page = owner.get(panel(shop, booking, "/moves/new"))
    assert texts(page, "select[name=person] option") == ["Maya", "Tomás"]
    assert soup(page).select_one("option[selected]").text == "Maya"
    # Who does it no more keeps what they have, and gets nothing new.
    answer = refused(owner, shop, booking, 422)
    assert "does not do this service" in texts(answer, ".alert.bad")[0]


def test_a_booking_keeps_what_it_was_made_with_when_it_moves(shop, owner):
    """Edits of the service since change neither its length nor its buffers nor its price."""
    shop.service.after_min = 15
    booking = a_booking(shop, TEN, person=shop.person)
    shop.service.minutes, shop.service.after_min, shop.service.price_cents = 60, 0, 9900
    assert owner.post(moves(shop, booking), data=form(shop, booking)).status_code == 303
    kept = db.session.get(Booking, (shop.business.id, booking.id))
    assert (kept.minutes, kept.after_min, kept.total_cents) == (30, 15, 4500)
    assert local(appointment_of(booking)) == "Tue 14:00–14:30"
    other = a_booking(shop, TEN, "sam@example.com", person=shop.person)
    assert objections(refused(owner, shop, other, clock_time="14:30", minutes=60))


def test_a_class_is_moved_on_the_page_of_its_date(app, frozen):
    shop = a_shop(capacity=3)
    when = a_class_date(shop, TEN)
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    address = f"/manage/{shop.business.slug}/appointments/{when.id}/moves"
    answer = owner.get(f"{address}/new")
    assert (answer.status_code, answer.location.split("/")[-2:]) == (303, ["dates", str(when.id)])
    assert owner.post(address, data={"date": "2027-03-03", "time": "10:00"}).status_code == 404


def test_undoing_a_move_puts_it_back_once(shop, owner):
    booking = a_booking(shop, TEN, person=shop.person)
    tomas = shop.people[1].resource_id
    owner.post(moves(shop, booking), data=form(shop, booking, "11:15", person=tomas, minutes=45))
    page = soup(owner.get(panel(shop, booking)))
    undo = page.select_one(".desk-recent form")
    sent = {it["name"]: it["value"] for it in undo.select("input")}
    assert owner.post(undo["action"], data=sent).status_code == 303
    appointment = appointment_of(booking)
    assert local(appointment) == "Tue 10:00–10:30"
    assert db.session.get(Booking, (shop.business.id, booking.id)).performer_name == "Maya"
    assert last().changes["told"] == [None, True]
    page = owner.get(panel(shop, booking))
    assert texts(page, ".desk-recent p") == ["Olivia Park moved back to Tue 2 Mar, 10:00–10:30 with Maya."]
    assert texts(page, ".history-title")[:2] == ["Moved back", "Moved"]
    before = state()
    again = owner.post(undo["action"], data=sent)
    assert again.status_code == 409
    assert "changed meanwhile" in again.text
    assert state() == before


def test_a_move_is_not_undone_once_somebody_has_the_old_time(shop, owner):
    booking = a_booking(shop, TEN, person=shop.person)
    owner.post(moves(shop, booking), data=form(shop, booking))
    a_booking(shop, TEN, "sam@example.com", person=shop.person)
    sent = {"version": version(booking)}
    before = state()
    answer = owner.post(panel(shop, booking, "/return"), data=sent)
    assert answer.status_code == 409
    assert texts(answer, ".alert.bad")
    assert state() == before


def test_what_never_moved_goes_back_nowhere(shop, owner):
    booking = a_booking(shop, TEN)
    answer = owner.post(panel(shop, booking, "/return"), data={"version": version(booking)})
    assert answer.status_code == 409


def test_a_move_out_of_closed_hours_is_undone_although_they_are_closed(shop, owner):
    booking = a_booking(shop, TEN, person=shop.person)
    owner.post(moves(shop, booking), data=form(shop, booking))
    set_week(shop.business.id, dict.fromkeys(range(5), [(720, 1080)]))
    sent = {"version": version(booking)}
    assert owner.post(panel(shop, booking, "/return"), data=sent).status_code == 303
    assert local(appointment_of(booking)) == "Tue 10:00–10:30"


def test_staff_give_nothing_back_to_a_colleague(shop, staff):
    booking = a_booking(shop, TEN, person=shop.people[1])
    moved = appointment_of(booking)
    move(shop.business, moved, start=at("10:00"), person_id=shop.person.resource_id, by=ANNA, now=clock.now())
    page = staff.get(panel(shop, booking))
    assert page.status_code == 200
    assert soup(page).select(".desk-recent form") == []
    before = state()
    answer = staff.post(panel(shop, booking, "/return"), data={"version": version(booking)})
    assert answer.status_code == 403
    assert state() == before


def test_a_move_of_this_morning_offers_no_undo_any_more(shop, owner, frozen):
    booking = a_booking(shop, TEN)
    owner.post(moves(shop, booking), data=form(shop, booking))
    frozen.shift(3600)
    assert not texts(owner.get(panel(shop, booking)), ".desk-recent")


def test_another_business_moves_nothing(shop, owner):
    elsewhere = a_shop()
    booking = a_booking(elsewhere, TEN)
    address = f"/manage/{shop.business.slug}/appointments/{booking.appointment_id}"
    for answer in (
        owner.get(f"{address}/moves/new"),
        owner.post(f"{address}/moves", data=form(elsewhere, booking)),
        owner.post(f"{address}/return", data={"version": version(booking)}),
    ):
        assert answer.status_code == 404


def test_the_question_asks_the_database_as_often_on_a_full_day_as_on_an_empty_one(shop, owner, queries):
    booking = a_booking(shop, TEN)
    address = panel(shop, booking, "/moves/new?date=2027-03-02&time=11:00")
    counts = []
    for hour in (None, 13, 14, 15):
        if hour:
            a_booking(shop, berlin(f"2027-03-02 {hour}:00"), f"{hour}@example.com")
        with queries() as seen:
            assert owner.get(address, headers=FRAGMENT).status_code == 200
        counts.append(len(seen))
    # Ten for the page; the others are those of the move, which finds out what stands in the way and is undone.
    assert counts == [44] * 4


def test_the_question_says_at_once_what_stands_in_the_way_and_writes_nothing(shop, owner):
    booking = a_booking(shop, TEN)
    other = a_booking(shop, berlin("2027-03-02 12:00"), "kai@example.com", person=shop.person)
    before = state()
    page = owner.get(panel(shop, booking, "/moves/new?date=2027-03-02&time=11:45"))
    assert page.status_code == 200
    assert "Maya has Olivia Park’s Haircut 12:00–12:30 at that time." in " ".join(page.text.split())
    assert "Move anyway" in page.text
    assert state() == before
    assert local(appointment_of(booking)) == "Tue 10:00–10:30"
    assert local(appointment_of(other)) == "Tue 12:00–12:30"


def test_the_question_about_a_free_time_writes_nothing_either(shop, owner):
    booking = a_booking(shop, TEN)
    before = state()
    page = owner.get(panel(shop, booking, "/moves/new?date=2027-03-02&time=15:00"))
    assert "Move anyway" not in page.text
    assert local(appointment_of(booking)) == "Tue 10:00–10:30"
    assert state() == before


def test_a_time_that_is_past_is_called_so(shop, owner, frozen):
    booking = a_booking(shop, TEN)
    frozen.move_to(berlin("2027-03-02 09:45"))
    owner = signed_in(
        owner.application, a_membership(shop.business).user
    )  # The other session is too old by then.
    earlier, later = (
        owner.get(panel(shop, booking, f"/moves/new?date=2027-03-02&time={time}")).text
        for time in ("09:30", "11:00")
    )
    assert "That time is already past." in earlier
    assert "That time is already past." not in later
