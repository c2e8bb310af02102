"""Who is told what about the money of a visit, and that nobody is told twice."""

from datetime import timedelta

import pytest

from app.appointments.booking import Decision, book
from app.appointments.cancelling import cancel
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Hold
from app.appointments.settling_up import give_back_for, take_for
from app.core import clock
from app.core.db import db
from app.core.mail import render
from app.customers.meeting import Contact
from app.notifications.claiming import claim
from app.notifications.composing import compose
from app.notifications.kinds import find_kind, kinds_with_wordings, names_of_kinds
from app.notifications.rewording import Place
from app.notifications.samples import sample_of
from app.payments.applying import apply_refund_state
from app.payments.models import Payment, Refund
from app.payments.refunding import hand_out
from app.payments.starting import start
from app.payments.stripe.answers import SentBack
from app.payments.unexpected import decide
from tests.appointments.every_money_mail import every_money_mail
from tests.appointments.paying import a_deposit_shop, come_in, fresh, invoice_for
from tests.appointments.test_every_mail import digest, links_of, mail_of, page_of, text_of
from tests.factories import (
    ANNA,
    VISITOR,
    a_booking,
    a_hold,
    a_membership,
    a_shop,
    a_user,
    a_wish,
    berlin,
    signed_in,
)
from tests.notifications.messages import messages_of
from tests.reading import words

pytestmark = pytest.mark.usefixtures("app", "frozen")
FRIDAY = berlin("2027-03-05 10:00")
HOME = "http://localhost:8000"
MINUTE = 60


@pytest.fixture
def shop(app):
    shop = a_deposit_shop()
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    return shop


@pytest.fixture
def booking(shop):
    return a_booking(shop, FRIDAY)


def begun(shop, booking):
    return start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())


def told(shop, kind):
    return [it for it in messages_of(shop.business.id) if it.kind == kind]


def sending(row):
    """What becomes of a message when its turn comes."""
    claimed = claim(row.id, max(clock.now(), row.send_at), "book.example")
    return claimed and (claimed.status, claimed.last_error)


def declined(payment):
    return come_in(payment, "requires_action", failure="Your card was declined.")


def words_of(row):
    mail = mail_of(row)
    return words(page_of(mail)), text_of(mail)


def test_what_was_paid_by_card_has_one_receipt_however_often_stripe_says_so(shop, booking):
    payment = begun(shop, booking)
    for _ in range(3):
        come_in(payment)
    [row] = told(shop, "payment_receipt")
    assert row.dedupe_key == f"b{shop.business.id}:booking{booking.id}:receipt:p{payment.id}:email"
    for said in words_of(row):
        assert "received your payment of €20.00" in said
        assert "€40.00" in said
        assert "Paid online" in said
    assert mail_of(row)["subject"] == "Receipt: €20.00 to Ann's Salon"


def test_a_receipt_leads_to_where_the_rest_is_paid_as_long_as_there_is_one(shop, booking):
    come_in(begun(shop, booking))
    more = {"key": "k" * 20, "note": None, "by": ANNA, "now": clock.now(), "receipt": True}
    [row] = told(shop, "payment_receipt")
    assert all("Pay the rest now" in said for said in words_of(row))
    assert any(it.endswith("/payment") for it in links_of(mail_of(row)))
    take_for(shop.business, booking, 4000, "cash", **more)
    _first, last = told(shop, "payment_receipt")
    assert not any("Pay the rest now" in said for said in words_of(last))


def test_a_receipt_leads_to_the_invoice_once_there_is_one(shop, booking):
    come_in(begun(shop, booking))
    take_for(
        shop.business, booking, 4000, "cash", key="k" * 20, note=None, by=ANNA, now=clock.now(), receipt=True
    )
    _first, last = told(shop, "payment_receipt")
    assert invoice_for(booking).number
    assert f"/invoices/{invoice_for(booking).uid}.pdf" in text_of(mail_of(last))
    for said in words_of(last):
        assert "€40.00" in said
        assert "Paid in cash" in said
        assert invoice_for(booking).number in said


def test_at_the_shop_a_receipt_is_sent_only_to_who_wants_one(shop, booking):
    come_in(begun(shop, booking))
    for _ in range(2):
        take_for(shop.business, booking, 4000, "card", key="k" * 20, note=None, by=ANNA, now=clock.now())
    assert len(told(shop, "payment_receipt")) == 1


