"""What a visit owes, what is taken and given back for it, and its invoice, in the panel."""

import secrets

import pytest

from app.appointments.billing import VISIT, bill_of
from app.appointments.cancelling import cancel
from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.appointments.settling_up import take_for
from app.core import clock
from app.core.db import db
from app.payments.models import Invoice, Payment, Refund
from app.payments.owing import Subject, invoice_of
from tests.appointments.desk.looking import FRAGMENT, TUESDAY, of, panel
from tests.appointments.looking import state
from tests.factories import (
    ANNA,
    a_booking,
    a_business,
    a_class_date,
    a_membership,
    a_shop,
    a_user,
    a_visit,
    berlin,
    signed_in,
)
from tests.payments.owed import paid_online
from tests.reading import boxes, error, rows, soup, words

TEN = berlin(TUESDAY + "10:00")


def sums(answer):
    """Each line of the money of a visit."""
    return rows(answer, "section[aria-label=Money] .price-lines > div")


def invoice(booking) -> Invoice:
    return invoice_of(booking.business_id, Subject(VISIT, booking.visit))


def takes(browser, shop, booking, amount="45.00", **more):
    form = {"amount": amount, "method": "cash", "key": secrets.token_urlsafe(18)} | more
    return browser.post(of(shop, booking, "payments"), data=form)


def gives_back(browser, shop, booking, amount="20.00", **more):
    form = {"amount": amount, "reason": "Unhappy", "then": "less", "key": secrets.token_urlsafe(18)} | more
    return browser.post(of(shop, booking, "refunds"), data=form)


def test_the_panel_says_what_is_owed_before_anything_is_paid(shop, owner):
    booking = a_booking(shop, TEN)
    page = owner.get(panel(shop, booking))
    assert sums(page) == ["Owed €45.00", "Still to pay €45.00"]
    assert rows(page, "section[aria-label=Money] .button") == ["Take money", "Issue the invoice"]
    assert db.session.query(Invoice).count() == 0


def test_the_form_begins_with_what_is_open(shop, owner):
    booking = a_booking(shop, TEN)
    takes(owner, shop, booking, "15.00")
    page = owner.get(of(shop, booking, "payments/new"))
    assert soup(page).select_one("#amount")["value"] == "30.00"
    assert soup(owner.get(of(shop, booking, "payments/new"), headers=FRAGMENT)).select_one("#payment")


def test_what_is_paid_in_parts_is_shown_with_how_and_by_whom_and_numbered_when_it_is_all(shop, owner):
    booking = a_booking(shop, TEN)
    assert takes(owner, shop, booking, "15.00", method="card", note="Slip 7").status_code == 303
    page = owner.get(panel(shop, booking))
    assert sums(page) == ["Owed €45.00", "Paid €15.00", "Still to pay €30.00"]
    assert rows(page, ".money-item") == ["€15.00 Card at the shop Mon 1 Mar, 10:00 · Ann Berg Slip 7"]
    assert invoice(booking).number is None
    takes(owner, shop, booking, "30.00")
    page = owner.get(panel(shop, booking))
    assert sums(page) == ["Owed €45.00", "Paid €45.00", "Nothing left to pay €0.00"]
    assert invoice(booking).number == "2027-0001"
    assert "Invoice 2027-0001" in words(soup(page).select_one("section[aria-label=Money]"))


def test_sent_twice_it_is_one_payment(shop, owner):
    booking = a_booking(shop, TEN)
    key = secrets.token_urlsafe(18)
    for _ in range(2):
        assert takes(owner, shop, booking, "15.00", key=key).status_code == 303
    assert invoice(booking).paid_cents == 1500


@pytest.mark.parametrize("amount", ["", "0", "-5", "1e3", "9999999999999", "1.234", "NaN", "45.01"])
def test_an_amount_that_makes_no_sense_is_refused_beside_it_and_kept(shop, owner, amount):
    booking = a_booking(shop, TEN)
    before = state()
    answer = takes(owner, shop, booking, amount, note="Keep me")
    assert (answer.status_code, state()) == (422, before)
    assert error(answer, "amount")
    assert soup(answer).select_one("#amount")["value"] == amount
    assert soup(answer).select_one("#note")["value"] == "Keep me"


