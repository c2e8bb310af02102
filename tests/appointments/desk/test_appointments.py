"""What the panel of an appointment shows, and the note members keep in it."""

import uuid

import pytest

from app.appointments.cancelling import cancel
from app.appointments.finding import receipt_token
from app.appointments.history import SHOWN_AT_FIRST
from app.appointments.models import Booking
from app.appointments.moving import move
from app.core import clock
from app.core.db import db
from tests.appointments.desk.looking import FRAGMENT, TUESDAY, at, buttons, of, panel
from tests.appointments.looking import appointment_of, events
from tests.appointments.visiting import a_part
from tests.factories import (
    ANNA,
    a_booking,
    a_class_date,
    a_hold,
    a_membership,
    a_shop,
    berlin,
    rooms_of,
    signed_in,
)
from tests.reading import rows as texts
from tests.reading import soup, words

pytestmark = pytest.mark.usefixtures("frozen")
TEN = berlin(TUESDAY + "10:00")


def drawn_with(member, shop, booking):
    """The mark of the note the form was drawn with."""
    return soup(member.get(panel(shop, booking))).select_one("[name=seen]")["value"]


def write(member, shop, booking, note, headers=None):
    """Write a note over the one that stands there."""
    data = {"note": note, "seen": booking.note_mark}
    return member.post(of(shop, booking, "note"), data=data, headers=headers)


def test_the_panel_says_who_comes_for_what_when_with_whom_and_where(shop, owner):
    rooms_of(shop, "Room One")
    booking = a_booking(shop, TEN)
    booking.contact_phone, booking.note = "+49301234567", "Please ring twice"
    booking.answers = {"3": {"question": "Allergies?", "answer": "Nuts"}}
    page = owner.get(panel(shop, booking))
    assert texts(page, "h1") == ["Olivia Park"]
    facts = dict(zip(texts(page, ".fact dt"), texts(page, ".fact dd"), strict=True))
    assert facts == {
        "What": "Haircut, 30 min",
        "When": "Tuesday 2 March 2027, 10:00 to 10:30",
        "With": "Maya",
        "Where": "Room One",
    }
    links = [it["href"] for it in soup(page).select(".desk-contact a")]
    assert links == ["tel:+49301234567", "mailto:olivia@example.com"]
    assert texts(page, ".desk-head .tag") == ["Confirmed"]
    assert "Please ring twice" in page.text
    assert "Allergies? Nuts" in " ".join(texts(page, ".details-list > div"))
    assert texts(page, "section[aria-label=Price] .price-total") == ["Total €45.00"]
    person, own = (it["href"] for it in soup(page).select(".desk-links a"))
    assert person == f"/manage/{shop.business.slug}/customers/{booking.customer_id}"
    assert own.endswith(f"/bookings/{receipt_token(booking)}")


def test_as_a_sheet_it_is_the_panel_alone_and_its_links_stay_in_it(shop, owner):
    booking = a_booking(shop, TEN)
    sheet = soup(owner.get(panel(shop, booking), headers=FRAGMENT))
    assert [it.get("id") for it in sheet.find_all(recursive=False)] == ["appointment"]
    assert words(sheet.h2) == "Olivia Park"
    link = sheet.select_one("a[href$='/moves/new']")
    assert (link["hx-get"], link["hx-target"]) == (link["href"], "#panel")
    page = soup(owner.get(panel(shop, booking)))
    assert not page.select("#main [hx-get], #main [hx-post]")
    assert page.select_one(".desk-back a")["href"].endswith("?date=2027-03-02")


def test_a_flash_is_shown_once_in_the_sheet_and_on_the_page(shop, owner):
    booking = a_booking(shop, TEN)
    for headers in (FRAGMENT, {}):
        answer = write(owner, shop, booking, f"Tea {headers}", headers)
        assert answer.status_code == 303
        shown = texts(owner.get(answer.location, headers=headers), ".flashes .alert-body")
        assert shown == ["The note is saved. Only your team can read it."]


def test_the_price_that_was_promised_stays_when_the_service_costs_more(shop, owner):
    booking = a_booking(shop, TEN)
    shop.service.price_cents, shop.service.minutes, shop.service.name = 9900, 60, "Deluxe"
    page = owner.get(panel(shop, booking))
    assert texts(page, "section[aria-label=Price] .price-total") == ["Total €45.00"]
    assert texts(page, ".fact dd")[0] == "Haircut, 30 min"


def test_a_class_lists_everybody_and_how_many_places_are_taken(app, frozen):
    shop = a_shop(capacity=12, minutes=60)
    date = a_class_date(shop, TEN)
    first, second = a_booking(shop, TEN), a_booking(shop, TEN, "sam@example.com")
    cancel(shop.business, second, by=ANNA, now=clock.now())
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    page = manager.get(panel(shop, first))
    assert texts(page, "h1") == ["Haircut"]
    assert texts(page, ".desk-head .tag") == ["1 of 12"]
    assert texts(page, ".comer-line") == ["OP Olivia Park Confirmed", "OP Olivia Park Cancelled"]
    assert texts(page, ".comer")[0].count("Another date") == 1
    change = soup(page).select_one(f"a[href$='/services/{shop.service.id}/dates/{date.id}']")
    assert words(change) == "Change or cancel this date"


