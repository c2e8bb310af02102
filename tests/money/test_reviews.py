"""Money that needs a look, and what members do about it."""

import pytest

from app.core import clock
from app.core.db import db
from app.payments.models import Payment, Refund
from app.payments.starting import opened, start
from app.payments.stripe import asking
from app.payments.stripe.account import account_of
from app.payments.unexpected import decide
from tests.factories import ANNA, a_booking, a_business, a_membership, a_shop, a_user, berlin, signed_in
from tests.payments.conftest import running_simulator, stripe, stripe_simulator  # noqa: F401
from tests.payments.owed import an_invoice, failed_refund, to_review, with_keys
from tests.reading import boxes, error, rows, soup, words
from tests.stripe_simulator.customer import pay


@pytest.fixture
def shop(app, frozen):
    return a_shop()


def member(app, business, role="owner"):
    return signed_in(app, a_membership(business, role, a_user()).user)


@pytest.fixture
def owner(app, shop):
    return member(app, shop.business)


def page(shop, rest=""):
    return f"/manage/{shop.business.slug}/money{rest}"


def sent(browser, address, data=None):
    """The page a form leads to."""
    answer = browser.post(address, data=data)
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"])


def choices(answer):
    return [it["value"] for it in soup(answer).select("[name=decision]")]


def test_a_payment_says_what_happened_which_booking_and_since_when(shop, owner):
    payment = to_review(shop.business)
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    invoice = payment.invoice_id
    booking.visit = db.session.execute(
        db.text("SELECT subject_uid FROM invoices WHERE id = :id"), {"id": invoice}
    ).scalar_one()
    db.session.flush()
    answer = owner.get(page(shop, "/reviews"))
    (row,) = rows(answer)
    assert row.startswith(
        "€20.00 · Customer €15.00 came in, but €20.00 was asked for. It is not counted until you decide."
        " Haircut, 2 Mar 2027 · Confirmed · since "
    )
    assert f"/appointments/{booking.appointment_id}" in answer.text
    form = owner.get(page(shop, f"/reviews/{payment.id}"))
    link = soup(form).select_one("main a[target=_blank]")
    assert link["href"] == f"https://dashboard.stripe.com/test/payments/{payment.provider_ref}"
    assert choices(form) == ["count", "give_back", "set_aside"]


@pytest.mark.parametrize(
    ("decision", "status", "said"),
    [
        ("count", "succeeded", "The money is counted."),
        ("give_back", "succeeded", "All of it goes back."),
        ("set_aside", "cancelled", "It is set aside."),
    ],
)
def test_a_member_decides_and_says_why(app, shop, decision, status, said):
    payment = to_review(shop.business)
    manager = member(app, shop.business, "manager")
    said_why = {"decision": decision, "reason": "They called"}
    answer = sent(manager, page(shop, f"/reviews/{payment.id}"), said_why)
    assert said in answer.text
    assert words(soup(answer).select_one(".empty-title")) == "Nothing to look at"
    assert (payment.status, payment.note) == (status, "They called")


def test_a_decision_without_a_reason_or_of_another_kind_is_none(shop, owner):
    payment = to_review(shop.business, currency="USD")
    address = page(shop, f"/reviews/{payment.id}")
    assert choices(owner.get(address)) == ["give_back", "set_aside"]
    for typed, field in (
        ({"decision": "set_aside", "reason": " "}, "reason"),
        ({"decision": "count", "reason": "Yes"}, "decision"),
        ({"decision": "set_aside", "reason": "x" * 301}, "reason"),
        ({"reason": "Yes"}, "decision"),
    ):
        answer = owner.post(address, data=typed)
        assert answer.status_code == 422
        assert error(answer, field)
    assert payment.status == "needs_review"


def test_who_decides_second_reads_that_somebody_was_faster(shop, owner):
    payment = to_review(shop.business)
    address = page(shop, f"/reviews/{payment.id}")
    decide(shop.business, payment, "set_aside", reason="Mine", by=ANNA, now=clock.now())
    answer = owner.post(address, data={"decision": "count", "reason": "Yes"})
    assert (answer.status_code, payment.status, payment.note) == (409, "cancelled", "Mine")
    assert boxes(answer) == ["This payment does not wait for a decision any more: somebody else was faster."]
    assert owner.get(address).status_code == 303


