"""What customers read about the money: before they book, on the receipt, before and after they cancel."""

from datetime import timedelta

import pytest

from app.appointments.finding import hold_token, receipt_token
from app.appointments.forms.money_words import before_booking
from app.core import clock
from app.core.db import db
from app.payments.models import PaymentSettings
from app.payments.refund_steps import RefundStep
from app.payments.stripe.account import keep_keys
from app.payments.terms import Terms
from tests.appointments.paid import agree, paid, refunds
from tests.appointments.test_rescheduling import a_second, a_visit_of
from tests.factories import a_booking, a_hold, a_membership, a_shop, berlin, signed_in
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")
START = berlin("2027-03-04 10:00")
LADDER = (RefundStep(1440, 10_000), RefundStep(120, 5_000))


@pytest.fixture
def shop(app):
    shop = a_shop(price_cents=6000)
    shop.business.change_until_min = 0
    agree(shop.business, Terms("deposit", 2000, steps=LADDER))
    return shop


def with_keys(shop):
    settings = PaymentSettings(business_id=shop.business.id, mode="test")
    keep_keys(settings, "pk_test_1", "sk_test_1", None, live=False)
    db.session.add(settings)
    db.session.flush()


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(soup(answer).select_one("main").get_text(" ").split())


def cancellation(client, booking):
    return client.get(f"/bookings/{receipt_token(booking)}/cancellation")


def test_before_booking_customers_read_what_they_pay_and_what_would_go_back(client, shop):
    with_keys(shop)
    held = a_hold(shop, START)
    said = text(client.get(f"{shop.page}/{hold_token(held)}"))
    assert "A deposit of €20.00 is paid when booking, the other €40.00 on site." in said
    assert "Free cancellation until Wed 3 Mar, 10:00." in said
    assert "After that you get €10.00 (50%) back until Thu 4 Mar, 08:00, then nothing." in said
    assert "If you do not come, nothing goes back." in said
    assert "Nothing is paid now" not in said


@pytest.mark.parametrize(
    ("price", "words"),
    [(0, "There is nothing to pay."), (None, "Nothing is paid now. You pay on site.")],
)
@pytest.mark.parametrize("prepay", ["full", "deposit"])
def test_nothing_is_asked_for_first_of_what_is_free_or_on_request(client, shop, price, prepay, words):
    with_keys(shop)
    agree(shop.business, Terms(prepay, 2000 if prepay == "deposit" else None))
    shop.service.price_cents = price
    db.session.flush()
    said = text(client.get(f"{shop.page}?service={shop.service.id}"))
    assert words in said
    held = a_hold(shop, START)
    details = text(client.get(f"{shop.page}/{hold_token(held)}"))
    assert words in details
    assert "when booking" not in said + details
    booking = a_booking(shop, berlin("2027-03-05 10:00"))
    assert booking.status == "confirmed"
    assert words in text(client.get(f"/bookings/{receipt_token(booking)}"))


def test_of_a_visit_whose_price_is_known_in_part_that_part_is_asked_for(client, shop):
    with_keys(shop)
    agree(shop.business, Terms("full"))
    known, unknown = a_hold(shop, START), a_hold(shop, berlin("2027-03-05 10:00"))
    unknown.price_lines = [it | {"amount": None} for it in unknown.price_lines]
    unknown.visit, unknown.total_cents = known.visit, 0
    unknown.hold_id = known.hold_id
    db.session.flush()
    said = before_booking(shop.business, [known, unknown], clock.now())
    assert said[:2] == ["€60.00 is paid when booking.", "What is on request is paid on site."]


def test_a_price_that_depends_on_the_person_is_asked_for_as_what_it_is(client, app):
    shop = a_shop(people=2)
    other = shop.people[1]
    with_keys(shop)
    agree(shop.business, Terms("full"))
    db.session.execute(
        db.text("UPDATE resource_group_members SET price_cents = 9000 WHERE resource_id = :id"),
        {"id": other.resource_id},
    )
    said = text(client.get(f"{shop.page}?service={shop.service.id}"))
    assert "Something is paid online when you book. You see how much before." in said


def test_without_keys_nothing_is_asked_for_and_the_page_says_so(client, shop):
    held = a_hold(shop, START)
    said = text(client.get(f"{shop.page}/{hold_token(held)}"))
    assert "Nothing is paid now. You pay on site." in said
    assert "deposit" not in said


def test_the_receipt_says_what_was_paid_what_is_left_and_what_would_go_back(client, shop):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    said = text(client.get(f"/bookings/{receipt_token(booking)}"))
    assert "Paid: €20.00. Left to pay: €40.00. Free cancellation until Wed 3 Mar, 10:00." in said