def test_an_empty_class_says_so(app, frozen):
    shop = a_shop(capacity=12)
    date = a_class_date(shop, TEN)
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    page = owner.get(f"/manage/{shop.business.slug}/appointments/{date.id}")
    assert "Nobody yet" in page.text
    assert texts(page, ".desk-head .tag") == ["0 of 12"]


def test_while_somebody_is_typing_nothing_can_be_done(shop, owner):
    held = a_hold(shop, TEN)
    page = owner.get(panel(shop, held))
    assert texts(page, "h1") == ["Somebody is booking this now"]
    assert "Their place is kept until 10:10" in page.text
    assert buttons(page) == []
    for view in ("/moves/new", "/swaps"):
        assert owner.get(panel(shop, held, view)).status_code == 404
    assert owner.post(of(shop, held, "cancellations")).status_code == 404


def test_the_other_parts_of_the_visit_and_of_the_series_are_links(shop, owner, staff):
    visit, series = uuid.uuid4(), uuid.uuid4()
    booking = a_booking(shop, TEN)
    booking.visit, booking.series = visit, series
    part = a_part(shop, berlin(TUESDAY + "10:30"), visit, service_name="Colour", performer_name="Tomás")
    a_part(shop, berlin("2027-03-09 10:00"), series=series, status="cancelled")
    page = owner.get(panel(shop, booking))
    assert texts(page, ".desk-related") == [
        "Tue 2 Mar, 10:30 Colour · Tomás",
        "Tue 9 Mar, 10:00 Haircut · Maya Cancelled",
    ]
    assert len(soup(page).select(".desk-related a")) == 2
    assert soup(page).select_one(".desk-related a")["href"] == panel(shop, part)
    # What is a colleague's is named, but is nothing to open.
    assert texts(staff.get(panel(shop, booking)), ".desk-related") == texts(page, ".desk-related")
    assert soup(staff.get(panel(shop, booking))).select(".desk-related a") == []


def test_the_history_says_who_did_what_when_and_whether_the_customer_is_told(shop, owner, frozen):
    booking = a_booking(shop, TEN)
    frozen.shift(3600)
    told = {"tell": True, "reason": "Maya has a course"}
    tomas = shop.people[1].resource_id
    start = {"start": at("14:00"), "end": at("14:45"), "person_id": tomas}
    move(shop.business, appointment_of(booking), **start, **told, by=ANNA, now=clock.now())
    cancel(shop.business, booking, by=ANNA, now=clock.now(), tell=False)
    assert texts(owner.get(panel(shop, booking)), ".history-item") == [
        "Cancelled Mon 1 Mar, 11:00 · Anna · customer not told",
        "Moved Tue 2 Mar, 10:00 →to 14:00 30 min →to 45 min Maya →to Tomás Maya has a course"
        " Mon 1 Mar, 11:00 · Anna · customer to be told",
        "Booked Mon 1 Mar, 10:00 · online, by the customer",
    ]


def test_a_long_history_is_shown_from_its_end_and_then_all(shop, owner, frozen):
    booking = a_booking(shop, TEN)
    for n in range(SHOWN_AT_FIRST + 2):
        frozen.shift(60)
        write(owner, shop, booking, f"Note {n}")
    page = owner.get(panel(shop, booking))
    assert len(texts(page, ".history-item")) == SHOWN_AT_FIRST
    more = soup(page).find("a", string=lambda text: text and "Show all" in text) or next(
        it for it in soup(page).select("a") if "Show all" in it.text
    )
    assert words(more) == f"Show all {SHOWN_AT_FIRST + 3}"
    whole = owner.get(more["href"])
    assert len(texts(whole, ".history-item")) == SHOWN_AT_FIRST + 3
    assert "Show all" not in whole.text


def test_a_note_is_kept_with_its_history_and_only_members_read_it(app, shop, owner):
    booking = a_booking(shop, TEN)
    answer = owner.post(of(shop, booking, "note"), data={"note": "  Likes tea\n\nNo milk "})
    assert (answer.status_code, answer.location) == (303, panel(shop, booking))
    assert db.session.get(Booking, (shop.business.id, booking.id)).member_note == "Likes tea\n\nNo milk"
    assert len(events("booking.noted")) == 1
    assert "Likes tea" in owner.get(panel(shop, booking)).text
    assert "Likes tea" not in app.test_client().get(f"/bookings/{receipt_token(booking)}").text
    write(owner, shop, booking, "")
    assert db.session.get(Booking, (shop.business.id, booking.id)).member_note is None


