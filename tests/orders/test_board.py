"""The live board of orders: who may do what, what is late, and what two who press at once see."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.orders.basket import Entry
from app.orders.board import IN_FULL, board_of, shared_out, waiting_orders
from app.orders.changing import OrderChanged, change_order
from app.orders.delivering import Address
from app.orders.models import TRANSITIONS, Order, OrderLine, OrderSettings
from app.orders.ruling import known_settings
from app.orders.serving import STEPS, advance, hand_over
from app.orders.tickets import ticket_of
from app.orders.urgency import Urgency
from app.payments.models import Invoice, Payment, Refund
from app.payments.taking import take
from app.schedule.wall_clock import epoch_minute
from app.services.models import ServiceItem
from tests.conftest import NOW
from tests.factories import a_membership, berlin, signed_in
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.reading import soup

Browser = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _at_ten(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin("2027-03-02 10:02"))


@pytest.fixture
def kitchen() -> Kitchen:
    return a_kitchen(delivery=True, postcodes=["10"], at_table=True, tables=["Window", "Door"])


@pytest.fixture
def member(app: Flask, kitchen: Kitchen) -> Browser:
    """A browser in which somebody with a role is signed in."""
    return lambda role: signed_in(app, a_membership(kitchen.business, role).user)


def _base(kitchen: Kitchen) -> str:
    return f"/manage/{kitchen.business.slug}/orders"


def _go(order: Order, *statuses: str) -> Order:
    for status in statuses:
        change_order(order, status, by=SYSTEM, now=clock.now())
    db.session.commit()
    return order


def _fresh(order: Order) -> Order:
    return db.session.get_one(Order, (order.business_id, order.id), populate_existing=True)


def _columns(page: Any) -> dict[str, list[str]]:
    return {
        it["data-status"]: [card["data-order"] for card in it.select(".ticket")]
        for it in page.select(".board-column")
    }


def test_an_order_goes_through_the_kitchen_without_a_script(kitchen: Kitchen, member: Browser) -> None:
    order, staff, base = an_order(kitchen), member("staff"), _base(kitchen)
    number = str(order.number)
    for status, step in (
        ("placed", "placed-accepted"),
        ("accepted", "accepted-preparing"),
        ("preparing", "preparing-ready"),
    ):
        page = soup(staff.get(base))
        assert _columns(page)[status] == [number]
        button = page.select_one(".ticket [data-next]")
        assert button["value"] == step
        assert staff.post(button["formaction"], data={"step": step}).status_code == 303
    page = soup(staff.get(base))
    assert _columns(page)["ready"] == [number]
    form = soup(staff.get(page.select_one(".ticket [data-next]")["href"])).select_one(
        "form[action*=handover]"
    )
    shown = form.select_one("[name=shown]")["value"]
    assert staff.post(form["action"], data={"shown": shown, "paid": "card"}).status_code == 303
    done = soup(staff.get(base))
    assert _columns(done) == {"placed": [], "accepted": [], "preparing": [], "ready": []}
    assert "1 handed over today" in done.select_one("#board-done").text
    payment = db.session.query(Payment).one()
    assert (payment.method, payment.amount_cents, payment.status) == ("card", 1200, "succeeded")
    assert db.session.query(Invoice).one().number


def test_a_card_says_everything_one_needs_to_make_it(kitchen: Kitchen, member: Browser) -> None:
    options = (kitchen.large.id, kitchen.olives.id)
    order = an_order(
        kitchen, Entry(kitchen.pizza.id, options, 2, "no <b>basil</b>"), way="table", table="Window"
    )
    order.note = "We are in a hurry"
    order.member_note = "Regulars"
    db.session.commit()
    card = soup(member("staff").get(_base(kitchen))).select_one(f"#order-{order.id}")
    said = " ".join(card.text.split())
    for it in ("2×", "Margherita", "Large, Olives", "no <b>basil</b>", "We are in a hurry", "Regulars"):
        assert it in said
    for it in ("At the table: Window", "Olivia Park", "€26.00", "Not paid yet", "10:30"):
        assert it in said


def test_who_presses_second_gets_a_sentence_and_sees_what_is(kitchen: Kitchen, member: Browser) -> None:
    order, base = an_order(kitchen), _base(kitchen)
    step = {"step": "placed-accepted"}
    assert member("staff").post(f"{base}/{order.id}/steps", data=step).status_code == 303
    second = member("owner").post(f"{base}/{order.id}/steps", data=step)
    assert second.status_code == 409
    assert f"order {order.number} is “Accepted” now" in second.text
    assert _columns(soup(second))["accepted"] == [str(order.number)]
    on_page = member("manager").post(f"{base}/{order.id}/steps", data=step | {"back": "order"})
    assert on_page.status_code == 409
    assert "Somebody was faster" in on_page.text
    assert soup(on_page).select_one("h1").text == f"Order {order.number}"


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ("placed-ready", 422),
        ("placed-fulfilled", 422),
        ("ready-preparing", 409),
        ("", 422),
        ("x" * 9000, 422),
    ],
)
def test_steps_there_are_not_are_refused(kitchen: Kitchen, member: Browser, step: str, status: int) -> None:
    order = an_order(kitchen)
    answer = member("owner").post(f"{_base(kitchen)}/{order.id}/steps", data={"step": step})
    assert answer.status_code == status
    assert soup(answer).select_one("#board-problem")
    assert _fresh(order).status == "placed"


def test_a_ready_order_can_be_taken_back_into_the_kitchen(kitchen: Kitchen, member: Browser) -> None:
    order = _go(an_order(kitchen), "accepted", "ready")
    answer = member("staff").post(
        f"{_base(kitchen)}/{order.id}/steps", data={"step": "ready-preparing", "back": "order"}
    )
    assert answer.location.endswith(f"/orders/{order.id}")
    assert (_fresh(order).status, order.ready_at) == ("preparing", None)


def test_only_steps_of_the_table_of_states_are_offered() -> None:
    assert STEPS
    assert all(to in TRANSITIONS[was] for was, to in STEPS)


def test_staff_decline_what_nobody_paid_for_and_its_pieces_go_back(kitchen: Kitchen, member: Browser) -> None:
    order, staff, base = (
        an_order(kitchen, Entry(kitchen.bottle.id, quantity=2)),
        member("staff"),
        _base(kitchen),
    )
    page = soup(staff.get(f"{base}/{order.id}/ending/new"))
    assert "Nothing was paid" in page.text
    without = staff.post(f"{base}/{order.id}/ending", data={"was": "placed", "reason": "  "})
    assert without.status_code == 422
    too_long = staff.post(f"{base}/{order.id}/ending", data={"was": "placed", "reason": "x" * 301})
    assert too_long.status_code == 422
    assert "x" * 301 in too_long.text
    assert _fresh(order).status == "placed"
    sent = staff.post(f"{base}/{order.id}/ending", data={"was": "placed", "reason": "Sold out."})
    assert sent.status_code == 303
    assert (_fresh(order).status, order.reason) == ("declined", "Sold out.")
    left = db.session.get_one(
        ServiceItem, (kitchen.business.id, kitchen.bottle.id), populate_existing=True
    ).stock
    assert left == 3
    again = staff.post(f"{base}/{order.id}/ending", data={"was": "placed", "reason": "Sold out."})
    assert again.status_code == 409
    assert "is “Declined” now" in again.text


def test_ending_what_is_paid_takes_a_manager_and_gives_the_money_back(
    kitchen: Kitchen, member: Browser
) -> None:
    order, base = _go(an_order(kitchen), "accepted"), _base(kitchen)
    bill = db.session.query(Invoice).one()
    take(kitchen.business, bill, 1200, "cash", by=SYSTEM, now=clock.now())
    db.session.commit()
    sent, staff = {"was": "accepted", "reason": "The oven broke."}, member("staff")
    refused = staff.post(f"{base}/{order.id}/ending", data=sent)
    assert refused.status_code == 403
    assert "Please ask a manager" in refused.text
    assert not soup(staff.get(base)).select_one("[data-ending]")
    assert _fresh(order).status == "accepted"
    manager = member("manager")
    assert soup(manager.get(base)).select_one("[data-ending]")
    assert "€12.00" in manager.get(f"{base}/{order.id}/ending/new").text
    assert manager.post(f"{base}/{order.id}/ending", data=sent).status_code == 303
    assert (_fresh(order).status, order.cancelled_by) == ("cancelled", "member")
    assert db.session.query(Refund).one().amount_cents == 1200


def test_what_is_handed_over_twice_is_paid_once(kitchen: Kitchen, member: Browser) -> None:
    order = _go(an_order(kitchen), "accepted", "ready")
    path, sent = f"{_base(kitchen)}/{order.id}/handover", {"shown": "1200", "paid": "cash"}
    assert member("staff").post(path, data=sent).status_code == 303
    second = member("owner").post(path, data=sent)
    assert second.status_code == 409
    assert "is “Handed over” now" in second.text
    assert db.session.query(Payment).count() == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"shown": "1100", "paid": "cash"}, 409),
        ({"shown": "0", "paid": "cash"}, 409),
        ({"shown": "1200", "paid": "gold"}, 422),
        ({"shown": "1200"}, 422),
        ({"paid": "cash"}, 422),
        ({"shown": "-5", "paid": "cash"}, 422),
        ({"shown": "9" * 30, "paid": "cash"}, 422),
    ],
)
def test_a_handover_that_cannot_be_changes_nothing(
    kitchen: Kitchen, member: Browser, sent: dict[str, str], status: int
) -> None:
    order = _go(an_order(kitchen), "accepted", "ready")
    answer = member("staff").post(f"{_base(kitchen)}/{order.id}/handover", data=sent)
    assert answer.status_code == status
    assert soup(answer).select_one(".order-panel [role=alert]")
    assert _fresh(order).status == "ready"
    assert db.session.query(Payment).count() == 0


def test_what_is_paid_later_stays_open(kitchen: Kitchen) -> None:
    order = _go(an_order(kitchen), "accepted", "ready")
    hand_over(kitchen.business, order, None, 0, by=SYSTEM, now=clock.now())
    assert db.session.query(Invoice).one().open_cents == 1200


def test_money_taken_on_its_page_is_taken_once(kitchen: Kitchen, member: Browser) -> None:
    order, staff, base = an_order(kitchen), member("staff"), _base(kitchen)
    sent = {"amount": "5.00", "method": "cash", "note": "A start", "key": "a-key-of-this-one-form"}
    for _again in range(2):
        answer = staff.post(f"{base}/{order.id}/payments", data=sent)
        assert answer.location.endswith(f"{base}/{order.id}")
    assert db.session.query(Payment).count() == 1
    page = staff.get(f"{base}/{order.id}").text
    assert "€7.00" in page
    assert "A start" in page
    more = staff.post(
        f"{base}/{order.id}/payments", data=sent | {"amount": "7.01", "key": "another-key-of-a-form"}
    )
    assert more.status_code == 422
    assert "more than what is left to pay" in more.text
    assert "7.01" in more.text
    card = soup(staff.get(base)).select_one(".ticket-money").text
    assert "€7.00 still to pay" in card


@pytest.mark.parametrize("path", ["", "/steps", "/ending", "/handover", "/note", "/payments", "/ticket"])
def test_orders_of_others_and_none_at_all_are_404(kitchen: Kitchen, member: Browser, path: str) -> None:
    elsewhere = an_order(a_kitchen())
    never = an_order(kitchen)
    never.status, never.expires_at, never.accepted_at = "held", clock.now(), None
    db.session.commit()
    owner = member("owner")
    send = owner.get if path in ("", "/ticket") else owner.post
    for number in (elsewhere.id, never.id, 10**17):
        assert send(f"{_base(kitchen)}/{number}{path}").status_code == 404


def test_a_note_is_for_the_team_alone(kitchen: Kitchen, member: Browser, client: FlaskClient) -> None:
    from app.orders.finding import order_token

    order, staff, base = an_order(kitchen), member("staff"), _base(kitchen)
    path = f"{base}/{order.id}/note"
    assert staff.post(path, data={"member_note": "Allergic to nuts", "back": "order"}).status_code == 303
    assert "Allergic to nuts" in staff.get(f"{base}/{order.id}").text
    assert "Allergic to nuts" not in client.get(f"/orders/{order_token(order)}").text
    too_long = staff.post(path, data={"member_note": "x" * 2001})
    assert too_long.status_code == 422
    assert "x" * 2001 in too_long.text
    assert "Internal note about an order changed" in staff.get(f"{base}/{order.id}").text


def test_the_page_of_an_order_tells_its_story(kitchen: Kitchen, member: Browser) -> None:
    order, owner, base = an_order(kitchen), member("owner"), _base(kitchen)
    owner.post(f"{base}/{order.id}/steps", data={"step": "placed-accepted"})
    page = soup(owner.get(f"{base}/{order.id}"))
    history = page.select_one(".order-history").text
    assert "Order placed" in history
    assert "Order accepted" in history
    assert page.select_one('a[href*="/audit?of=order-"]')
    assert not soup(member("staff").get(f"{base}/{order.id}")).select_one('a[href*="/audit"]')


def test_the_ticket_has_what_the_kitchen_needs_and_no_prices(kitchen: Kitchen, member: Browser) -> None:
    order = an_order(kitchen, Entry(kitchen.pizza.id, (kitchen.small.id,), 1, "well done"))
    page = soup(member("staff").get(f"{_base(kitchen)}/{order.id}/ticket"))
    said = page.select_one(".paper-ticket").text
    assert "well done" in said
    assert "Small" in said
    assert "€" not in said
    assert page.select_one(".paper-ticket h1").text == str(order.number)


def test_who_can_be_called_is_called_by_a_number_people_can_read(kitchen: Kitchen, member: Browser) -> None:
    order, staff, base = an_order(kitchen), member("staff"), _base(kitchen)
    order.contact_phone, order.way = "+493023125042", "delivery"
    order.street, order.postcode, order.city = "Solmsstraße 30", "10961", "Berlin"
    db.session.flush()
    for page in (f"{base}/{order.id}", f"{base}/{order.id}/ticket"):
        assert "+49 30 23125042" in staff.get(page).text.replace("\N{NO-BREAK SPACE}", " ")


def test_an_open_board_is_told_when_anything_has_changed(
    kitchen: Kitchen, member: Browser, frozen: Any
) -> None:
    order, staff, base = an_order(kitchen), member("staff"), _base(kitchen)
    board = soup(staff.get(base)).select_one("#board")
    since = {"since": board["data-count"], "until": board["data-until"]}
    fragment = {"HX-Request": "true"}
    asked = board["data-changes"]
    assert staff.get(asked, query_string=since, headers=fragment).status_code == 204
    _go(order, "accepted")
    fresh = staff.get(asked, query_string=since, headers=fragment)
    assert fresh.status_code == 200
    assert fresh.text.lstrip().startswith('<section id="board"')
    for wrong in ({}, {"since": "x", "until": "9" * 99}, since | {"until": "²"}):
        assert staff.get(asked, query_string=wrong, headers=fragment).status_code == 200
    # Nothing was changed, and yet it is late by now.
    board = soup(fresh).select_one("#board")
    since = {"since": board["data-count"], "until": board["data-until"]}
    assert staff.get(asked, query_string=since, headers=fragment).status_code == 204
    frozen.shift(timedelta(minutes=40))
    late = staff.get(asked, query_string=since, headers=fragment)
    assert late.status_code == 200
    assert "12 min late" in late.text


@pytest.mark.parametrize(
    ("way", "status", "minutes", "urgency"),
    [
        ("pickup", "placed", 0, "unanswered"),
        ("pickup", "placed", 29, "late"),
        ("pickup", "accepted", 7, ""),
        ("pickup", "accepted", 8, "now"),
        ("pickup", "preparing", 20, ""),
        ("pickup", "preparing", 29, "late"),
        ("pickup", "ready", 500, ""),
        ("table", "ready", 29, "late"),
        ("delivery", "preparing", 28, ""),
        ("delivery", "preparing", 29, "late"),
        ("delivery", "ready", 40, ""),
        ("delivery", "ready", 60, "late"),
    ],
)
def test_what_is_late_is_said(
    kitchen: Kitchen, frozen: Any, way: str, status: str, minutes: int, urgency: str
) -> None:
    """Due at 10:30, a delivery at 11:00, for which it has to leave at 10:30."""
    wanted: dict[str, Any] = {"way": way}
    if way == "table":
        wanted["table"] = "Door"
    if way == "delivery":
        wanted["address"] = Address("Main street 1", "10115", "Berlin")
        settings = known_settings(kitchen.business.id)
        assert settings
        settings.prepare_min, settings.way_min = 20, 30
    order = an_order(kitchen, **wanted)
    order.status = status
    db.session.commit()
    frozen.shift(timedelta(minutes=minutes))
    board = board_of(kitchen.business, known_settings(kitchen.business.id), clock.now())
    found = [it for column in board.columns for it in column.today.tickets]
    assert [it.when.urgency for it in found] == [urgency]
    assert board.stands_until > clock.now()


@given(
    due=st.integers(-300, 300),
    made=st.integers(0, 200),
    own=st.one_of(st.none(), st.integers(0, 200)),
    road=st.integers(0, 90),
    way=st.sampled_from(["pickup", "delivery", "table"]),
    status=st.sampled_from(["placed", "accepted", "preparing", "ready"]),
    waited=st.integers(0, 600),
    asap=st.booleans(),
)
def test_a_card_is_as_urgent_as_its_minutes_say(
    due: int, made: int, own: int | None, road: int, way: str, status: str, waited: int, asap: bool
) -> None:
    """Against the same said in minutes from now, where nothing is a moment."""
    now = berlin("2027-03-02 12:00")
    settings = OrderSettings(prepare_min=made, way_min=road)
    order = Order(
        status=status,
        way=way,
        asap=asap,
        due_at=now + timedelta(minutes=due),
        placed_at=now - timedelta(minutes=waited),
        total_cents=0,
        lines=[OrderLine(item_id=1)],
    )
    ticket = ticket_of(order, None, settings, {} if own is None else {1: own}, now)
    ends = due - (road if way == "delivery" and status != "ready" else 0)
    begins = ends - max(made, own or 0)
    if ends <= -1 and not (status == "ready" and way == "pickup"):
        expected: tuple[str, int] = ("late", -ends)
    elif status == "placed" and (asap or begins <= 0):
        expected = ("unanswered", waited if asap else min(waited, -begins))
    else:
        expected = ("now" if status == "accepted" and begins <= 0 else "", 0)
    assert (ticket.when.urgency, ticket.when.minutes) == expected


@pytest.mark.parametrize(
    ("urgency", "minutes", "is_pressing"),
    [("late", 1, True), ("unanswered", 4, False), ("unanswered", 5, True), ("now", 0, False), ("", 0, False)],
)
def test_what_is_late_or_long_without_an_answer_is_pressing(
    urgency: str, minutes: int, is_pressing: bool
) -> None:
    assert Urgency(NOW, NOW, urgency, minutes).is_pressing is is_pressing


def test_what_is_for_another_day_stands_apart(kitchen: Kitchen, member: Browser) -> None:
    tomorrow = epoch_minute(berlin("2027-03-03 12:00"))
    order = an_order(kitchen, due=tomorrow)
    page = soup(member("staff").get(_base(kitchen)))
    assert page.select_one(f"#later-placed #order-{order.id}")
    assert "1 for another day" in page.text
    assert page.select_one("#column-placed .board-count").text == "1"


@pytest.mark.parametrize(
    ("states", "minutes", "folded"),
    [
        ((), 30, True),
        ((), 18 * 60, False),
        (("accepted",), 30, True),
        (("accepted",), 18 * 60, False),
        (("accepted", "preparing"), 30, False),
        (("accepted", "preparing", "ready"), 30, True),
        (("accepted", "preparing", "ready"), 18 * 60, True),
    ],
)
def test_what_is_for_tomorrow_is_in_sight_as_soon_as_it_has_to_be_begun(
    kitchen: Kitchen, member: Browser, states: tuple[str, ...], minutes: int, folded: bool
) -> None:
    kitchen.pizza.prepare_min = minutes
    order = _go(an_order(kitchen, due=epoch_minute(berlin("2027-03-03 12:00"))), *states)
    page = soup(member("staff").get(_base(kitchen)))
    assert bool(page.select_one(f"#later-{order.status} #order-{order.id}")) is folded
    assert "3 Mar" in page.select_one(f"#order-{order.id} .ticket-due").text


def test_a_board_does_not_outlive_its_day(kitchen: Kitchen, frozen: Any) -> None:
    an_order(kitchen, due=epoch_minute(berlin("2027-03-03 12:00")))
    frozen.move_to(berlin("2027-03-02 23:00"))
    board = board_of(kitchen.business, known_settings(kitchen.business.id), clock.now())
    assert board.stands_until == berlin("2027-03-03 00:00")


def test_staff_pause_orders_from_the_board(kitchen: Kitchen, member: Browser, client: FlaskClient) -> None:
    staff, base = member("staff"), _base(kitchen)
    assert staff.post(f"{base}/pause", data={"until": "never"}).status_code == 422
    assert staff.post(f"{base}/pause", data={"until": "hour"}).status_code == 303
    page = staff.get(base).text
    assert "No orders are taken right now" in page
    assert "11:02" in page
    assert staff.post(f"{base}/resumption").status_code == 303
    assert "No orders are taken right now" not in staff.get(base).text


def test_a_business_that_takes_orders_has_them_in_its_menu(
    app: Flask, kitchen: Kitchen, member: Browser
) -> None:
    base, today = _base(kitchen), f"/manage/{kitchen.business.slug}/"
    an_order(kitchen)
    db.session.commit()
    staff, owner = soup(member("staff").get(today)), soup(member("owner").get(today))
    for page in (staff, owner):
        link = page.select_one(f'.sidebar-nav a[href="{base}"]')
        assert link.select_one(".nav-count").text == "1 waiting"
    items = f'.sidebar-nav a[href="/manage/{kitchen.business.slug}/items"]'
    assert staff.select_one(items)
    assert not owner.select_one(items)
    other = a_kitchen(pickup=False).business
    there = signed_in(app, a_membership(other, "staff").user)
    page = soup(there.get(f"/manage/{other.slug}/"))
    assert not page.select_one(f'.sidebar-nav a[href="/manage/{other.slug}/orders"]')
    assert waiting_orders(other.id) is None


def test_a_closed_kitchen_keeps_its_board_until_everything_is_done(kitchen: Kitchen) -> None:
    an_order(kitchen)
    settings = known_settings(kitchen.business.id)
    assert settings
    settings.pickup = settings.delivery = settings.at_table = False
    db.session.flush()
    assert waiting_orders(kitchen.business.id) == 1


def test_an_empty_board_says_so(kitchen: Kitchen, member: Browser) -> None:
    page = member("staff").get(_base(kitchen)).text
    assert "Nothing waits for an answer." in page
    assert "What is handed over today is listed here." in page


def _many(kitchen: Kitchen, count: int) -> None:
    """So many copies of an order with two lines each, due through the day."""
    first = an_order(kitchen)
    db.session.flush()
    skipped = {"id", "uid", "number", "due_at", "status"}
    row = {it.name: getattr(first, it.name) for it in Order.__table__.columns if it.name not in skipped}
    statuses = ("placed", "accepted", "preparing", "ready")
    made = db.session.scalars(
        insert(Order).returning(Order.id),
        [
            row
            | {
                "number": 1000 + at,
                "status": statuses[at % 4],
                "due_at": first.due_at + timedelta(minutes=at % 300),
            }
            for at in range(count)
        ],
    ).all()
    options = [{"id": kitchen.large.id, "choice": "Size", "name": "Large", "extra_cents": 300}]
    db.session.execute(
        insert(OrderLine),
        [
            {
                "business_id": first.business_id,
                "order_id": order_id,
                "position": position,
                "item_id": kitchen.pizza.id,
                "name": "Margherita",
                "options": options,
                "quantity": 2,
                "unit_cents": 1200,
                "note": "no basil",
            }
            for order_id in made
            for position in range(2)
        ],
    )
    db.session.commit()


def test_three_hundred_orders_take_as_many_statements_as_one(
    kitchen: Kitchen, member: Browser, queries: Any
) -> None:
    staff, base = member("staff"), _base(kitchen)
    an_order(kitchen)
    staff.get(base)
    with queries() as seen:
        staff.get(base)
    one = len(seen)
    _many(kitchen, 298)
    with queries() as seen:
        page = staff.get(base)
    assert len(seen) == one <= 13, seen
    assert len(soup(page).select(".ticket")) == 300
    assert len(soup(page).select(".ticket:not(.brief)")) == IN_FULL
    assert len(page.data) < 300_000
    board = soup(page).select_one("#board")
    since = {"since": board["data-count"], "until": board["data-until"]}
    with queries() as seen:
        assert staff.get(board["data-changes"], query_string=since).status_code == 204
    assert len(seen) <= 3, seen


def test_the_board_of_a_business_that_never_took_orders_is_empty(kitchen: Kitchen, member: Browser) -> None:
    db.session.execute(delete(OrderSettings))
    db.session.commit()
    page = member("staff").get(_base(kitchen))
    assert page.status_code == 200
    assert "Nothing waits for an answer." in page.text
    assert not soup(page).select(".ticket")


def test_more_orders_than_fit_are_said(kitchen: Kitchen, member: Browser, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.orders.board.MOST", 3)
    _many(kitchen, 5)
    page = member("staff").get(_base(kitchen))
    assert len(soup(page).select(".ticket")) == 3
    assert "There are more orders than fit here." in page.text


def test_the_second_of_two_at_once_waits_and_is_told(kitchen: Kitchen) -> None:
    order = an_order(kitchen)
    advance(order, "placed", "accepted", by=SYSTEM, now=clock.now())
    with pytest.raises(OrderChanged):
        advance(order, "placed", "accepted", by=SYSTEM, now=clock.now())


@pytest.mark.parametrize(
    ("wanted", "most", "shares"),
    [
        ([75, 75, 75, 75], 32, [8, 8, 8, 8]),
        ([2, 75, 1, 75, 0], 33, [2, 15, 1, 15, 0]),
        ([3, 0, 20], 32, [3, 0, 20]),
        ([9, 9, 9], 8, [3, 3, 2]),
        ([5, 5], 0, [0, 0]),
        ([], 32, []),
    ],
)
def test_what_is_shown_in_full_is_shared_fairly(wanted: list[int], most: int, shares: list[int]) -> None:
    assert shared_out(wanted, most) == shares


def test_what_one_column_leaves_another_shows(kitchen: Kitchen, member: Browser) -> None:
    _many(kitchen, IN_FULL - 1)
    page = soup(member("staff").get(_base(kitchen)))
    assert page.select(".ticket.brief") == []
    assert len(page.select(".ticket")) == IN_FULL