def test_a_receipt_nothing_was_paid_for_is_as_it_was(client, shop):
    booking = a_booking(shop, START)
    said = text(client.get(f"/bookings/{receipt_token(booking)}"))
    assert "Nothing is paid now. You pay on site." in said


@pytest.mark.parametrize(
    ("early", "words", "back"),
    [
        (timedelta(hours=24), "Cancel now and get €20.00 back. That is all you have paid.", [2000]),
        (timedelta(hours=23), "Cancel now and get €10.00 back, of €20.00 you have paid.", [1000]),
        (timedelta(hours=1), "You have paid €20.00. If you cancel now, nothing of it goes back.", []),
    ],
)
def test_the_page_says_before_they_cancel_what_they_get_back_and_so_it_is(
    client, shop, frozen, early, words, back
):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - early)
    page = text(cancellation(client, booking))
    assert words in page
    # Nobody has it again without paying first, so nothing else is promised.
    assert ("for ten minutes" in page) == (not back)
    link = f"/bookings/{receipt_token(booking)}"
    assert client.post(f"{link}/cancellation", data={"parts": str(booking.id)}).status_code == 303
    assert refunds(shop.business) == back
    said = text(client.get(link))
    assert ("goes back to you" in said) == bool(back)
    assert ("is kept, as was agreed" in said) == (back != [2000])
    assert ("owed again" in said) == bool(back)


def test_of_several_parts_each_says_what_it_would_give_back(client, shop):
    first, _second = a_visit_of(shop, a_second(shop))
    paid(shop.business, first, 4000)
    page = cancellation(client, first)
    choices = [" ".join(it.get_text(" ").split()) for it in soup(page).select("#parts .choice")]
    assert all("€20.00 back" in it for it in choices)
    assert "Cancel all of it now and get €40.00 back" in text(page)


def test_a_member_reads_what_would_go_back_and_decides(app, shop, frozen):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(hours=3))
    member = signed_in(app, a_membership(shop.business).user)
    page = f"/manage/{shop.business.slug}/bookings/{booking.id}/cancellations"
    said = text(member.get(f"{page}/new"))
    assert "€20.00 paid; by what was agreed €10.00 goes back now." in said
    assert member.post(page, data={"back": "gold"}).status_code == 422
    assert member.post(page, data={"back": "terms"}).status_code == 303
    assert refunds(shop.business) == [1000]


def test_a_member_gives_all_of_it_back_unless_they_decide_otherwise(app, shop, frozen):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(hours=1))
    member = signed_in(app, a_membership(shop.business).user)
    page = f"/manage/{shop.business.slug}/bookings/{booking.id}/cancellations"
    chosen = soup(member.get(f"{page}/new")).select_one("[name=back][checked]")
    assert chosen["value"] == "all"
    assert member.post(page, data={"back": "all"}).status_code == 303
    assert refunds(shop.business) == [2000]


def test_whoever_books_it_again_is_told_that_the_money_is_owed_again(app, shop):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    member = signed_in(app, a_membership(shop.business).user)
    home = f"/manage/{shop.business.slug}/bookings/{booking.id}"
    member.post(f"{home}/cancellations", data={"back": "all"})
    answer = member.get(member.post(f"{home}/restoration").headers["Location"])
    assert "€20.00 went back to the customer and is owed again." in soup(answer).get_text(" ")


def test_where_nothing_was_paid_there_is_nothing_to_decide(app, shop):
    booking = a_booking(shop, START)
    member = signed_in(app, a_membership(shop.business).user)
    page = f"/manage/{shop.business.slug}/bookings/{booking.id}/cancellations"
    assert not soup(member.get(f"{page}/new")).select("[name=back]")
    assert member.post(page, data={}).status_code == 303


@pytest.mark.parametrize("early", [timedelta(hours=24), timedelta(hours=23)])
def test_nobody_gets_around_a_deposit_by_cancelling_and_taking_that_back(client, shop, frozen, early):
    with_keys(shop)
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - early)
    link = f"/bookings/{receipt_token(booking)}"
    client.post(f"{link}/cancellation", data={"parts": str(booking.id)})
    assert "Take it back" not in text(client.get(link))
    answer = client.post(f"{link}/return")
    assert (answer.status_code, "please book it anew" in answer.text) == (409, True)
    assert (fresh(booking).status, len(refunds(shop.business))) == ("cancelled", 1)


def test_who_gets_nothing_back_can_take_it_back_and_has_paid_already(client, shop, frozen):
    with_keys(shop)
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(hours=1))
    link = f"/bookings/{receipt_token(booking)}"
    client.post(f"{link}/cancellation", data={"parts": str(booking.id)})
    assert "Take it back" in text(client.get(link))
    assert client.post(f"{link}/return").status_code == 303
    assert fresh(booking).status == "confirmed"


def fresh(booking):
    return db.session.get_one(type(booking), (booking.business_id, booking.id), populate_existing=True)