def test_nobody_chooses_a_way_to_pay_that_is_not_theirs_to_write_down(shop, owner):
    booking = a_booking(shop, TEN)
    assert takes(owner, shop, booking, method="stripe").status_code == 422
    assert db.session.query(Payment).count() == 0


@pytest.mark.parametrize(("currency", "typed", "cents"), [("JPY", "4500", 4500), ("KWD", "4.500", 4500)])
def test_an_amount_has_the_decimals_of_its_currency(app, frozen, currency, typed, cents):
    shop = a_shop(price_cents=4500)
    shop.business.currency = currency
    owner = signed_in(app, a_membership(shop.business, "owner", a_user()).user)
    booking = a_booking(shop, TEN)
    page = owner.get(of(shop, booking, "payments/new"))
    assert soup(page).select_one("#amount")["value"] == typed
    assert takes(owner, shop, booking, typed).status_code == 303
    assert invoice(booking).paid_cents == cents
    assert takes(owner, shop, booking, "1.5" if currency == "JPY" else "1.2345").status_code == 422


def test_a_refund_of_cash_waits_for_somebody_to_hand_it_out_and_comes_off_the_invoice(shop, owner):
    booking = a_booking(shop, TEN)
    takes(owner, shop, booking)
    assert gives_back(owner, shop, booking, reason="Colour was wrong").status_code == 303
    page = owner.get(panel(shop, booking))
    assert sums(page) == ["Owed €25.00", "Paid €45.00", "Given back €20.00", "Nothing left to pay €0.00"]
    [_payment, refund] = rows(page, ".money-item")
    assert refund.startswith("-€20.00 Cash To hand out")
    assert "Colour was wrong" in refund
    form = soup(page).select_one(".money-item form")
    assert owner.post(form["action"]).status_code == 303
    assert "Given back" in rows(owner.get(panel(shop, booking)), ".money-item")[1]
    note = db.session.query(Invoice).filter_by(kind="credit_note").one()
    assert (note.number, note.total_cents) == ("C2027-0001", -2000)


def test_what_is_given_back_to_be_paid_another_way_is_owed_again(shop, owner):
    booking = a_booking(shop, TEN)
    takes(owner, shop, booking)
    assert gives_back(owner, shop, booking, "45.00", then="owed").status_code == 303
    assert sums(owner.get(panel(shop, booking)))[-1] == "Still to pay €45.00"
    assert takes(owner, shop, booking, method="card").status_code == 303


def test_a_credited_part_is_not_taken_again(shop, owner):
    booking = a_booking(shop, TEN)
    takes(owner, shop, booking)
    gives_back(owner, shop, booking)
    answer = takes(owner, shop, booking, "20.00")
    assert (answer.status_code, error(answer, "amount")) == (422, "That is more than what is left to pay.")


def test_before_the_invoice_is_issued_a_price_reduction_is_a_line_of_it(shop, owner):
    booking = a_booking(shop, TEN)
    takes(owner, shop, booking, "30.00")
    gives_back(owner, shop, booking, "10.00")
    assert [(it.label, it.amount_cents) for it in invoice(booking).lines] == [
        ("Haircut", 4500),
        ("Price reduction", -1000),
    ]
    assert sums(owner.get(panel(shop, booking)))[-1] == "Still to pay €15.00"