def test_the_same_note_twice_is_one_change(shop, owner):
    booking = a_booking(shop, TEN)
    for _ in range(2):
        owner.post(of(shop, booking, "note"), data={"note": "Likes tea"})
    assert len(events("booking.noted")) == 1


def test_a_note_somebody_else_wrote_meanwhile_is_not_overwritten_unseen(shop, owner, staff):
    booking = a_booking(shop, TEN)
    write(owner, shop, booking, "Likes tea")
    seen = drawn_with(staff, shop, booking)
    write(owner, shop, booking, "Likes coffee")
    page = staff.post(of(shop, booking, "note"), data={"note": "No milk", "seen": seen})
    assert page.status_code == 409
    assert soup(page).select_one("details[open] textarea").text.strip() == "No milk"
    assert texts(page, ".desk-note-text") == ["Likes coffee"]
    assert texts(page, ".field-error")[0].startswith("Somebody changed this note while you were writing.")
    assert db.session.get(Booking, (shop.business.id, booking.id)).member_note == "Likes coffee"
    # Whoever saves again has read it.
    again = soup(page).select_one("[name=seen]")["value"]
    answer = staff.post(of(shop, booking, "note"), data={"note": "No milk", "seen": again})
    assert answer.status_code == 303
    assert db.session.get(Booking, (shop.business.id, booking.id)).member_note == "No milk"


def test_a_note_that_somebody_removed_meanwhile_is_asked_about_too(shop, owner, staff):
    booking = a_booking(shop, TEN)
    write(owner, shop, booking, "Likes tea")
    seen = drawn_with(staff, shop, booking)
    write(owner, shop, booking, "")
    page = staff.post(of(shop, booking, "note"), data={"note": "Likes tea, no milk", "seen": seen})
    assert (page.status_code, texts(page, ".desk-note-text")) == (409, [])
    assert len(events("booking.noted")) == 2


def test_a_note_that_is_too_long_is_kept_in_the_form(shop, owner):
    booking = a_booking(shop, TEN)
    page = owner.post(of(shop, booking, "note"), data={"note": "x" * 2001})
    assert page.status_code == 422
    assert soup(page).select_one("details[open] textarea").text.strip() == "x" * 2001
    assert texts(page, ".field-error") == ["Please use at most 2000 characters."]


def test_staff_open_only_what_takes_their_time(shop, staff):
    own, other = (
        a_booking(shop, TEN, person=shop.people[0]),
        a_booking(shop, TEN, "sam@example.com", shop.people[1]),
    )
    assert staff.get(panel(shop, own)).status_code == 200
    assert staff.get(panel(shop, other)).status_code == 403
    assert staff.post(of(shop, other, "note"), data={"note": "x"}).status_code == 403
    assert staff.get(panel(shop, own).replace(f"/{own.appointment_id}", "/999999")).status_code == 404


def test_another_business_has_no_such_appointment(app, shop, owner):
    elsewhere = a_shop()
    booking = a_booking(elsewhere, TEN)
    assert owner.get(f"/manage/{shop.business.slug}/appointments/{booking.appointment_id}").status_code == 404
    assert owner.post(of(shop, booking, "note"), data={"note": "x"}).status_code == 404


def test_the_panel_asks_as_much_for_a_full_class_as_for_an_empty_one(app, frozen, queries):
    shop = a_shop(capacity=12)
    date = a_class_date(shop, TEN)
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    address = f"/manage/{shop.business.slug}/appointments/{date.id}"
    with queries() as empty:
        assert owner.get(address).status_code == 200
    for n in range(5):
        cancelled = a_booking(shop, TEN, f"guest{n}@example.com")
        a_booking(shop, TEN, f"friend{n}@example.com")
        cancel(shop.business, cancelled, by=ANNA, now=clock.now())
    with queries() as full:
        assert owner.get(address).status_code == 200
    # Besides their names, what they owe and have paid.
    assert len(full) - 3 == len(empty) <= 13


def test_the_panel_of_a_visit_asks_a_fixed_number_of_questions(shop, owner, queries):
    visit, series = uuid.uuid4(), uuid.uuid4()
    booking = a_booking(shop, TEN)
    booking.visit, booking.series = visit, series
    move(
        shop.business,
        appointment_of(booking),
        start=at("14:00"),
        person_id=shop.people[1].resource_id,
        by=ANNA,
        now=clock.now(),
    )

    address = panel(shop, booking)

    def asked():
        with queries() as seen:
            assert owner.get(address).status_code == 200
        return len(seen)

    a_part(shop, berlin(TUESDAY + "15:00"), visit)
    a_part(shop, berlin("2027-03-09 10:00"), series=series)
    few = asked()
    for week in range(1, 5):
        a_part(shop, berlin(f"2027-03-0{week} 16:00"), visit)
        a_part(shop, berlin(f"2027-03-1{week} 16:00"), series=series)
    assert asked() == few <= 19