def test_nobody_is_sent_a_receipt_without_an_address(shop):
    decided = Decision(Contact("Olivia Park", None, "+493055501"), "book.example")
    [booking] = book(shop.business, a_wish(shop, FRIDAY), decided, by=ANNA, now=clock.now())
    take_for(
        shop.business, booking, 6000, "cash", key="k" * 20, note=None, by=ANNA, now=clock.now(), receipt=True
    )
    assert told(shop, "payment_receipt") == []


def test_a_declined_card_is_told_once_for_each_place_and_not_at_once(shop, booking):
    payment = begun(shop, booking)
    for _ in range(3):
        declined(payment)
    [row] = told(shop, "payment_failed")
    ticket = db.session.get_one(Hold, (booking.business_id, booking.hold_id))
    assert row.send_at - clock.now() == timedelta(minutes=5)
    assert row.expires_at == ticket.expires_at
    for said in words_of(row):
        assert "Nothing was charged." in said
        assert "€20.00" in said
    assert any(it.endswith("/payment") for it in links_of(mail_of(row)))
    assert sending(row) == ("claimed", None)


def test_who_tries_again_and_pays_hears_nothing_of_the_first_card(shop, booking):
    payment = begun(shop, booking)
    declined(payment)
    come_in(payment)
    [row] = told(shop, "payment_failed")
    assert (row.status, row.last_error) == ("cancelled", "It was paid meanwhile.")
    declined(payment)
    assert told(shop, "payment_failed")[0].status == "cancelled"


def test_whoever_is_trying_again_right_now_is_left_alone(shop, booking):
    payment = begun(shop, booking)
    come_in(payment, "cancelled")
    [row] = told(shop, "payment_failed")
    begun(shop, booking)
    assert sending(row) == ("cancelled", "Another payment is under way.")


def test_a_payment_nobody_goes_on_with_is_told_after_a_while(shop, booking, frozen):
    payment = begun(shop, booking)
    frozen.shift(10 * MINUTE - 1)
    come_in(payment, "requires_action")
    assert told(shop, "payment_failed") == []
    frozen.shift(1)
    come_in(payment, "requires_action")
    assert len(told(shop, "payment_failed")) == 1


def test_nobody_is_asked_to_try_again_once_the_place_is_gone_or_too_soon_will_be(shop, booking, frozen):
    payment = begun(shop, booking)
    declined(payment)
    [row] = told(shop, "payment_failed")
    frozen.shift(31 * MINUTE)
    expire_dead_holds(shop.business.id, clock.now())
    assert sending(row)[0] == "expired"
    other = a_booking(shop, FRIDAY, "other@example.com")
    frozen.shift(26 * MINUTE)
    declined(begun(shop, other))
    assert len(told(shop, "payment_failed")) == 1


def test_a_decline_after_it_was_cancelled_is_told_to_nobody(shop, booking):
    payment = begun(shop, booking)
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    declined(payment)
    assert told(shop, "payment_failed") == []


def refunded(shop, booking, *amounts):
    """So much is promised back, one refund each."""
    come_in(begun(shop, booking))
    for number, amount in enumerate(amounts):
        give_back_for(
            *(shop.business, booking, amount),
            key=f"{number}" * 20,
            reason="Maya was late.",
            is_owed=False,
            by=ANNA,
            now=clock.now(),
        )
    return Refund.query.order_by(Refund.id).all()


def sent_back(shop, refund, status="succeeded", **more):
    said = SentBack(f"re_{refund.id}", status, refund.amount_cents, **more)
    return apply_refund_state(shop.business.id, refund.id, said, clock.now())


def test_money_that_goes_back_is_told_when_it_has_left_and_once(shop, booking):
    [refund] = refunded(shop, booking, 500)
    assert told(shop, "payment_returned") == []
    for status in ("pending", "succeeded", "succeeded"):
        sent_back(shop, refund, status)
    [row] = told(shop, "payment_returned")
    for said in words_of(row):
        assert "€5.00" in said
        assert "Maya was late." in said
        assert "the card or account it was paid with" in said
    assert sending(row) == ("claimed", None)


def test_several_refunds_in_a_row_are_one_message(shop, booking):
    for refund in refunded(shop, booking, 500, 300):
        sent_back(shop, refund)
    [row] = told(shop, "payment_returned")
    assert all("€8.00" in said for said in words_of(row))


