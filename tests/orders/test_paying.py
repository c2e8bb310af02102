"""An order is paid online: on our page or on Stripe's, in a frame or not, in time or late, or when it is had."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import online_payment
from app.business_hours.special import close_days
from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.orders.changing import change_order, lock_order
from app.orders.finding import order_token
from app.orders.jobs import let_orders_lapse
from app.orders.models import Order
from app.orders.ruling import OPEN_END
from app.payments.connecting import remove_account
from app.payments.jobs import call_off_payment, reconcile_payments, sync_payment
from app.payments.models import Invoice, Payment, Refund
from app.services.models import ServiceItem
from app.sites.models import Site
from tests.factories import a_shop, berlin
from tests.orders.kitchen import Entry, Kitchen, a_kitchen, an_order
from tests.payments.conftest import running_simulator, stripe, stripe_simulator  # noqa: F401
from tests.payments.owed import with_keys
from tests.payments.telling import events_of, tell
from tests.reading import soup, words
from tests.stripe_simulator.customer import pay, pay_on_page

DECLINED, SLOW = "4000 0000 0000 0002", "4000 0000 0000 7775"
HOME = "https://cafe.example"


@pytest.fixture
def kitchen(app: Flask, frozen: Any, stripe: Any) -> Kitchen:  # noqa: F811
    """It is paid online before it counts."""
    frozen.move_to(berlin("2027-03-02 10:02"))
    kitchen = a_kitchen(prepay="online")
    kitchen.business.status = "open"
    with_keys(kitchen.business, stripe)
    stripe.put_clock_ahead(clock.now().timestamp() - stripe.put_clock_ahead(0))
    return kitchen


@pytest.fixture
def order(kitchen: Kitchen) -> Order:
    """A large pizza and two of three bottles."""
    return _order(kitchen)


def _order(kitchen: Kitchen, **wanted: Any) -> Order:
    order = an_order(
        kitchen, Entry(kitchen.pizza.id, (kitchen.large.id,)), Entry(kitchen.bottle.id, quantity=2), **wanted
    )
    db.session.commit()
    return order


@pytest.fixture
def of(client: FlaskClient) -> Any:
    """Asks for, or sends a form to, a page of an order; by default GET."""

    def ask(order: Order, rest: str = "", data: Any = None, **more: Any) -> Any:
        address = f"/orders/{order_token(order)}{rest}"
        return client.get(address, **more) if data is None else client.post(address, data=data, **more)

    return ask


def _payment() -> Payment:
    return db.session.query(Payment).order_by(Payment.id.desc()).first()


def _synced() -> Payment:
    payment = _payment()
    sync_payment(payment.business_id, payment.id)
    return payment


def _fresh(order: Order) -> Order:
    return db.session.get_one(Order, (order.business_id, order.id), populate_existing=True)


def _left(kitchen: Kitchen) -> int | None:
    key = (kitchen.business.id, kitchen.bottle.id)
    return db.session.get_one(ServiceItem, key, populate_existing=True).stock


def _invoice(order: Order) -> Invoice:
    return db.session.query(Invoice).filter_by(subject_uid=order.uid).populate_existing().one()


def test_the_page_says_what_is_ordered_and_what_is_paid_now(of: Any, order: Order) -> None:
    assert (order.status, order.number) == ("pending_payment", 1)
    page = soup(of(order, "/payment"))
    assert words(page.h1) == "Pay for your order"
    assert "Margherita" in words(page.main)
    assert [words(it) for it in page.select(".price-lines dd")] == ["€17.00", "€17.00"]
    assert "Test mode" in words(page.main)
    assert page.select_one("form[data-pay]")["data-pay"].endswith("/payment/intent")
    assert db.session.query(Payment).count() == 0
    waiting = of(order).text
    assert "Your order waits for its payment" in waiting
    assert "Pay €17.00" in waiting


def test_only_that_page_lets_stripe_in(of: Any, order: Order) -> None:
    assert "js.stripe.com" in of(order, "/payment").headers["Content-Security-Policy"]
    assert "stripe" not in of(order).headers["Content-Security-Policy"]


def test_paid_by_card_on_our_page_it_counts(of: Any, order: Order, stripe: Any, kitchen: Kitchen) -> None:  # noqa: F811
    told = of(order, "/payment/intent", {"amount": "1", "currency": "usd"}).get_json()
    assert of(order, "/payment/intent", {}).get_json()["secret"] == told["secret"]
    pay(stripe, told["secret"])
    _synced()
    assert (_fresh(order).status, order.expires_at, _left(kitchen)) == ("placed", None, 1)
    answer = of(order, "/payment/result")
    assert (answer.status_code, "done=ordered" in answer.location) == (303, True)
    receipt = of(order).text
    assert "We have your order" in receipt
    assert "Paid: €17.00." in receipt
    paper = re.search(r'href="([^"]*/invoices/[^"]*\.pdf)"', receipt)
    assert paper, receipt
    assert stripe.ledger()["totals"]["eur"]["charged"] == 1700


def test_its_invoice_is_a_paper_for_its_link_alone(
    of: Any,
    order: Order,
    stripe: Any,  # noqa: F811
    kitchen: Kitchen,
) -> None:
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    _synced()
    uid = _invoice(order).uid
    paper = of(order, f"/invoices/{uid}.pdf")
    assert (paper.status_code, paper.data[:4]) == (200, b"%PDF")
    other = an_order(kitchen)
    assert of(other, f"/invoices/{uid}.pdf").status_code == 404


def test_without_a_script_it_is_paid_on_a_page_of_stripes(of: Any, order: Order, stripe: Any) -> None:  # noqa: F811
    answer = of(order, "/payment", {})
    assert answer.location.startswith(stripe.url)
    waiting = of(order, "/payment/result")
    assert words(soup(waiting).h1) == "Just a moment …"
    pay_on_page(answer.location)
    _synced()
    assert of(order, "/payment/result").status_code == 303
    assert "We have your order" in of(order).text


def test_the_other_way_ends_what_was_begun_first(of: Any, order: Order, stripe: Any) -> None:  # noqa: F811
    of(order, "/payment/intent", {})
    page = of(order, "/payment", {}).location
    assert [it["status"] for it in stripe.ledger()["payment_intents"]] == ["canceled"]
    pay_on_page(page)
    assert (_synced().status, stripe.ledger()["totals"]["eur"]["charged"]) == ("succeeded", 1700)


def test_while_stripe_is_away_people_read_so_and_nothing_is_lost(of: Any, order: Order, stripe: Any) -> None:  # noqa: F811
    stripe.mode("fail", status=500, times=None)
    assert of(order, "/payment/intent", {}).status_code == 503
    page = of(order, "/payment", {})
    assert (page.status_code, "Nothing was charged" in page.text) == (503, True)
    stripe.calm()
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    assert (_synced().status, _fresh(order).status) == ("succeeded", "placed")


def test_where_the_keys_are_gone_the_page_says_whom_to_ask(of: Any, order: Order, kitchen: Kitchen) -> None:
    remove_account(kitchen.business, live=False, by=SYSTEM, now=clock.now())
    page = of(order, "/payment")
    assert "trying again will not help" in page.text
    assert of(order, "/payment/intent", {}).status_code == page.status_code != 200


def test_a_declined_card_is_said_and_tried_again(of: Any, order: Order, stripe: Any) -> None:  # noqa: F811
    secret = of(order, "/payment/intent", {}).get_json()["secret"]
    pay(stripe, secret, DECLINED)
    waiting = soup(of(order, "/payment/result")).select_one("#paying")["hx-get"]
    _synced()
    page = soup(of(order, waiting.partition(order_token(order))[2]))
    assert words(page.h1) == "The payment did not work"
    assert "Try again" in words(page.main)
    assert "Order now, pay later" not in words(page.main)
    pay(stripe, secret)
    _synced()
    assert _fresh(order).status == "placed"


def test_what_may_be_paid_later_can_be_ordered_without_paying_after_all(
    of: Any,
    kitchen: Kitchen,
    stripe: Any,  # noqa: F811
) -> None:
    _rules(kitchen).prepay = "either"
    order = _order(kitchen, online=True)
    assert order.status == "pending_payment"
    assert "Order now, pay later" in of(order, "/payment").text
    page = httpx.get(of(order, "/payment", {}).location)
    assert "Margherita" not in page.text
    assert "order 1" in page.text
    answer = of(order, "/payment/promise", {})
    assert (answer.status_code, _fresh(order).status) == (303, "placed")
    assert _invoice(order).due_now_cents == 0
    assert of(order, "/payment/promise", {}).status_code == 303
    # Nobody can pay on the page that was left.
    call_off_payment(order.business_id, _payment().id)
    assert _payment().status == "cancelled"
    assert httpx.get(str(page.url)).text != page.text
    assert "You pay €17.00 when you get it." in of(order).text
    # Who likes may pay it online all the same.
    assert "Pay €17.00 online now" in of(order).text
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    _synced()
    assert (_fresh(order).status, _invoice(order).open_cents) == ("placed", 0)
    assert "Paid: €17.00." in of(order).text


def test_where_it_has_to_be_paid_online_nobody_puts_it_off(of: Any, order: Order) -> None:
    page = of(order, "/payment/promise", {})
    assert (page.status_code, "has to be paid online" in page.text) == (409, True)
    assert _fresh(order).status == "pending_payment"


def test_what_is_on_its_way_is_kept_and_not_put_off(
    of: Any,
    kitchen: Kitchen,
    stripe: Any,  # noqa: F811
    frozen: Any,
) -> None:
    _rules(kitchen).prepay = "either"
    order = _order(kitchen, online=True, due=_at("2027-03-03 12:00"))
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"], SLOW)
    _synced()
    assert _fresh(order).expires_at == order.due_at
    assert of(order, "/payment").location.endswith("/payment/result")
    assert "Your payment is on its way" in of(order, "/payment/result").text
    assert of(order, "/payment/promise", {}).status_code == 409
    frozen.shift(3 * 3600)
    let_orders_lapse()
    assert _fresh(order).status == "pending_payment"
    stripe.end_payment(_payment().provider_ref, "succeed")
    _synced()
    assert _fresh(order).status == "placed"


def test_what_was_on_its_way_and_did_not_come_can_be_paid_again(
    of: Any,
    kitchen: Kitchen,
    stripe: Any,  # noqa: F811
    frozen: Any,
) -> None:
    order = _order(kitchen, due=_at("2027-03-03 12:00"))
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"], SLOW)
    _synced()
    frozen.shift(3 * 3600)
    stripe.end_payment(_payment().provider_ref, "fail")
    _synced()
    assert (_fresh(order).expires_at - clock.now()).total_seconds() == 45 * 60
    assert of(order, "/payment").status_code == 200


def test_what_nobody_pays_lapses_and_nobody_can_pay_it_any_more(
    of: Any,
    order: Order,
    kitchen: Kitchen,
    stripe: Any,  # noqa: F811
    frozen: Any,
) -> None:
    of(order, "/payment/intent", {})
    frozen.shift(46 * 60)
    page = of(order, "/payment")
    assert "no longer kept" in page.text
    let_orders_lapse()
    assert (_fresh(order).status, _left(kitchen), _invoice(order).owed_cents) == ("expired", 3, 0)
    reconcile_payments()
    assert [it["status"] for it in stripe.ledger()["payment_intents"]] == ["canceled"]
    assert of(order, "/payment").status_code == 303
    _leads_to(of, order, "This order has expired")


@pytest.mark.parametrize("is_left", [True, False])
def test_paid_late_it_counts_where_its_pieces_are_there_and_goes_back_otherwise(
    of: Any,
    kitchen: Kitchen,
    stripe: Any,  # noqa: F811
    frozen: Any,
    is_left: bool,
) -> None:
    order = _order(kitchen, due=_at("2027-03-02 13:00"))
    secret = of(order, "/payment/intent", {}).get_json()["secret"]
    pay(stripe, secret)
    frozen.shift(46 * 60)
    let_orders_lapse()
    if not is_left:
        _stock(kitchen, 1)
    _synced()
    if is_left:
        assert (_fresh(order).status, _left(kitchen), _refunds()) == ("placed", 1, [])
    else:
        assert (_fresh(order).status, _left(kitchen), _refunds()) == ("expired", 1, [1700])
        reconcile_payments()
        assert stripe.ledger()["totals"]["eur"]["net"] == 0


def _an_order_more(kitchen: Kitchen) -> None:
    an_order(kitchen, due=_at("2027-03-02 13:00"))


def _closed(kitchen: Kitchen) -> None:
    close_days(kitchen.business.id, {date(2027, 3, 2): "Inventory"}, by=SYSTEM, now=clock.now())


@pytest.mark.parametrize(
    ("meanwhile", "is_had"),
    [
        (lambda kitchen: setattr(_rules(kitchen), "per_quarter", 1), True),
        (lambda kitchen: (setattr(_rules(kitchen), "per_quarter", 1), _an_order_more(kitchen)), False),
        (lambda kitchen: (setattr(_rules(kitchen), "per_quarter", 2), _an_order_more(kitchen)), True),
        (_closed, False),
        (lambda kitchen: setattr(_rules(kitchen), "paused_until", OPEN_END), False),
        (lambda kitchen: setattr(_rules(kitchen), "pickup", False), False),
        (lambda kitchen: setattr(_item(kitchen), "until_min", 12 * 60), False),
        (lambda kitchen: setattr(_rules(kitchen), "prepare_min", 10000), True),
    ],
    ids=["room", "full", "room for two", "closed", "paused", "no such way", "not had then", "is late"],
)
def test_paid_late_it_counts_where_its_time_is_there_and_goes_back_otherwise(
    of: Any,
    kitchen: Kitchen,
    stripe: Any,  # noqa: F811
    frozen: Any,
    meanwhile: Callable[[Kitchen], object],
    is_had: bool,
) -> None:
    order = _order(kitchen, due=_at("2027-03-02 13:00"))
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    frozen.shift(46 * 60)
    let_orders_lapse()
    meanwhile(kitchen)
    db.session.commit()
    _synced()
    assert _fresh(order).status == ("placed" if is_had else "expired")
    assert (_left(kitchen), _refunds()) == ((1, []) if is_had else (3, [1700]))


def test_told_twice_and_in_any_order_it_is_paid_once(
    app: Flask,
    of: Any,
    order: Order,
    stripe: Any,  # noqa: F811
) -> None:
    from app.payments.jobs import handle_webhooks

    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    events = events_of(stripe)
    for event in [*reversed(events), *events]:
        assert tell(app, stripe, order.business_id, event) == 200
        handle_webhooks()
    assert (_fresh(order).status, order.seq) == ("placed", 2)
    assert (_invoice(order).paid_cents, _refunds()) == (1700, [])


def test_money_that_is_not_what_was_asked_for_waits_for_a_member(
    of: Any,
    order: Order,
    stripe: Any,  # noqa: F811
    kitchen: Kitchen,
) -> None:
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    _payment().amount_cents = 5000
    db.session.commit()
    _synced()
    assert (_payment().status, _fresh(order).status) == ("needs_review", "pending_payment")
    assert "looks at your payment" in of(order, "/payment/result").text


@pytest.mark.parametrize("to", ["declined", "cancelled"])
def test_declined_or_cancelled_all_of_it_goes_back(
    of: Any,
    order: Order,
    stripe: Any,  # noqa: F811
    to: str,
) -> None:
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    _synced()
    by = Actor("member", "Ann")
    change_order(lock_order(order), to, by=by, now=clock.now(), reason="No more dough.")
    db.session.commit()
    reconcile_payments()
    assert (_refunds(), stripe.ledger()["totals"]["eur"]["net"]) == ([1700], 0)
    page = of(order).text
    assert "€17.00 of it goes back to you." in page
    assert "Credit note" in page


def test_taken_back_while_it_is_paid_the_money_goes_back(of: Any, order: Order, stripe: Any) -> None:  # noqa: F811
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    assert of(order, "/cancellation", {}).status_code == 303
    _synced()
    reconcile_payments()
    assert (_fresh(order).status, stripe.ledger()["totals"]["eur"]["net"]) == ("cancelled", 0)


def test_as_soon_as_possible_is_counted_from_when_it_is_paid(
    of: Any,
    order: Order,
    stripe: Any,  # noqa: F811
    frozen: Any,
) -> None:
    assert order.due_at == berlin("2027-03-02 10:30")
    frozen.shift(31 * 60)
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    _synced()
    assert _fresh(order).due_at == berlin("2027-03-02 11:00")


def test_as_soon_as_possible_may_be_tomorrow_and_stays_so(
    of: Any,
    kitchen: Kitchen,
    stripe: Any,  # noqa: F811
    frozen: Any,
) -> None:
    frozen.move_to(berlin("2027-03-02 20:00"))
    stripe.put_clock_ahead(clock.now().timestamp() - stripe.put_clock_ahead(0))
    order = _order(kitchen)
    first = order.due_at
    frozen.shift(31 * 60)
    pay(stripe, of(order, "/payment/intent", {}).get_json()["secret"])
    _synced()
    assert _fresh(order).due_at == first == berlin("2027-03-03 09:30")


def test_in_a_frame_it_is_paid_inside_and_the_way_out_leads_back(
    client: FlaskClient,
    of: Any,
    order: Order,
    kitchen: Kitchen,
    stripe: Any,  # noqa: F811
) -> None:
    db.session.add(Site(business_id=kitchen.business.id, origin=HOME))
    db.session.commit()
    base = f"/w/{kitchen.business.slug}/orders/{order_token(order)}"
    page = client.get(f"{base}/payment?host={HOME}")
    policy = page.headers["Content-Security-Policy"]
    assert (HOME in policy, "js.stripe.com" in policy, "Set-Cookie" in page.headers) == (True, True, False)
    form = soup(page).select_one("form[data-pay]")
    assert form["data-pay"].startswith("/w/")
    link = soup(page).select_one("noscript a[target=_blank]")
    assert link["href"].startswith("/orders/")
    outside = client.get(link["href"])
    assert "Back to cafe.example" in outside.text
    waiting = client.get(f"{base}/payment/result?elsewhere=1&books=1&host={HOME}")
    assert words(soup(waiting).h1) == "Please pay in the new window"
    pay(stripe, client.post(f"{base}/payment/intent?host={HOME}").get_json()["secret"])
    _synced()
    there = client.get(soup(waiting).select_one("#paying")["hx-get"], headers={"HX-Request": "true"})
    assert "done=ordered" in there.headers["HX-Redirect"]
    other = a_shop()
    other.business.framed_anywhere = True
    db.session.commit()
    for rest in ("/payment", "/payment/result"):
        address = f"/w/{other.business.slug}/orders/{order_token(order)}{rest}"
        assert client.get(address).status_code == 404


def test_a_link_nobody_has_leads_nowhere(client: FlaskClient) -> None:
    for rest in ("/payment", "/payment/result"):
        assert client.get(f"/orders/nonsense{rest}").status_code == 404
    for rest in ("/payment", "/payment/intent", "/payment/promise"):
        assert client.post(f"/orders/nonsense{rest}").status_code == 404


def test_where_nothing_is_to_be_paid_there_is_no_such_page(of: Any, kitchen: Kitchen) -> None:
    _rules(kitchen).prepay = "on_site"
    order = _order(kitchen)
    assert order.status == "placed"
    for rest in ("/payment", "/payment/result"):
        assert of(order, rest).status_code == 303
    # Whose page was open all the while is told, too.
    answer = of(order, "/payment/intent", {})
    assert (answer.status_code, answer.get_json()["is_over"]) == (409, True)
    assert of(order, "/payment", {}).location.endswith(order_token(order))


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_what_has_ended_while_its_page_was_open_says_so_instead_of_being_paid(
    of: Any,
    kitchen: Kitchen,
    stripe: Any,  # noqa: F811
    how: str,
) -> None:
    _rules(kitchen).prepay = "either"
    order = _order(kitchen, online=True)
    page = soup(of(order, "/payment"))
    change_order(lock_order(order), how, by=SYSTEM, now=clock.now(), reason="No more dough.")
    db.session.commit()
    forms = [it["action"].partition(order_token(order))[2] for it in page.select("main form")]
    assert forms == ["/payment", "/payment/promise"]
    said = f"This order {'has expired' if how == 'expired' else 'is cancelled'}"
    _leads_to(of, order, said, *forms)
    assert stripe.ledger()["payment_intents"] == []


def test_looking_again_asks_stripe_no_more_often_than_one_would_notice(
    of: Any, order: Order, counting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(online_payment, "ring", lambda job, *args: rung.append(args))
    of(order, "/payment/intent", {})
    for _ in range(40):
        of(order, "/payment/result")
    assert len(rung) == 30


def _leads_to(of: Any, order: Order, said: str, *forms: str) -> None:
    """The forms of the page on which people pay lead to the one that says why that is over, and so does its script."""
    for rest in forms or ("/payment", "/payment/promise"):
        answer = of(order, rest, {})
        assert (answer.status_code, answer.location.endswith(order_token(order))) == (303, True), rest
    assert said in words(soup(of(order)).main)
    told = of(order, "/payment/intent", {})
    assert told.status_code == 409
    assert told.get_json() == {"problem": "There is nothing left to pay.", "is_over": True}
    assert f"{order_token(order)}?" in of(order, "/payment/result").location


def _rules(kitchen: Kitchen) -> Any:
    from app.orders.models import OrderSettings

    return db.session.get_one(OrderSettings, kitchen.business.id)


def _stock(kitchen: Kitchen, pieces: int) -> None:
    _item(kitchen).stock = pieces
    db.session.commit()


def _item(kitchen: Kitchen) -> ServiceItem:
    return db.session.get_one(ServiceItem, (kitchen.business.id, kitchen.bottle.id))


def _refunds() -> list[int]:
    return [it.amount_cents for it in db.session.query(Refund).order_by(Refund.id)]


def _at(wall: str) -> int:
    return int(berlin(wall).timestamp()) // 60


def test_its_pages_ask_as_much_however_much_was_ordered(
    of: Any,
    kitchen: Kitchen,
    queries: Any,
) -> None:
    small = an_order(kitchen)
    many = [Entry(kitchen.pizza.id, (kitchen.large.id,), note=f"No. {it}") for it in range(20)]
    large = an_order(kitchen, *many)
    db.session.commit()
    for rest in ("", "/payment"):
        counts = []
        for order in (small, large):
            db.session.expire_all()
            with queries() as asked:
                assert of(order, rest).status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 12, (rest, counts)
