"""Lost links go to the address the bookings were made with, and to nobody else."""

import email
from email import policy

import pytest
from sqlalchemy import select

from app.appointments.cancelling import cancel
from app.appointments.finding import find_visit
from app.appointments.linking import links, send_links, why_not_links
from app.core import clock
from app.core.db import db
from app.core.tries import TooManyTries
from app.notifications.composing import compose
from app.notifications.models import Notification
from tests.appointments.test_rescheduling import a_second, a_visit_of
from tests.factories import ANNA, a_booking, a_shop, berlin

pytestmark = pytest.mark.usefixtures("app")
DAY = "2027-03-04 "


@pytest.fixture
def shop(app, frozen):
    return a_shop()


def asked(shop, address="olivia@example.com", network="203.0.113.7"):
    send_links(shop.business, address, network=network, language="en-GB", now=clock.now())
    found = select(Notification).filter_by(kind="booking_links", business_id=shop.business.id)
    return list(db.session.scalars(found.order_by(Notification.id)))


def text_of(row):
    mail = email.message_from_bytes(compose(row, links(row)), policy=policy.default)
    return mail, mail.get_body(("plain",)).get_content()


def test_all_visits_ahead_are_in_one_mail_by_time(shop):
    later = a_booking(shop, berlin("2027-03-05 10:00"))
    first, second = a_visit_of(shop, a_second(shop))
    (row,) = asked(shop)
    assert why_not_links(row) is None
    mail, text = text_of(row)
    assert mail["Subject"] == f"Your bookings at {shop.business.name}"
    assert mail["To"].addresses[0].addr_spec == "olivia@example.com"
    found = [line for line in text.splitlines() if "/bookings/" in line]
    tokens = [line.rsplit("/", 1)[1] for line in found]
    assert [[it.id for it in find_visit(token)] for token in tokens] == [[first.id, second.id], [later.id]]
    assert text.index("4 March") < text.index("5 March")
    assert mail.get_body(("html",)).get_content().count("/bookings/") == 2


def test_only_what_is_ahead_and_booked_with_this_address_here(shop, frozen):
    a_booking(shop, berlin(DAY + "10:00"), "sam@example.com")
    gone = a_booking(shop, berlin(DAY + "11:00"))
    cancel(shop.business, gone, by=ANNA, now=clock.now())
    elsewhere = a_shop()
    a_booking(elsewhere, berlin(DAY + "10:00"))
    (row,) = asked(shop)
    assert "ahead" in str(why_not_links(row))
    a_booking(shop, berlin(DAY + "12:00"))
    assert why_not_links(row) is None
    frozen.move_to(berlin("2027-03-04 12:30"))
    assert why_not_links(row) is not None


def test_a_single_visit_has_its_button(shop):
    a_booking(shop, berlin(DAY + "10:00"))
    mail, _text = text_of(asked(shop)[0])
    assert mail["Subject"] == f"Your booking at {shop.business.name}"
    assert "See your booking" in mail.get_body(("html",)).get_content()


def test_known_and_unknown_are_the_same_work(shop, queries):
    a_booking(shop, berlin(DAY + "10:00"))
    seen = []
    for address in ("olivia@example.com", "stranger@example.com"):
        with queries() as statements:
            asked(shop, address)
        seen.append([it.split()[0] for it in statements])
    assert seen[0] == seen[1]


def test_asked_for_twice_within_the_hour_is_one_mail_and_later_another(shop, frozen):
    assert len(asked(shop)) == len(asked(shop)) == 1
    frozen.shift(3600)
    assert len(asked(shop)) == 2


def test_an_address_is_not_flooded_from_many_networks(shop, counting):
    for number in range(3):
        asked(shop, network=f"203.0.113.{number}")
    with pytest.raises(TooManyTries):
        asked(shop, network="203.0.113.99")
    asked(shop, "sam@example.com", network="203.0.113.99")


def test_a_network_does_not_try_many_addresses(shop, counting):
    for number in range(10):
        asked(shop, f"person{number}@example.com")
    with pytest.raises(TooManyTries):
        asked(shop, "one-more@example.com")


def test_an_erased_customer_has_no_links(shop):
    from app.customers.models import Customer

    booking = a_booking(shop, berlin(DAY + "10:00"))
    (row,) = asked(shop)
    db.session.get_one(Customer, (shop.business.id, booking.customer_id)).erased_at = clock.now()
    db.session.flush()
    assert why_not_links(row) is not None