def test_never_more_than_was_paid_goes_back_and_a_reason_is_needed(shop, owner):
    booking = a_booking(shop, TEN)
    takes(owner, shop, booking, "30.00")
    before = state()
    too_much = gives_back(owner, shop, booking, "30.01")
    assert (too_much.status_code, bool(error(too_much, "amount"))) == (422, True)
    nameless = gives_back(owner, shop, booking, reason=" ")
    assert (nameless.status_code, bool(error(nameless, "reason"))) == (422, True)
    assert state() == before
    key = secrets.token_urlsafe(18)
    for _ in range(2):
        assert gives_back(owner, shop, booking, "30.00", key=key).status_code == 303
    assert invoice(booking).refunded_cents == 3000
    assert gives_back(owner, shop, booking, "0.01").status_code == 422


def test_what_stripe_has_is_not_for_a_member_to_hand_out(shop, owner):
    booking = a_booking(shop, TEN)
    paid_online(shop.business, bill_of(shop.business, [booking], clock.now()), 4500)
    gives_back(owner, shop, booking)
    refund = db.session.query(Refund).one()
    assert refund.status == "created"
    assert soup(owner.get(panel(shop, booking))).select_one(".money-item form") is None
    assert owner.post(of(shop, booking, f"refunds/{refund.id}/handover")).status_code == 404


def test_staff_take_money_for_their_own_visits_and_give_none_back(shop, owner, staff):
    mine = a_booking(shop, TEN, person=shop.person)
    theirs = a_booking(shop, berlin(TUESDAY + "12:00"), "sam@example.com", person=shop.people[1])
    assert takes(staff, shop, mine).status_code == 303
    assert takes(staff, shop, theirs).status_code == 403
    assert "Give back" not in rows(staff.get(panel(shop, mine)), "section[aria-label=Money] .button")
    before = state()
    assert gives_back(staff, shop, mine).status_code == 403
    assert staff.get(of(shop, mine, "refunds/new")).status_code == 403
    assert state() == before


def test_a_refund_of_another_visit_or_business_is_not_found(app, shop, owner):
    mine, other = a_booking(shop, TEN), a_booking(shop, berlin(TUESDAY + "12:00"), "sam@example.com")
    for booking in (mine, other):
        takes(owner, shop, booking)
    gives_back(owner, shop, mine)
    refund = db.session.query(Refund).one()
    assert owner.post(of(shop, other, f"refunds/{refund.id}/handover")).status_code == 404
    elsewhere = a_shop()
    stranger = signed_in(app, a_membership(elsewhere.business, "owner", a_user()).user)
    address = of(elsewhere, mine, f"refunds/{refund.id}/handover")
    assert stranger.post(address).status_code == 404
    assert db.session.get_one(Refund, (shop.business.id, refund.id)).status == "pending"


def test_an_invoice_is_issued_when_a_member_says_so_and_once(shop, owner):
    booking = a_booking(shop, TEN)
    for _ in range(2):
        assert owner.post(of(shop, booking, "invoice")).status_code == 303
    assert invoice(booking).number == "2027-0001"
    page = owner.get(panel(shop, booking))
    assert "Issue the invoice" not in rows(page, "section[aria-label=Money] .button")


def test_a_visit_that_is_cancelled_with_nothing_paid_owes_nothing(shop, owner):
    booking = a_booking(shop, TEN)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert sums(owner.get(panel(shop, booking))) == []
    assert takes(owner, shop, booking).status_code == 404


def test_a_completed_visit_has_its_invoice_issued_where_there_is_one(shop, owner):
    booking = a_visit(shop.business, berlin("2027-03-01 09:45"))
    take_for(shop.business, booking, 1000, "cash", key="a" * 20, note=None, by=ANNA, now=clock.now())
    assert invoice(booking).number is None
    assert owner.post(of(shop, booking, "completion")).status_code == 303
    assert invoice(booking).number == "2027-0001"


def test_in_a_class_everybody_owes_their_own(shop, owner, queries):
    yoga = a_shop(price_cents=2000, capacity=8)
    boss = signed_in(owner.application, a_membership(yoga.business, "owner", a_user()).user)
    a_class_date(yoga, TEN)
    first = a_booking(yoga, TEN)
    with queries() as one:
        boss.get(panel(yoga, first))
    others = [a_booking(yoga, TEN, f"guest{n}@example.com") for n in range(4)]
    for booking in [first, *others]:
        takes(boss, yoga, booking, "5.00")
    address = panel(yoga, first)
    with queries() as many:
        page = boss.get(address)
    assert len(soup(page).select("section[aria-label=Money]")) == 5
    # Payments and refunds, whatever comes.
    assert len(many) <= len(one) + 2


