"""The answer to a reminder, and the end of messages nobody wants."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.appointments.cancelling import cancel
from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.models import Customer
from app.customers.unwanted import set_wanted, wishes_token
from tests.factories import Shop, a_booking, a_membership, a_shop, a_user, berlin
from tests.notifications.messages import messages_of

pytestmark = pytest.mark.usefixtures("frozen")
THURSDAY = berlin("2027-03-04 10:00")


def a_question(hours_ahead: float | None = None) -> tuple[Shop, Booking, str]:
    """A booking, and the address of the question whether its customer comes."""
    shop = a_shop()
    a_membership(shop.business, "owner", a_user())
    at = THURSDAY if hours_ahead is None else clock.now() + timedelta(hours=hours_ahead)
    booking = a_booking(shop, at)
    return shop, booking, f"/bookings/{receipt_token(booking)}/answer"


def test_looking_asks_and_changes_nothing(client: FlaskClient) -> None:
    _shop, booking, address = a_question()
    page = BeautifulSoup(client.get(address).text, "html.parser")
    assert [it["value"] for it in page.select("button[name=answer]")] == ["coming", "not"]
    assert db.session.get_one(Booking, (booking.business_id, booking.id)).coming_at is None


def test_who_will_come_says_so_once(client: FlaskClient) -> None:
    shop, booking, address = a_question()
    for _ in range(2):
        answer = client.post(address, data={"answer": "coming"})
        assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert db.session.get_one(Booking, (booking.business_id, booking.id)).coming_at == clock.now()
    assert [it.kind for it in messages_of(shop.business.id)].count("booking_answered") == 1
    assert "see you soon" in client.get(address).text


def test_who_cannot_come_is_led_to_cancelling(client: FlaskClient) -> None:
    _shop, booking, address = a_question()
    answer = client.post(address, data={"answer": "not"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/bookings/{receipt_token(booking)}/cancellation"
    assert booking.status == "confirmed"


def test_where_it_is_too_late_they_learn_whom_to_call_and_the_team_hears(client: FlaskClient) -> None:
    shop, booking, address = a_question(hours_ahead=3)
    answer = client.post(address, data={"answer": "not"})
    page = client.get(answer.headers["Location"])
    assert "Please call" in page.text
    assert "+49 30 5550142" in page.text
    [told] = [it for it in messages_of(shop.business.id) if it.kind == "booking_answered"]
    assert told.payload == {"coming": False}
    assert booking.status == "confirmed"


def test_what_is_no_answer_is_refused(client: FlaskClient) -> None:
    _shop, _booking, address = a_question()
    assert client.post(address, data={"answer": "maybe"}).status_code == 400
    assert client.post(address.replace("/answer", "x/answer"), data={"answer": "coming"}).status_code == 404


def test_of_a_visit_that_is_not_to_be_nobody_is_asked(client: FlaskClient) -> None:
    shop, booking, address = a_question()
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    page = client.get(address)
    assert "This booking is cancelled" in page.text
    assert "nothing to answer" in page.text
    assert client.post(address, data={"answer": "coming"}).status_code == 409


def wishes(topic: str = "follow_up") -> tuple[Customer, str]:
    shop = a_shop()
    booking = a_booking(shop, THURSDAY)
    customer = db.session.get_one(Customer, (shop.business.id, booking.customer_id))
    return customer, f"/messages/{wishes_token(shop.business.id, customer.id, topic, 'email')}"


def unwanted(customer: Customer) -> list[str]:
    return db.session.get_one(Customer, (customer.business_id, customer.id), populate_existing=True).unwanted


def test_one_click_of_a_mail_program_ends_such_mails(app: Flask, client: FlaskClient) -> None:
    customer, address = wishes()
    assert client.get(address).status_code == 200
    assert unwanted(customer) == []
    for _ in range(2):
        answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.headers.get("Location")) == (204, None)
    assert unwanted(customer) == ["follow_up:email"]


@pytest.mark.parametrize("form", [{}, {"List-Unsubscribe": "yes"}, {"wish": "perhaps"}])
def test_anything_else_changes_nothing(client: FlaskClient, form: dict[str, str]) -> None:
    customer, address = wishes()
    assert client.post(address, data=form).status_code == 400
    assert unwanted(customer) == []


def test_two_links_that_are_followed_at_once_both_count(app: Flask) -> None:
    booking = a_booking(a_shop(), THURSDAY)
    customer = db.session.get_one(Customer, (booking.business_id, booking.customer_id))
    other = update(Customer).where(Customer.id == customer.id).values(unwanted=["reminder:email"])
    db.session.execute(other, execution_options={"synchronize_session": False})
    set_wanted(customer, "follow_up", "email", False, by=VISITOR, now=clock.now())
    assert customer.unwanted == ["reminder:email", "follow_up:email"]


def test_on_the_page_they_are_ended_and_sent_again(client: FlaskClient) -> None:
    customer, address = wishes("reminder")
    assert client.post(address, data={"wish": "off"}).status_code == 303
    assert unwanted(customer) == ["reminder:email"]
    assert "Send them again" in client.get(address).text
    client.post(address, data={"wish": "on"})
    assert unwanted(customer) == []


def test_a_link_that_was_altered_or_is_of_another_purpose_leads_nowhere(client: FlaskClient) -> None:
    customer, address = wishes()
    booking = db.session.query(Booking).filter_by(business_id=customer.business_id).one()
    # Not the last letter: some of its bits say nothing.
    altered = address[:-2] + ("a" if address[-2] != "a" else "b") + address[-1]
    for path in (altered, f"/messages/{receipt_token(booking)}"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"wish": "off"}).status_code == 404


def test_who_was_erased_has_no_wishes(client: FlaskClient) -> None:
    customer, address = wishes()
    customer.erased_at = clock.now()
    assert client.get(address).status_code == 404
