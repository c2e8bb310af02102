"""Whatever is asked in whatever order, the sums agree: an oracle for money must not lose a cent itself."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.stripe_simulator.app import create
from tests.stripe_simulator.world import Clock, World

HEADERS = {"Authorization": "Bearer sk_test_simulator"}
WAYS = ("succeed", "fail", "pass", "refuse", "dispute")
CARD_NAMES = [
    *("pm_card_visa", "pm_card_pendingRefund", "pm_card_refundFail", "pm_simulator_processing"),
    *("pm_card_chargeDeclined", "pm_card_createDispute", "pm_card_threeDSecureRequired"),
]
AMOUNTS = st.sampled_from([1, 50, 700, 1000, 1999, 2000, 2001])
NUMBERS = st.integers(0, 2)
ACTS = st.one_of(
    st.tuples(st.just("pay"), AMOUNTS, st.sampled_from(CARD_NAMES)),
    st.tuples(st.just("refund"), NUMBERS, AMOUNTS | st.none()),
    st.tuples(st.just("end payment"), NUMBERS, st.sampled_from(WAYS)),
    st.tuples(st.just("end refund"), NUMBERS, st.sampled_from(WAYS[:2])),
    st.tuples(st.just("cancel"), NUMBERS, st.none()),
    st.tuples(st.just("wait"), st.integers(1, 10_000), st.none()),
)


@pytest.fixture(scope="module")
def world() -> World:
    """One whose clock stands still unless it is put ahead."""
    return World(Clock(lambda: 1_800_000_000.0), url="http://stripe.test")


@pytest.fixture(scope="module")
def browser(world: World) -> FlaskClient:
    return create(world).test_client()


@given(acts=st.lists(ACTS, min_size=5, max_size=20), slow=st.sampled_from([None, 100]))
def test_the_sums_agree_whatever_happens(
    world: World, browser: FlaskClient, acts: list[tuple[str, int, Any]], slow: int | None
) -> None:
    world.reset()
    browser.post("/_sim/modes/processing", json={"seconds": slow})
    for act, number, detail in [("pay", 2000, CARD_NAMES[0]), *acts]:
        assert do(browser, act, number, detail) < 500
        check(browser)


def do(browser: FlaskClient, act: str, number: int, detail: Any) -> int:
    """One act on a payment or refund chosen by its number: the status of the answer."""
    ledger = browser.get("/_sim/ledger").json[0]  # type: ignore[index]
    if act == "pay":
        wish = {
            "amount": number,
            "currency": "eur",
            "payment_method": detail,
            "return_url": "https://x.example",
        }
        return browser.post(
            "/v1/payment_intents", data=wish | {"confirm": "true"}, headers=HEADERS
        ).status_code
    if act == "wait":
        return browser.post("/_sim/clock", json={"seconds": number}).status_code
    found = [it["id"] for it in ledger["refunds" if act == "end refund" else "payment_intents"]]
    wanted = found[number % len(found)] if found else "unknown"
    match act:
        case "refund":
            wish = {"payment_intent": wanted} | ({"amount": detail} if detail else {})
            return browser.post("/v1/refunds", data=wish, headers=HEADERS).status_code
        case "cancel":
            return browser.post(f"/v1/payment_intents/{wanted}/cancel", headers=HEADERS).status_code
        case "end refund":
            return browser.post(f"/_sim/refunds/{wanted}/{detail}").status_code
    return browser.post(f"/_sim/payments/{wanted}/{detail}").status_code


def check(browser: FlaskClient) -> None:
    """Charges, refunds, payment intents, totals and the balance tell the same story."""
    ledger = browser.get("/_sim/ledger").json[0]  # type: ignore[index]
    charges = {it["id"]: it for it in ledger["charges"]}
    given_back = dict.fromkeys(charges, 0)
    for refund in ledger["refunds"]:
        if refund["status"] in ("pending", "succeeded"):
            given_back[refund["charge"]] += refund["amount"]
    assert given_back == {name: it["amount_refunded"] for name, it in charges.items()}
    paid = [it for it in charges.values() if it["status"] == "succeeded"]
    assert all(0 <= it["amount_refunded"] <= (it["amount"] if it in paid else 0) for it in charges.values())
    intents = ledger["payment_intents"]
    assert [it["latest_charge"] for it in intents if it["status"] == "succeeded"] == [
        it["id"] for it in in_order(intents, paid)
    ]
    net = sum(it["amount"] for it in paid) - sum(given_back.values())
    assert ledger["totals"].get("eur", {"net": 0})["net"] == net
    balance = browser.get("/v1/balance", headers=HEADERS).json
    assert balance
    assert balance["available"][0]["amount"] == net


def in_order(intents: list[dict[str, Any]], charges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """These charges in the order of their payment intents."""
    places = {it["id"]: place for place, it in enumerate(intents)}
    return sorted(charges, key=lambda it: places[it["payment_intent"]])