def test_a_refund_that_fails_is_told_to_the_owners_and_not_to_the_customer(shop, booking):
    [refund] = refunded(shop, booking, 500)
    for _ in range(2):
        sent_back(shop, refund, "failed", failure="expired_or_canceled_card")
    [row] = told(shop, "payment_stuck")
    assert row.recipient == "maya@example.com"
    for said in words_of(row):
        assert "€5.00" in said
        assert "expired_or_canceled_card" in said
    assert told(shop, "payment_returned") == []
    assert sending(row) == ("claimed", None)


def test_one_that_comes_back_later_takes_back_what_was_about_to_be_said(shop, booking):
    [refund] = refunded(shop, booking, 500)
    sent_back(shop, refund)
    sent_back(shop, refund, "failed")
    assert len(told(shop, "payment_stuck")) == 1
    assert sending(told(shop, "payment_returned")[0])[0] == "cancelled"


@pytest.mark.parametrize(("method", "number"), [("cash", 0), ("card", 0), ("transfer", 1)])
def test_what_is_handed_out_over_the_counter_needs_no_mail(app, method, number):
    shop = a_shop(price_cents=6000)
    booking = a_booking(shop, FRIDAY)
    take_for(shop.business, booking, 6000, method, key="k" * 20, note=None, by=ANNA, now=clock.now())
    given = {"key": "r" * 20, "reason": "Late", "is_owed": False, "by": ANNA, "now": clock.now()}
    give_back_for(shop.business, booking, 500, **given)
    for _ in range(2):
        hand_out(shop.business, Refund.query.one(), by=ANNA, now=clock.now())
    rows = told(shop, "payment_returned")
    assert len(rows) == number
    assert all("bank transfer" in words_of(row)[0] for row in rows)


def test_a_payment_in_doubt_is_told_to_each_owner_once(shop, booking):
    a_membership(shop.business, "manager", a_user("manager@example.com"))
    payment = begun(shop, booking)
    for _ in range(2):
        come_in(payment, received=1)
    [row] = told(shop, "payment_review")
    assert row.recipient == "maya@example.com"
    for said in words_of(row):
        assert "€0.01 came in, but €20.00 was asked for." in said
        assert "€20.00" in said
    assert any(it.endswith("/money/to-look-at") or "/money/" in it for it in links_of(mail_of(row)))
    assert told(shop, "payment_receipt") == []
    db.session.get_one(Payment, (payment.business_id, payment.id)).status = "failed"
    db.session.flush()
    assert sending(row) == ("cancelled", "Somebody has looked at the payment already.")


def lapsed_and_taken(shop, booking):
    payment = begun(shop, booking)
    expire_dead_holds(shop.business.id, clock.now() + timedelta(minutes=31))
    a_hold(shop, FRIDAY)
    return payment


def test_who_paid_too_late_hears_that_it_goes_back_and_of_three_other_times(shop, booking, client):
    payment = lapsed_and_taken(shop, booking)
    for _ in range(2):
        come_in(payment)
    [row] = told(shop, "payment_late")
    page = page_of(mail_of(row))
    times = [it["href"] for it in page.select("a[href*='date=']")]
    assert len(times) == 3
    for link in times:
        answer = client.get(link.removeprefix(HOME))
        assert answer.status_code == 200
    assert all("€20.00" in said for said in words_of(row))
    assert told(shop, "payment_receipt") == []
    sent_back(shop, Refund.query.one())
    assert told(shop, "payment_returned") == []
    assert sending(row) == ("claimed", None)


def test_who_cancelled_and_paid_all_the_same_is_offered_no_other_times(shop, booking):
    payment = begun(shop, booking)
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    come_in(payment)
    [row] = told(shop, "payment_late")
    page, text = words_of(row)
    assert "after the booking was cancelled" in page
    assert "These times are free now" not in page + text


def test_paid_late_and_booked_again_the_confirmation_says_so(shop, booking):
    payment = begun(shop, booking)
    expire_dead_holds(shop.business.id, clock.now() + timedelta(minutes=31))
    come_in(payment)
    assert told(shop, "payment_late") == []
    [row] = told(shop, "booking_confirmed")
    for said in words_of(row):
        assert "It was still free, so it is yours." in said
        assert "Paid: €20.00. Left to pay: €40.00." in said
        assert "Nothing is paid now" not in said


