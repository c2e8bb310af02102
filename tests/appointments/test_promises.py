"""What was promised stays, whatever changes later."""

import pytest

from app.appointments.finding import hold_token, receipt_token
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.services.offering import change_service
from tests.factories import a_booking, a_hold, a_shop, berlin
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")
CHANGES = {"price_cents": 9900, "minutes": 45, "name": "Couture", "after_min": 30}


@pytest.fixture
def shop(app):
    return a_shop()


def change(shop):
    change_service(shop.service, by=SYSTEM, now=clock.now(), **CHANGES)
    db.session.commit()


def test_a_receipt_shows_what_was_booked_after_everything_has_changed(client, shop):
    token = receipt_token(a_booking(shop, TEN))
    change(shop)
    shown = soup(client.get(f"/bookings/{token}")).text
    assert "Haircut" in shown
    assert "€45.00" in shown
    assert "10:30" in shown
    assert "Couture" not in shown
    assert "€99.00" not in shown


def test_what_is_held_is_confirmed_as_it_was_shown(client, shop):
    held = a_hold(shop, TEN)
    change(shop)
    details = f"{shop.page}/{hold_token(held)}"
    assert soup(client.get(details)).select_one(".price-total dd").text.strip() == "€45.00"
    contact = {"name": "Olivia Park", "email": "olivia@example.com"}
    assert client.post(details, data=contact).status_code == 303
    assert (held.status, held.total_cents, held.minutes) == ("confirmed", 4500, 30)


def test_who_books_later_pays_the_new_price(client, shop):
    change(shop)
    shown = soup(client.get(f"{shop.page}?service={shop.service.id}"))
    assert shown.select_one(".price-total dd").text.strip() == "€99.00"
