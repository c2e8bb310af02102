"""What the letters about a booking say, when they are still wanted, and the calendar file that comes with one."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
import vobject
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.answering import accept
from app.appointments.booking import Decision
from app.appointments.cancelling import cancel
from app.appointments.discounting import spread
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.appointments.moving import move
from app.appointments.series import book_series
from app.appointments.telling import tell_booked
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.notifications.claiming import claim
from app.notifications.composing import compose
from app.notifications.kinds import find_kind
from app.notifications.models import Notification
from app.notifications.planning import Message, plan
from app.payments.redeeming import Discount
from app.schedule.wall_clock import epoch_minute
from tests.appointments.visiting import a_part
from tests.factories import ANNA, Shop, a_booking, a_membership, a_shop, a_user, a_wish, berlin, signed_in
from tests.notifications.messages import messages_of
from tests.notifications.post import read

pytestmark = pytest.mark.usefixtures("frozen")
TEN = berlin("2027-03-02 10:00")


def claimed(message: Notification) -> Notification:
    row = claim(message.id, clock.now(), "daybook.example")
    assert row is not None
    return row


def letter(message: Notification) -> EmailMessage:
    """The mail, if it is wanted."""
    row = claimed(message)
    assert row.status == "claimed", row.last_error
    return read(compose(row, find_kind(row.kind).words(row)))


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")  # type: ignore[union-attr]


def page_of(mail: EmailMessage) -> BeautifulSoup:
    html = str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]
    return BeautifulSoup(html.replace("\r\n", "\n"), "html.parser")


def events_of(mail: EmailMessage) -> list[vobject.base.Component]:
    """The bookings as calendar programs read them: an invitation each, or a file of all dates of a series."""
    events = []
    for file in mail.iter_attachments():
        calendar = vobject.readOne(file.get_payload(decode=True).decode())
        many = len(calendar.vevent_list) > 1
        assert (
            calendar.method.value
            == file["content-type"].params["method"]
            == ("PUBLISH" if many else "REQUEST")
        )
        events += calendar.vevent_list
    return events


def put_off_two_hours(shop: Shop, booking: Booking) -> None:
    start = epoch_minute(TEN + timedelta(hours=2))
    move(shop.business, booking.appointment, start=start, by=ANNA, now=clock.now())


def told_of(shop: Shop, *bookings: Booking) -> list[Notification]:
    """The messages about bookings whose rows were written directly."""
    of_visit = bookings_of_visit(shop.business.id, bookings[0].visit)
    tell_booked(shop.business, of_visit, by=VISITOR, now=clock.now())
    return messages_of(shop.business.id)


def a_told_booking(shop: Shop) -> tuple[Booking, Notification]:
    booking = a_booking(shop, TEN)
    return booking, messages_of(shop.business.id)[0]


def test_a_confirmation_says_what_when_where_and_how_much(app: Flask) -> None:
    shop = a_shop()
    columns = {
        "street": "Lindenstraße 12",
        "city": "Berlin",
        "house_rules": "Please come early.\nBring a towel.",
    }
    for column, value in columns.items():
        setattr(shop.business, column, value)
    _booking, message = a_told_booking(shop)
    mail = letter(message)
    for words in (text_of(mail), page_of(mail).get_text("\n")):
        for said in (
            "You are booked, Olivia Park",
            "Tuesday 2 March 2027",
            "10:00 to 10:30, Berlin time",
            "Haircut",
            "with Maya",
            "€45.00",
            "Lindenstraße 12, Berlin",
            "+49 30 5550142",
            "Please come early.\nBring a towel.",
            "Sent by Daybook.",
        ):
            assert said in words
    assert mail["subject"] == "Booked: Haircut on Tue 2 Mar, 10:00"


def test_the_button_and_the_words_lead_to_the_receipt(app: Flask, client: FlaskClient) -> None:
    _booking, message = a_told_booking(a_shop())
    mail = letter(message)
    page = page_of(mail)
    link = page.select_one("a.button")["href"]
    assert page.select_one(".link a").get_text() == page.select_one(".link a")["href"] == link
    assert link in text_of(mail)
    assert link.startswith("http://localhost:8000/bookings/")
    assert client.get(link.removeprefix("http://localhost:8000")).status_code == 200


def test_the_calendar_file_has_a_constant_uid_and_the_number_of_changes(app: Flask) -> None:
    booking, message = a_told_booking(a_shop())
    [event] = events_of(letter(message))
    assert event.uid.value == booking.ics_uid
    assert event.sequence.value == "0"
    assert event.dtstart.value == TEN
    assert event.status.value == "CONFIRMED"
    assert event.url.value.startswith("http://localhost:8000/bookings/")


def test_a_confirmation_that_waited_says_the_time_the_booking_has_now(app: Flask) -> None:
    shop = a_shop()
    booking, message = a_told_booking(shop)
    put_off_two_hours(shop, booking)
    mail = letter(message)
    assert "12:00 to 12:30" in text_of(mail)
    [event] = events_of(mail)
    assert (event.sequence.value, event.uid.value) == ("1", booking.ics_uid)


def test_a_confirmation_whose_booking_was_changed_and_told_anew_is_not_sent(app: Flask) -> None:
    shop = a_shop()
    booking, message = a_told_booking(shop)
    put_off_two_hours(shop, booking)
    newer = Message(
        kind="booking_confirmed",
        business_id=shop.business.id,
        subject_kind="booking",
        subject_id=booking.id,
        subject_seq=1,
        recipient=message.recipient,
        language="en-GB",
        dedupe_key="told anew",
    )
    [number] = plan([newer], clock.now())
    row = claimed(message)
    assert (row.status, row.last_error) == (
        "cancelled",
        "The booking was changed, and a newer message says so.",
    )
    assert claimed(db.session.get_one(Notification, number)).status == "claimed"


def test_what_was_cancelled_declined_or_erased_is_not_said(app: Flask) -> None:
    shop = a_shop()
    booking, message = a_told_booking(shop)
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    row = claimed(message)
    assert (row.status, row.last_error) == ("cancelled", "The booking is not what it was: Cancelled.")


def test_whoever_was_erased_gets_no_mail(app: Flask) -> None:
    shop = a_shop()
    booking, message = a_told_booking(shop)
    db.session.get_one(Customer, (shop.business.id, booking.customer_id)).erased_at = clock.now()
    row = claimed(message)
    assert (row.status, row.last_error) == ("cancelled", "The customer was erased.")


def test_a_request_that_was_answered_meanwhile_is_not_said(app: Flask) -> None:
    shop = a_shop(approval=True)
    booking, message = a_told_booking(shop)
    accept(shop.business, booking, by=ANNA, now=clock.now())
    row = claimed(message)
    assert row.status == "cancelled"
    assert row.last_error == "The request was answered, or given up, before it was sent."
    assert "You are booked" in text_of(letter(messages_of(shop.business.id)[-1]))


def test_a_request_has_nothing_for_a_calendar(app: Flask) -> None:
    _booking, message = a_told_booking(a_shop(approval=True))
    mail = letter(message)
    assert list(mail.iter_attachments()) == []
    assert mail["subject"] == "Your request: Haircut on Tue 2 Mar, 10:00"
    assert "Until then the time is kept for you." in text_of(mail)


def test_an_owner_reads_who_booked_and_answers_them(app: Flask) -> None:
    shop = a_shop()
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    booking = a_part(shop, TEN, note="Is there a lift?\nI have a pram.", contact_phone="+49305550199")
    new = told_of(shop, booking)[1]
    mail = letter(new)
    assert mail["reply-to"] == "olivia@example.com"
    assert mail["to"] == "maya@example.com"
    for words in (text_of(mail), page_of(mail).get_text("\n")):
        assert "Olivia Park booked on your page." in words
        assert "+49 30 5550199" in words
        assert "Is there a lift?\nI have a pram." in words
    address = f"/manage/{shop.business.slug}/appointments/{booking.appointment_id}"
    assert page_of(mail).select_one("a.button")["href"] == f"http://localhost:8000{address}"
    assert address in text_of(mail)


def test_an_owner_is_asked_to_answer_a_request(app: Flask) -> None:
    shop = a_shop(approval=True)
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    a_booking(shop, TEN)
    mail = letter(messages_of(shop.business.id)[1])
    assert mail["subject"] == "New request: Olivia Park, Haircut on Tue 2 Mar, 10:00"
    assert page_of(mail).select_one("a.button").get_text(strip=True) == "Answer the request"
    assert "waits for your answer" in text_of(mail)


def test_an_owner_is_led_to_the_part_that_waits_for_an_answer(app: Flask, client: FlaskClient) -> None:
    shop = a_shop()
    user = a_user("maya@example.com")
    a_membership(shop.business, "owner", user)
    first = a_part(shop, TEN)
    asked = a_part(shop, TEN + timedelta(hours=1), first.visit, status="requested")
    link = page_of(letter(told_of(shop, first)[1])).select_one("a.button")["href"]
    assert link.endswith(f"/appointments/{asked.appointment_id}")
    page = signed_in(app, user).get(link.removeprefix("http://localhost:8000"))
    assert (page.status_code, "Olivia Park" in page.text) == (200, True)


def test_whoever_is_no_owner_any_more_is_not_told(app: Flask) -> None:
    shop = a_shop()
    membership = a_membership(shop.business, "owner", a_user("maya@example.com"))
    a_booking(shop, TEN)
    membership.role = "staff"
    db.session.flush()
    row = claimed(messages_of(shop.business.id)[1])
    assert (row.status, row.last_error) == (
        "cancelled",
        "Whoever it was for does not want to be told of this, or does not work here any more.",
    )


def test_a_visit_lists_all_its_services_and_one_total(app: Flask) -> None:
    shop = a_shop()
    first = a_part(shop, TEN)
    second = TEN + timedelta(minutes=45)
    a_part(shop, second, first.visit, service_name="Colour", price=9000)
    a_part(shop, TEN, first.visit, guest=2, guest_name="Zoë", performer_name="June")
    mail = letter(told_of(shop, first)[0])
    assert mail["subject"] == "Booked: Haircut and 1 more on Tue 2 Mar, 10:00"
    assert "Total: €180.00" in text_of(mail)
    assert "Second person, Zoë" in page_of(mail).get_text()
    assert [it.select_one(".part-name").get_text() for it in page_of(mail).select(".parts tr")[:3]] == [
        "Haircut",
        "Colour",
        "Haircut",
    ]
    assert len(events_of(mail)) == 3


def test_a_part_that_was_given_back_is_left_out(app: Flask) -> None:
    shop = a_shop()
    first = a_part(shop, TEN, price=4500)
    a_part(shop, TEN, first.visit, service_name="Colour", status="declined", price=9000)
    mail = letter(told_of(shop, first)[0])
    assert "Colour" not in text_of(mail) + page_of(mail).get_text()
    assert len(events_of(mail)) == 1


def test_a_series_lists_its_dates_each_with_its_link(app: Flask) -> None:
    shop = a_shop()
    wishes = [a_wish(shop, TEN + timedelta(days=7 * week)) for week in range(3)]
    decision = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")
    visits = book_series(shop.business, wishes, decision, by=ANNA, now=clock.now())
    [message] = messages_of(shop.business.id)
    cancel(shop.business, visits[1][0], by=ANNA, now=clock.now())
    mail = letter(message)
    assert mail["subject"] == "Booked: Haircut, 2 dates from Tue 2 Mar"
    dates = page_of(mail).select(".part-date a")
    assert [it.get_text() for it in dates] == ["Tue 2 Mar", "Tue 16 Mar"]
    assert len({it["href"] for it in dates}) == 2
    assert all(it["href"] in text_of(mail) for it in dates)
    assert [it.dtstart.value for it in events_of(mail)] == [TEN, TEN + timedelta(days=14)]


def test_both_clocks_are_told_where_the_customers_is_another(app: Flask) -> None:
    shop = a_shop()
    a_membership(shop.business, "owner", a_user())
    customer, owner = told_of(shop, a_part(shop, TEN, customer_zone="Asia/Tokyo"))
    mail = letter(customer)
    for words in (text_of(mail), page_of(mail).get_text()):
        assert "10:00 to 10:45, Berlin time" in words
        assert "Where you are: 18:00 to 18:45, Tokyo time" in words
    assert "For the customer: 18:00 to 18:45, Tokyo time" in text_of(letter(owner))


def test_a_letter_is_in_its_readers_language(app: Flask) -> None:
    shop = a_shop()
    booking = a_part(shop, TEN + timedelta(hours=4), language="en-US")
    mail = letter(told_of(shop, booking)[0])
    assert mail["subject"] == "Booked: Haircut on Tue, Mar 2, 2:00 PM"
    assert page_of(mail).html["lang"] == "en-US"


def test_a_logo_is_shown_by_its_whole_address(app: Flask) -> None:
    shop = a_shop()
    shop.business.logo = "a-key-of-a-picture"
    _booking, message = a_told_booking(shop)
    picture = page_of(letter(message)).select_one("img")
    assert picture["src"] == "http://localhost:8000/media/a-key-of-a-picture-small.webp"
    assert picture["alt"] == ""


def test_the_colours_are_those_of_the_business(app: Flask) -> None:
    shop = a_shop()
    shop.business.brand_hue = 20
    _booking, message = a_told_booking(shop)
    colour = page_of(letter(message)).select_one("a.button")["style"].partition("background: #")[2]
    red, green, blue = bytes.fromhex(colour[:6])
    assert red > 2 * green
    assert red > 2 * blue


def test_a_booking_that_is_gone_is_not_said(app: Flask) -> None:
    shop = a_shop()
    _booking, message = a_told_booking(shop)
    message.subject_id = 2**62
    db.session.flush()
    row = claimed(message)
    assert (row.status, row.last_error) == ("cancelled", "The booking does not exist any more.")


def test_a_confirmation_says_what_a_code_took_off(app: Flask) -> None:
    shop = a_shop()
    booking = a_booking(shop, TEN)
    spread([booking], Discount("SUMMER-10", 1000))
    mail = letter(messages_of(shop.business.id)[0])
    for said in (page_of(mail).text, text_of(mail)):
        assert "Code SUMMER-10" in said
        assert "-€10.00" in said
        assert "€35.00" in said
