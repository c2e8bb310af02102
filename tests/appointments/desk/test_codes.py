"""Codes that members enter for a visit, in its panel and when they book it."""

import pytest

from app.appointments.billing import VISIT
from app.appointments.models import Booking
from app.appointments.settling_up import issue_for, take_for
from app.audit.models import AuditEvent
from app.core import clock
from app.core.db import db
from app.payments.models import Coupon, Invoice
from app.payments.owing import Subject, invoice_of
from tests.appointments.desk.looking import TUESDAY, of, panel
from tests.factories import ANNA, a_booking, a_business, a_membership, a_shop, a_user, berlin, signed_in
from tests.payments.coupons import a_coupon
from tests.reading import error, rows, soup

TEN = berlin(TUESDAY + "10:00")


@pytest.fixture
def booking(shop):
    return a_booking(shop, TEN)


def uses(browser, shop, booking, code):
    return browser.post(of(shop, booking, "code"), data={"code": code})


def prices(answer):
    return rows(answer, "section[aria-label=Price] .price-lines > div")


def buttons(answer):
    return rows(answer, "section[aria-label=Price] .button")


def used(coupon):
    return db.session.get_one(Coupon, (coupon.business_id, coupon.id), populate_existing=True).uses


def test_a_code_makes_a_booked_visit_cheaper_and_can_be_taken_off_again(shop, owner, booking):
    coupon = a_coupon(shop.business)
    assert buttons(owner.get(panel(shop, booking))) == ["Use a code"]
    assert uses(owner, shop, booking, " summer 10").status_code == 303
    page = owner.get(panel(shop, booking))
    assert prices(page) == ["Haircut €45.00", "Code SUMMER-10 -€10.00", "Total €35.00"]
    assert (buttons(page), used(coupon)) == (["Another code", "Take the code off"], 1)
    invoice = invoice_of(shop.business.id, Subject(VISIT, booking.visit))
    assert invoice.total_cents == 3500
    for _ in range(2):
        assert owner.post(of(shop, booking, "code/removal")).status_code == 303
    assert prices(owner.get(panel(shop, booking))) == ["Haircut €45.00", "Total €45.00"]
    assert (used(coupon), invoice.total_cents, booking.total_cents) == (0, 4500, 4500)
    changes = {it.action: it.changes for it in db.session.query(AuditEvent)}
    assert changes["booking.made_cheaper"] == {"total_cents": [4500, 3500]}
    assert changes["booking.full_price"] == {"total_cents": [3500, 4500]}


def test_another_code_takes_the_place_of_the_first(shop, owner, booking):
    first, second = a_coupon(shop.business), a_coupon(shop.business, "HALF", share_bp=5000)
    uses(owner, shop, booking, "SUMMER-10")
    uses(owner, shop, booking, "HALF")
    assert (booking.total_cents, used(first), used(second)) == (2250, 0, 1)
    assert len([it for it in booking.price_lines if it["kind"] == "discount"]) == 1


def test_a_code_is_for_the_whole_visit(shop, owner, booking):
    other = a_booking(shop, berlin(TUESDAY + "14:00"))
    other.visit = booking.visit
    db.session.flush()
    a_coupon(shop.business)
    uses(owner, shop, booking, "SUMMER-10")
    assert (booking.total_cents, other.total_cents) == (4000, 4000)


@pytest.mark.parametrize(
    ("code", "terms", "status", "words_"),
    [
        ("NOTHING", {}, 422, "We do not know this code. Please check how it is written."),
        ("SUMMER-10", {"least_total_cents": 5000}, 422, "This code needs at least €50.00."),
        ("", {}, 422, "Please type the code."),
        ("x" * 101, {}, 422, "Please use at most 100 characters."),
    ],
)
def test_why_a_code_cannot_be_used_is_said_beside_it(shop, owner, booking, code, terms, status, words_):
    a_coupon(shop.business, **terms)
    answer = uses(owner, shop, booking, code)
    assert (answer.status_code, error(answer, "code")) == (status, words_)
    assert booking.total_cents == 4500