def test_the_paper_is_for_members_and_for_whoever_has_the_link(app, shop, owner, client):
    booking = a_booking(shop, TEN)
    takes(owner, shop, booking)
    uid = invoice(booking).uid
    paper = owner.get(of(shop, booking, f"invoices/{uid}.pdf"))
    assert (paper.status_code, paper.mimetype, paper.data[:5]) == (200, "application/pdf", b"%PDF-")
    own = client.get(f"/bookings/{receipt_token(booking)}/invoices/{uid}.pdf")
    assert own.data == paper.data
    receipt = client.get(f"/bookings/{receipt_token(booking)}")
    assert soup(receipt).select_one(f'a[href$="/invoices/{uid}.pdf"]')
    other = a_booking(shop, berlin(TUESDAY + "12:00"), "sam@example.com")
    assert client.get(f"/bookings/{receipt_token(other)}/invoices/{uid}.pdf").status_code == 404
    assert client.get(f"/bookings/nonsense/invoices/{uid}.pdf").status_code == 404
    assert client.get(of(shop, booking, f"invoices/{uid}.pdf")).status_code == 303
    stranger = signed_in(app, a_membership(a_business(), "owner", a_user()).user)
    assert stranger.get(of(shop, booking, f"invoices/{uid}.pdf")).status_code == 404


def test_what_was_not_issued_has_no_paper(shop, owner):
    booking = a_booking(shop, TEN)
    takes(owner, shop, booking, "5.00")
    assert owner.get(of(shop, booking, f"invoices/{invoice(booking).uid}.pdf")).status_code == 404


def test_the_money_of_a_visit_is_that_of_all_its_bookings(shop, owner):
    booking, second = a_booking(shop, TEN), a_booking(shop, berlin(TUESDAY + "12:00"))
    second.visit = booking.visit
    db.session.flush()
    assert sums(owner.get(panel(shop, booking)))[0] == "Owed for the whole visit €90.00"
    takes(owner, shop, booking, "90.00")
    assert [it.subject_id for it in invoice(booking).lines] == [booking.id, second.id]
    assert sums(owner.get(panel(shop, second)))[-1] == "Nothing left to pay €0.00"
    assert boxes(owner.get(panel(shop, second))) == []
    assert db.session.query(Booking).count() == 2


def test_a_visit_that_was_called_off_and_is_booked_again_owes_its_price_again(shop, owner):
    booking = a_booking(shop, TEN)
    bill_of(shop.business, [booking], clock.now())
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    invoice(booking).void_at = clock.now()
    assert sums(owner.get(panel(shop, booking))) == []
    assert owner.post(of(shop, booking, "restoration")).status_code == 303
    assert sums(owner.get(panel(shop, booking)))[-1] == "Still to pay €45.00"
    assert takes(owner, shop, booking).status_code == 303
    assert (invoice(booking).void_at, invoice(booking).number) == (None, "2027-0001")


def test_dinars_that_cannot_go_back_online_are_refused_in_the_form(shop, owner):
    shop.business.currency = "KWD"
    booking = a_booking(shop, TEN)
    paid_online(shop.business, bill_of(shop.business, [booking], clock.now()), 4500)
    refused = gives_back(owner, shop, booking, "1.005")
    assert refused.status_code == 422
    assert "amounts whose last digit is 0" in error(refused, "amount")
    assert soup(refused).select_one("[name=amount]")["value"] == "1.005"
    assert gives_back(owner, shop, booking, "1.010").status_code == 303
    assert [it.amount_cents for it in Refund.query.filter_by(business_id=shop.business.id)] == [1010]
