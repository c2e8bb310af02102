"""What Stripe is asked for in each currency is what people read."""

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock
from app.core.actor import SYSTEM
from app.core.card_amounts import askable, from_stripe, least_of, most_of, step_of, to_stripe
from app.core.db import db
from app.payments.jobs import send_refund, sync_payment
from app.payments.reckoning import Share, reckon
from app.payments.refunding import give_back
from app.payments.starting import opened, start
from app.payments.stripe import asking
from app.payments.stripe.account import account_of
from tests.factories import a_business
from tests.payments.owed import an_invoice, with_keys
from tests.stripe_simulator import currencies
from tests.stripe_simulator.customer import pay
from tests.stripe_simulator.problems import Problem

TWO = currencies.TWO_DECIMAL | currencies.WITHOUT_PARTS
DIGITS = (
    dict.fromkeys(TWO, 2)
    | dict.fromkeys(currencies.ZERO_DECIMAL, 0)
    | dict.fromkeys(currencies.THREE_DECIMAL, 3)
)


@pytest.mark.parametrize("currency", sorted(DIGITS))
def test_a_hundred_is_a_hundred_there_too(currency):
    ours = 100 * 10 ** get_currency_precision(currency.upper())
    assert to_stripe(ours, currency) == 100 * 10 ** DIGITS[currency]
    assert from_stripe(to_stripe(ours, currency), currency) == ours


@pytest.mark.parametrize("currency", sorted(DIGITS))
def test_the_least_can_be_asked_for_and_nothing_below_it_is(currency):
    least = least_of(currency)
    assert askable(least, currency) == least
    assert askable(least - step_of(currency), currency) == 0
    currencies.check_amount(to_stripe(least, currency), currency)
    if currency in currencies.MINIMUM:
        with pytest.raises(Problem):
            currencies.check_amount(to_stripe(least - step_of(currency), currency), currency)


@pytest.mark.parametrize(
    ("currency", "most"),
    [("EUR", 99_999_999), ("KWD", 99_999_999), ("ISK", 999_999), ("IDR", 999_999_999_999)],
)
def test_there_is_a_most_that_stripe_takes(currency, most):
    assert most_of(currency) == most
    if currency != "IDR":
        currencies.check_amount(to_stripe(most // 10 * 10, currency), currency.lower())
        with pytest.raises(Problem):
            currencies.check_amount(to_stripe(most // 10 * 10 + 10, currency), currency.lower())


@given(st.sampled_from(sorted(DIGITS)), st.integers(0, 10**9))
def test_what_is_asked_for_is_never_more_than_owed_and_always_what_stripe_takes(currency, owed):
    asked = askable(owed, currency)
    assert 0 <= asked <= owed
    assert to_stripe(step_of(currency), currency) in (1, 10, 100)
    if asked:
        currencies.check_parts(to_stripe(asked, currency), currency, "amount")
        assert owed - asked < step_of(currency)
        assert from_stripe(to_stripe(asked, currency), currency) == asked
    else:
        assert owed < least_of(currency)


@given(st.sampled_from(["EUR", "JPY", "KWD", "ISK"]), st.lists(st.integers(0, 50_000), min_size=1), st.data())
def test_what_goes_back_by_shares_is_always_what_stripe_gives_back(currency, prices, data):
    """Of a visit that was paid online and whose parts are cancelled one by one."""
    step = step_of(currency)
    kept = paid = askable(data.draw(st.integers(0, sum(prices))), currency)
    shares = {it: Share(price, price, price) for it, price in enumerate(prices)}
    for it in data.draw(st.permutations(range(len(prices)))):
        outcome = reckon(kept, shares, {it: data.draw(st.integers(0, 10_000))}, step)[it]
        assert 0 <= outcome.back <= kept
        assert outcome.back % step == 0
        assert 0 <= outcome.kept <= prices[it]
        kept -= outcome.back
        fee = outcome.kept
        shares[it] = Share(fee, fee, fee, is_settled=True)
    assert 0 <= kept <= paid
    # Each of them may round once in the customer's favour.
    assert abs(kept - sum(it.amount for it in shares.values())) < step * len(prices)


@pytest.mark.parametrize(
    ("currency", "there"), [("EUR", 6000), ("JPY", 6000), ("KWD", 6000), ("ISK", 600_000), ("RSD", 600_000)]
)
def test_what_is_paid_and_goes_back_is_the_same_in_both_books(app, stripe, currency, there):
    business = a_business(currency=currency)
    with_keys(business, stripe)
    invoice = an_invoice(business, 6000)
    payment = start(business, invoice, live=False, by_page=False, now=clock.now())
    state = asking.open_intent(account_of(business.id), payment, "Haircut", None)
    opened(payment, state.ref)
    db.session.commit()
    pay(stripe, state.client_secret)
    sync_payment(business.id, payment.id)
    assert (payment.status, invoice.kept_cents) == ("succeeded", 6000)
    (refund,) = give_back(business, invoice, 1500, cause="member", key="b/1", by=SYSTEM, now=clock.now())
    db.session.commit()
    send_refund(business.id, refund.id)
    sync_payment(business.id, payment.id)
    assert (refund.status, invoice.kept_cents) == ("succeeded", 4500)
    totals = stripe.ledger()["totals"][currency.lower()]
    assert totals == {"charged": there, "refunded": there // 4, "net": there // 4 * 3}
