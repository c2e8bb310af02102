"""Codes on the page with the details of a booking."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.appointments.cancelling import cancel
from app.appointments.models import Booking
from app.appointments.undoing import undo
from app.core import clock
from app.core.db import db
from app.core.tries import tries
from app.payments.models import Coupon, CouponUse, Invoice
from tests.factories import ANNA, a_business
from tests.payments.coupons import a_coupon
from tests.reading import soup, words

HTMX = {"HX-Request": "true", "HX-Target": "price"}


@pytest.fixture
def priced(details):
    """Where a code is looked at without booking."""
    page, _, query = details.partition("?")
    return f"{page}/price?{query}"


def the_booking():
    db.session.expire_all()
    return db.session.scalars(select(Booking).where(Booking.customer_id.is_not(None))).one()


def test_there_is_a_quiet_place_for_a_code(client, details):
    page = soup(client.get(details))
    assert "Have a code?" in page.select_one("#discount summary").text
    assert not page.select_one("#discount").has_attr("open")
    # Enter in a field books; it does not look at a code.
    assert page.select_one("form.booking button[type=submit]").text.strip() == "Book"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_price_with_a_code_is_shown_and_nothing_is_used(client, shop, priced, contact, rows, headers):
    coupon = a_coupon(shop.business)
    before = rows()
    page = client.post(priced, data=contact | {"code": " summer 10 "}, headers=headers)
    assert page.status_code == 200
    shown = soup(page).select_one("#price")
    assert words(shown.select_one(".price-lines")) == "Price €45.00 Code SUMMER-10 -€10.00 Total €35.00"
    assert shown.select_one("#discount").has_attr("open")
    assert shown.select_one("#code")["value"] == "summer 10"
    assert bool(soup(page).select_one("h1")) == (headers == {})
    if not headers:
        assert soup(page).select_one("#name")["value"] == "Olivia Park"
    assert rows() == before
    db.session.refresh(coupon)
    assert coupon.uses == 0


def test_whoever_asks_for_that_page_again_is_at_the_details(client, priced, details):
    assert client.get(priced).location == details


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_code_nobody_knows_is_said_beside_it(client, priced, contact, headers):
    page = client.post(priced, data=contact | {"code": "NOPE"}, headers=headers)
    assert page.status_code == 422
    assert "We do not know this code" in soup(page).select_one("#code-error").text
    assert soup(page).select_one("#code")["value"] == "NOPE"
    assert words(soup(page).select_one(".price-lines")) == "Total €45.00"


def test_the_visit_costs_less_wherever_it_is_shown(client, shop, details, contact, priced):
    coupon = a_coupon(shop.business, most_uses=1)
    response = client.post(details, data=contact | {"code": "summer10", "shown_discount": "1000"})
    assert response.status_code == 303
    booking = the_booking()
    assert booking.total_cents == 3500
    assert booking.price_lines[1] == {
        "label": "SUMMER-10",
        "kind": "discount",
        "quantity": 1,
        "amount": -1000,
        "tax_bp": booking.tax_bp,
    }
    db.session.refresh(coupon)
    assert coupon.uses == 1
    invoice = db.session.scalars(select(Invoice)).one()
    assert [(it.kind, it.amount_cents, it.subject_id) for it in invoice.lines] == [
        ("item", 4500, booking.id),
        ("discount", -1000, booking.id),
    ]
    assert (invoice.total_cents, invoice.subject_uid) == (3500, booking.visit)
    receipt = soup(client.get(response.location))
    assert words(receipt.select_one(".visit-price")) == "€45.00"
    assert words(receipt.select_one(".price-lines")) == "Code SUMMER-10 -€10.00 Total €35.00"


def test_confirming_twice_uses_a_code_once(client, shop, details, contact):
    coupon = a_coupon(shop.business)
    for _ in range(3):
        assert client.post(details, data=contact | {"code": "SUMMER-10"}).status_code == 303
    db.session.refresh(coupon)
    assert (coupon.uses, the_booking().total_cents) == (1, 3500)


@pytest.mark.parametrize(
    "code",
    [
        "NOPE",
        "THEIRS",
        "ЅUMMER-10",
        "x" * 10_000,
        "' OR 1=1 --",
        "%",
        "\x00",
        "<script>",
        "-1",
        "9" * 40,
    ],
)
def test_a_refused_code_keeps_what_was_typed_and_books_nothing(client, shop, details, contact, rows, code):
    a_coupon(shop.business)
    a_coupon(a_business("other-salon"), "THEIRS")
    before = rows()
    page = client.post(details, data=contact | {"note": "Short, please", "code": code})
    if not code.strip("\x00"):
        assert page.status_code == 303
        return
    assert page.status_code == 422
    assert soup(page).select_one("#code")["aria-invalid"] == "true"
    assert soup(page).select_one("#code")["value"] == code
    assert soup(page).select_one("#name")["value"] == "Olivia Park"
    assert soup(page).select_one("#note").text.strip() == "Short, please"
    assert soup(page).select_one(".form-errors a[href='#code']")
    assert rows() == before
    assert db.session.scalar(select(CouponUse.id)) is None


def test_other_mistakes_keep_the_discount_in_sight(client, shop, details, contact):
    a_coupon(shop.business)
    page = client.post(details, data=contact | {"name": "", "code": "SUMMER-10"})
    assert page.status_code == 422
    assert "-€10.00" in soup(page).select_one(".price-lines").text


def test_a_code_that_takes_off_less_than_was_shown_is_shown_again(client, shop, details, contact, rows):
    a_coupon(shop.business, amount=500)
    before = rows()
    page = client.post(details, data=contact | {"code": "SUMMER-10", "shown_discount": "1000"})
    assert page.status_code == 409
    assert "takes off less than it did" in soup(page).select_one("#code-error").text
    assert words(soup(page).select_one(".price-total")) == "Total €40.00"
    assert rows() == before


def test_a_code_that_was_removed_is_said_before_it_costs_more(client, details, contact, rows):
    before = rows()
    page = client.post(details, data=contact | {"code": "", "shown_discount": "1000"})
    assert page.status_code == 422
    assert "the price without it" in soup(page).select_one("#code-error").text
    assert rows() == before


@pytest.mark.parametrize("shown", ["-5", "1e9", "9" * 400, "NaN", "٣", "\x00"])
def test_what_a_browser_says_of_the_discount_changes_no_price(client, shop, details, contact, shown):
    a_coupon(shop.business)
    client.post(details, data=contact | {"code": "SUMMER-10", "shown_discount": shown})
    assert the_booking().total_cents == 3500


def test_whoever_guesses_is_slowed_down_and_told_nothing(client, shop, priced, details, contact, monkeypatch):
    monkeypatch.setattr(tries, "enabled", True)
    a_coupon(shop.business)
    for number in range(10):
        assert client.post(priced, data=contact | {"code": f"GUESS{number}"}).status_code == 422
    for address in (priced, details):
        page = client.post(address, data=contact | {"code": "SUMMER-10"})
        assert page.status_code == 429
        assert int(page.headers["Retry-After"]) > 0
        assert "tried too often" in soup(page).select_one("#code-error").text
        assert soup(page).select_one("#name")["value"] == "Olivia Park"
        assert "€10.00" not in page.text
    assert client.post(details, data=contact).status_code == 303


def test_a_visit_given_up_gives_its_code_back_and_takes_it_again(client, shop, details, contact):
    coupon = a_coupon(shop.business, most_uses=1)
    client.post(details, data=contact | {"code": "SUMMER-10"})
    booking, now = the_booking(), clock.now()
    cancel(shop.business, booking, by=ANNA, now=now)
    db.session.refresh(coupon)
    invoice = db.session.scalars(select(Invoice)).one()
    assert (coupon.uses, invoice.open_cents) == (0, 0)
    undo(shop.business, booking, by=ANNA, now=now + timedelta(minutes=1))
    db.session.refresh(coupon)
    db.session.refresh(invoice)
    assert (coupon.uses, invoice.open_cents, booking.total_cents) == (1, 3500, 3500)
    assert db.session.scalar(select(Coupon.code_key)) == "SUMMER10"
