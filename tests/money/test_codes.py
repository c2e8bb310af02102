"""What the codes of a business were used for."""

import pytest

from app.appointments.codes import take_code_off, use_code
from app.core import clock
from tests.factories import ANNA, a_booking, a_business, a_membership, a_shop, a_user, berlin, signed_in
from tests.payments.coupons import a_coupon
from tests.reading import rows, soup, words


@pytest.fixture
def shop(app, frozen):
    return a_shop()


def member(app, business, role="manager"):
    return signed_in(app, a_membership(business, role, a_user()).user)


def page(shop, coupon):
    return f"/manage/{shop.business.slug}/money/codes/{coupon.id}"


def test_each_use_is_listed_with_its_visit_and_what_was_given_back(app, shop):
    coupon = a_coupon(shop.business)
    browser = member(app, shop.business)
    assert words(soup(browser.get(page(shop, coupon))).select_one(".empty-title")) == "Not used yet"
    kept, given = (a_booking(shop, berlin(f"2027-03-02 {hour}:00")) for hour in (10, 12))
    for it in (kept, given):
        use_code(shop.business, it, "SUMMER-10", by=ANNA, now=clock.now())
    take_code_off(shop.business, given, by=ANNA, now=clock.now())
    answer = browser.get(page(shop, coupon))
    said = "Olivia Park Haircut, 2 Mar 2027 · Confirmed · used on 1 Mar 2027"
    assert rows(answer, ".row") == [f"{said} Given back -€10.00", f"{said} -€10.00"]
    assert f"/appointments/{kept.appointment_id}" in answer.text
    listed = browser.get(f"/manage/{shop.business.slug}/coupons")
    assert page(shop, coupon) in listed.text


def test_the_page_asks_a_fixed_number_of_questions(app, shop, queries):
    coupon = a_coupon(shop.business)
    browser, counts = member(app, shop.business), []
    for hours in ((10,), (11, 12, 13)):
        for hour in hours:
            booking = a_booking(shop, berlin(f"2027-03-02 {hour}:00"))
            use_code(shop.business, booking, "SUMMER-10", by=ANNA, now=clock.now())
        with queries() as seen:
            assert browser.get(page(shop, coupon)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_only_managers_of_this_business_see_them(app, shop, client):
    coupon = a_coupon(shop.business)
    assert client.get(page(shop, coupon)).status_code == 303
    assert member(app, shop.business, "staff").get(page(shop, coupon)).status_code == 403
    assert member(app, a_business()).get(page(shop, coupon)).status_code == 404
    other = a_shop()
    assert member(app, other.business).get(page(other, coupon)).status_code == 404