def test_who_has_used_a_code_is_the_customer_and_not_the_member(shop, owner, booking):
    a_coupon(shop.business, most_per_customer=1)
    other = a_booking(shop, berlin(TUESDAY + "14:00"))
    assert other.customer_id == booking.customer_id
    uses(owner, shop, other, "SUMMER-10")
    answer = uses(owner, shop, booking, "SUMMER-10")
    assert error(answer, "code") == "This customer has used this code as often as one person can."


def test_an_invoice_that_was_issued_keeps_its_price(shop, owner, booking):
    a_coupon(shop.business)
    issue_for(shop.business, booking, by=ANNA, now=clock.now())
    assert buttons(owner.get(panel(shop, booking))) == []
    answer = uses(owner, shop, booking, "SUMMER-10")
    assert answer.status_code == 409
    assert "can only be corrected by a credit note" in error(answer, "code")
    assert owner.post(of(shop, booking, "code/removal")).status_code == 409
    assert booking.total_cents == 4500


def test_no_code_takes_off_what_was_paid_already(shop, owner, booking):
    coupon = a_coupon(shop.business)
    take_for(shop.business, booking, 4000, "cash", key="k" * 16, note=None, by=ANNA, now=clock.now())
    answer = uses(owner, shop, booking, "SUMMER-10")
    assert answer.status_code == 409
    assert error(answer, "code") == "More than that has been paid already. Give some of it back instead."
    assert (used(coupon), booking.total_cents) == (0, 4500)


def test_what_is_over_costs_what_it_cost(shop, owner, booking):
    a_coupon(shop.business)
    booking.status = "cancelled"
    db.session.flush()
    db.session.expire(booking)
    assert uses(owner, shop, booking, "SUMMER-10").status_code == 409


def test_strangers_have_no_code_to_give(app, shop, booking):
    a_coupon(shop.business)
    foreign = signed_in(app, a_membership(a_business(), "owner", a_user()).user)
    for path in ("code", "code/removal"):
        assert foreign.post(of(shop, booking, path), data={"code": "SUMMER-10"}).status_code == 404
    other = a_shop()
    theirs = a_booking(other, TEN)
    member = signed_in(app, a_membership(shop.business, "staff", a_user()).user)
    assert uses(member, shop, booking, "SUMMER-10").status_code == 403
    a_coupon(other.business, "OTHERS")
    owner = signed_in(app, a_membership(shop.business, "owner", a_user()).user)
    assert error(uses(owner, shop, booking, "OTHERS"), "code").startswith("We do not know this code.")
    assert uses(owner, shop, theirs, "SUMMER-10").status_code == 404


def entered(browser, shop, **more):
    sent = {"service": shop.service.id, "date": TUESDAY.strip(), "time": "11:00", "who": "new"}
    sent |= {"name": "Grace Hopper", "every": "0", "ends": "times", "key": "k" * 20}
    return browser.post(f"/manage/{shop.business.slug}/appointments", data=sent | more)


def test_a_member_uses_a_code_while_booking(shop, owner):
    coupon = a_coupon(shop.business, most_uses=1)
    for _ in range(2):
        assert entered(owner, shop, code="summer10").status_code == 303
    booking = db.session.query(Booking).one()
    assert (booking.status, booking.total_cents, used(coupon)) == ("confirmed", 3500, 1)
    assert db.session.query(Invoice).one().total_cents == 3500


def test_a_code_that_cannot_be_used_books_nothing(shop, owner):
    answer = entered(owner, shop, code="NOTHING")
    assert (answer.status_code, error(answer, "code")) == (
        422,
        "We do not know this code. Please check how it is written.",
    )
    assert soup(answer).select_one("#code")["value"] == "NOTHING"
    assert db.session.query(Booking).count() == 0
    weekly = entered(owner, shop, code="SUMMER-10", every="1", ends="times", times="3")
    assert error(weekly, "code").startswith("A code is for one visit.")