@pytest.fixture
def odd(shop, stripe):  # noqa: F811
    """A payment the customer has made over real HTTP, of which we believe that something is wrong."""
    with_keys(shop.business, stripe)
    payment = start(
        shop.business, an_invoice(shop.business, 2000), live=False, by_page=False, now=clock.now()
    )
    db.session.commit()
    state = asking.open_intent(account_of(shop.business.id), payment, "Haircut", None)
    opened(payment, state.ref)
    pay(stripe, state.client_secret)
    payment.status, payment.review = "needs_review", None
    db.session.commit()
    return payment


def test_stripe_is_asked_again_and_all_is_well(shop, owner, odd):
    answer = sent(owner, page(shop, f"/reviews/{odd.id}/question"))
    assert "Stripe says that all is well now." in answer.text
    assert (odd.status, odd.received_cents) == ("succeeded", 2000)


def test_stripe_says_the_same_as_before(shop, owner, odd):
    odd.amount_cents = 2500
    db.session.commit()
    answer = sent(owner, page(shop, f"/reviews/{odd.id}/question"))
    assert "Stripe says the same as before." in answer.text
    assert "€20.00 came in, but €25.00 was asked for." in rows(answer)[0]


def test_while_stripe_is_away_nothing_changes(shop, owner, odd, stripe):  # noqa: F811
    stripe.mode("fail", status=500, times=None)
    answer = owner.post(page(shop, f"/reviews/{odd.id}/question"))
    stripe.calm()
    assert answer.status_code == 503
    assert boxes(answer)[0].startswith("Stripe cannot be reached right now.")
    assert db.session.get_one(Payment, (odd.business_id, odd.id)).status == "needs_review"


def test_a_refund_that_failed_can_be_tried_again_or_handed_out(shop, owner):
    first, second = failed_refund(shop.business), failed_refund(shop.business, 700)
    answer = owner.get(page(shop, "/reviews"))
    assert [it.split(" · ")[0] for it in rows(answer, ".row-title")] == ["€7.00", "€5.00"]
    assert "Stripe says: The card is closed. The money is still with you." in rows(answer)[0]
    for refund, way, said in (
        (first, "stripe", "Stripe has been asked once more."),
        (second, "hand", "Given back."),
    ):
        address = page(shop, f"/refunds/{refund.id}/repeat")
        assert owner.post(address, data={"way": "x"}).status_code == 422
        assert said in sent(owner, address, {"way": way}).text
        again = owner.post(address, data={"way": way})
        assert (again.status_code, boxes(again)) == (409, ["Somebody has dealt with this refund meanwhile."])
    last = db.session.query(Refund).order_by(Refund.id)[2:]
    assert [(it.status, it.amount_cents) for it in last] == [("created", 500), ("succeeded", 700)]
    assert soup(owner.get(page(shop, "/reviews"))).select(".empty")


def test_what_went_back_in_another_way_does_not_wait_any_more(shop, owner):
    refund = failed_refund(shop.business, 1500)
    payment = db.session.get_one(Payment, (shop.business.id, refund.payment_id))
    payment.refunded_cents = 1000
    db.session.flush()
    assert soup(owner.get(page(shop, "/reviews"))).select(".empty")


def test_the_page_of_today_says_how_many_wait(app, shop, owner):
    to_review(shop.business)
    failed_refund(shop.business)
    a_booking(shop, berlin("2027-03-02 10:00"))
    said = "2 payments or refunds wait for your decision"
    assert said in words(soup(owner.get(f"/manage/{shop.business.slug}/")).select_one(".notices"))
    assert said not in member(app, shop.business, "staff").get(f"/manage/{shop.business.slug}/").text


def test_only_managers_of_this_business_decide(app, shop, client):
    payment, refund = to_review(shop.business), failed_refund(shop.business)
    for browser, status in ((member(app, a_business()), 404), (member(app, shop.business, "staff"), 403)):
        for path in (
            f"/reviews/{payment.id}/question",
            f"/reviews/{payment.id}",
            f"/refunds/{refund.id}/repeat",
        ):
            assert browser.post(page(shop, path), data={"way": "hand"}).status_code == status
    other = a_shop()
    foreign = member(app, other.business)
    for path in (f"/reviews/{payment.id}/question", f"/reviews/{payment.id}", f"/refunds/{refund.id}/repeat"):
        assert foreign.post(page(other, path), data={"way": "hand"}).status_code == 404
    assert (payment.status, refund.status) == ("needs_review", "failed")