def test_a_request_says_what_is_paid_once_it_is_accepted(app):
    shop = a_deposit_shop(approval=True)
    a_booking(shop, FRIDAY)
    for said in words_of(told(shop, "booking_requested")[0]):
        assert "If it is accepted, €20.00 is paid first" in said


def test_an_erased_customer_is_told_nothing_about_money(shop, booking):
    from app.customers.models import Customer

    come_in(begun(shop, booking))
    db.session.get_one(Customer, (booking.business_id, booking.customer_id)).erased_at = clock.now()
    db.session.flush()
    assert sending(told(shop, "payment_receipt")[0]) == ("cancelled", "The customer was erased.")


def test_what_is_no_visit_is_told_to_nobody_here(shop):
    from tests.payments.owed import an_invoice

    invoice = an_invoice(shop.business, 3000, 3000)
    come_in(start(shop.business, invoice, live=False, by_page=False, now=clock.now()))
    assert messages_of(shop.business.id) == []
    assert fresh(invoice).paid_cents == 3000


MONEY_KINDS = {it for it in names_of_kinds() if it.startswith("payment_")}
TO_MEMBERS = {"payment_missed", "payment_review", "payment_stuck"}


def test_each_kind_about_money_is_among_those_looked_at(app):
    _shop, mails = every_money_mail()
    assert set(mails) == MONEY_KINDS == {it for it in names_of_kinds() if it.startswith("payment_")}


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo"])
def test_each_mail_has_one_reader_two_bodies_and_whole_addresses(app, zone):
    _shop, mails = every_money_mail(zone)
    for kind, row in mails.items():
        mail = mail_of(row)
        assert [it.addr_spec for it in mail["to"].addresses] == [row.recipient]
        assert mail["subject"].strip(), kind
        for said in (text_of(mail), page_of(mail).get_text()):
            assert "Haircut" in said, kind
            assert ("€" in said) == (kind not in ("payment_lapsed",)), kind
            assert "None" not in said, kind
            assert "{" not in said, kind
            assert ("Tokyo time" in said) == (zone is not None), kind
        assert "\n\n\n\n" not in text_of(mail), kind
        assert len(page_of(mail).select("h1")) == 1, kind
        for it in page_of(mail).select("a[href]"):
            assert it["href"].startswith(("http://", "https://", "mailto:", "tel:")), (kind, it)
        assert (kind in TO_MEMBERS) == (row.user_id is not None)
        assert compose(row, find_kind(kind).words(row))


def test_no_link_of_any_of_them_changes_anything_by_being_opened(app):
    _shop, mails = every_money_mail()
    links = {it for row in mails.values() for it in links_of(mail_of(row)) if it.startswith(HOME)}
    before = digest()
    for link in sorted(links):
        answer = app.test_client().get(link.removeprefix(HOME))
        assert answer.status_code in (200, 302, 303), link
    assert digest() == before


@pytest.mark.parametrize("kind", sorted(MONEY_KINDS - TO_MEMBERS))
@pytest.mark.parametrize("language", ["en-GB", "de"])
def test_a_business_can_word_each_and_sees_a_sample(shop, kind, language):
    assert kind in kinds_with_wordings()
    _row, letter = sample_of(shop.business.id, Place(kind, "email", language))
    assert letter.fills["amount"]
    page = render(
        f"mail/{kind}.html",
        language,
        {**letter.words, "said": {"heading": "Hello", "paragraphs": [], "has_link": False}, "subject": "x"},
    )
    assert "{" not in page.split("</style>")[-1]


def test_money_that_a_member_decides_to_count_has_a_receipt(shop, booking):
    payment = begun(shop, booking)
    come_in(payment, received=1)
    payment = db.session.get_one(Payment, (payment.business_id, payment.id))
    decide(shop.business, payment, "count", reason="It is theirs", by=ANNA, now=clock.now())
    [row] = told(shop, "payment_receipt")
    assert all("€0.01" in said for said in words_of(row))


def test_the_panel_says_in_words_why_a_payment_needs_a_look(app, shop, booking):
    come_in(begun(shop, booking), received=1)
    db.session.commit()
    client = signed_in(app, a_membership(shop.business, "owner", a_user()).user)
    page = client.get(f"/manage/{shop.business.slug}/appointments/{booking.appointment_id}")
    assert "€0.01 came in, but €20.00 was asked for." in page.text
    assert "sum/1/EUR" not in page.text
