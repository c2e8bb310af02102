"""Codes that make something cheaper, and codes that do not."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact, meet
from app.payments.models import Coupon, CouponUse
from app.payments.owing import Subject
from app.payments.redeeming import (
    CodeGone,
    CodeNeedsMore,
    CodeNotYet,
    CodeOver,
    CodeUsedByYou,
    CodeUsedUp,
    Discount,
    NothingToTakeOff,
    UnknownCode,
    give_coupon_back,
    judge,
    key_of,
    redeem,
    use_again,
    worth,
)
from tests.factories import a_business, berlin
from tests.payments.coupons import a_coupon

TODAY = date(2027, 3, 1)


@pytest.fixture
def business(app, frozen):
    """On Monday, 1 March 2027."""
    return a_business("ann-salon")


@pytest.fixture
def olivia(business):
    return somebody(business, "olivia@example.com")


def somebody(business, email):
    return meet(business.id, Contact("Olivia Park", email), clock.now())


def a_subject():
    return Subject("visit", uuid.uuid4())


def use(business, code, customer=None, total=6000, subject=None):
    return redeem(business, code, subject or a_subject(), customer, total, clock.now())


def uses(coupon):
    return db.session.scalar(select(Coupon.uses).where(Coupon.id == coupon.id))


@pytest.mark.parametrize(
    "typed", ["SUMMER-10", "summer 10", " Summer10 ", "sum\u200bmer–10", "ＳＵＭＭＥＲ１０", "SUMMER_10"]
)
def test_a_code_is_the_same_however_people_write_it(business, olivia, typed):
    coupon = a_coupon(business)
    assert use(business, typed, olivia) == Discount("SUMMER-10", 1000)
    assert uses(coupon) == 1
    [used] = db.session.scalars(select(CouponUse))
    assert (used.customer_id, used.amount_cents, used.given_back_at) == (olivia.id, 1000, None)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " - ",
        "SUMMER",
        "SUMMER-100",
        "ЅUMMER-10",  # A Cyrillic letter that looks like an S.
        "SUΜΜER-10",  # Greek ones that look like an M.
        "%",
        "SUMMER%",
        "-10",
        "\x00SUMMER\x0010\x00x",
        "\ud800SUMMER",
        "S" * 10_000,
        "SUMMER-10" + "\u0301" * 10_000,
        "'; DROP TABLE coupons; --",
    ],
)
def test_what_is_not_a_code_of_the_business_is_unknown(business, typed):
    coupon = a_coupon(business)
    for refused in (lambda: use(business, typed), lambda: judge(business, typed, 6000, clock.now())):
        with pytest.raises(UnknownCode, match="We do not know this code"):
            refused()
    assert uses(coupon) == 0


def test_the_code_of_another_business_is_unknown(business):
    theirs = a_coupon(a_business("other-salon"), "THEIRS")
    with pytest.raises(UnknownCode):
        use(business, "THEIRS")
    assert uses(theirs) == 0


def test_a_share_is_rounded_and_nothing_goes_below_nothing(business):
    a_coupon(business, "THIRD", share_bp=3333)
    a_coupon(business, "ALL", share_bp=10_000)
    a_coupon(business, "HUNDRED", amount=10_000)
    assert use(business, "THIRD", total=4550).amount == 1517
    assert use(business, "ALL", total=4550).amount == 4550
    assert use(business, "HUNDRED", total=4550).amount == 4550


@pytest.mark.parametrize(
    ("terms", "refusal", "words"),
    [
        ({"valid_from": TODAY + timedelta(1)}, CodeNotYet, "cannot be used before 2 March 2027"),
        ({"valid_until": TODAY - timedelta(1)}, CodeOver, "no longer valid"),
        ({"least_total_cents": 6001}, CodeNeedsMore, "needs at least €60.01"),
    ],
)
def test_terms_that_are_not_met_are_said(business, terms, refusal, words):
    a_coupon(business, **terms)
    for refused in (
        lambda: use(business, "SUMMER-10"),
        lambda: judge(business, "SUMMER-10", 6000, clock.now()),
    ):
        with pytest.raises(refusal, match=words):
            refused()


def test_terms_that_are_just_met_are_met(business):
    a_coupon(business, valid_from=TODAY, valid_until=TODAY, least_total_cents=6000)
    assert use(business, "SUMMER-10").amount == 1000


def test_its_days_are_those_of_the_shop(business):
    a_coupon(business, valid_until=TODAY)
    last = berlin("2027-03-01 23:59")
    assert judge(business, "SUMMER-10", 6000, last).amount == 1000
    with pytest.raises(CodeOver):
        judge(business, "SUMMER-10", 6000, last + timedelta(minutes=1))


def test_a_code_that_is_switched_off_is_over(business):
    a_coupon(business).active = False
    with pytest.raises(CodeOver):
        use(business, "SUMMER-10")


@pytest.mark.parametrize("total", [0, -1, -(10**12)])
def test_nothing_cannot_cost_less(business, total):
    a_coupon(business)
    with pytest.raises(NothingToTakeOff):
        use(business, "SUMMER-10", total=total)


def test_it_is_used_up(business):
    coupon = a_coupon(business, most_uses=2)
    use(business, "SUMMER-10")
    use(business, "SUMMER-10")
    with pytest.raises(CodeUsedUp, match="used up"):
        use(business, "SUMMER-10")
    with pytest.raises(CodeUsedUp):
        judge(business, "SUMMER-10", 6000, clock.now())
    assert uses(coupon) == 2


def test_one_customer_uses_it_once_and_others_too(business, olivia):
    a_coupon(business, most_per_customer=1)
    use(business, "SUMMER-10", olivia)
    with pytest.raises(CodeUsedByYou, match="have used this code already"):
        use(business, "SUMMER-10", olivia)
    use(business, "SUMMER-10", somebody(business, "grace@example.com"))


def test_what_was_given_back_can_be_used_again(business, olivia):
    coupon, subject = a_coupon(business, most_uses=1, most_per_customer=1), a_subject()
    use(business, "SUMMER-10", olivia, subject=subject)
    assert give_coupon_back(business.id, subject, clock.now())
    assert not give_coupon_back(business.id, subject, clock.now())
    assert uses(coupon) == 0
    use(business, "SUMMER-10", olivia)
    assert uses(coupon) == 1


def test_a_subject_has_one_code(business, olivia):
    first, second = a_coupon(business), a_coupon(business, "OTHER", 500)
    subject = a_subject()
    use(business, "SUMMER-10", olivia, subject=subject)
    assert use(business, "OTHER", olivia, subject=subject).amount == 500
    assert (uses(first), uses(second)) == (0, 1)


def test_what_is_to_be_after_all_takes_its_code_again_once(business, olivia):
    coupon, subject = a_coupon(business, most_uses=1, valid_until=TODAY), a_subject()
    use(business, "SUMMER-10", olivia, subject=subject)
    give_coupon_back(business.id, subject, clock.now())
    later = clock.now() + timedelta(days=3)
    use_again(business.id, subject, later)
    use_again(business.id, subject, later)
    assert uses(coupon) == 1


def test_a_code_that_others_have_used_up_since_is_gone(business, olivia):
    coupon, subject = a_coupon(business, most_uses=1), a_subject()
    use(business, "SUMMER-10", olivia, subject=subject)
    give_coupon_back(business.id, subject, clock.now())
    use(business, "SUMMER-10")
    with pytest.raises(CodeGone):
        use_again(business.id, subject, clock.now())
    assert uses(coupon) == 1


AMOUNTS = st.integers(min_value=1, max_value=10**10)


@given(total=AMOUNTS, amount=AMOUNTS)
def test_an_amount_is_never_more_than_the_total(total, amount):
    assert worth(Coupon(amount_cents=amount), total) == min(amount, total)


@given(total=AMOUNTS, share=st.integers(min_value=1, max_value=10_000))
def test_a_share_is_never_more_than_the_total(total, share):
    off = worth(Coupon(share_bp=share), total)
    assert 0 <= off <= total
    assert abs(off * 10_000 - total * share) <= 5000


@given(st.text(max_size=300))
def test_a_key_is_letters_and_digits_and_stays_itself(text):
    key = key_of(text)
    assert key == "" or (key.isalnum() and len(key) <= 40)
    assert key_of(key) == key
