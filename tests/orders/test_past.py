"""All orders there ever were: filters, pages, and the table for other programs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.customers.meeting import Contact
from app.orders.changing import change_order
from app.orders.models import Order
from app.orders.past import Wish, each_order, orders_of
from tests.factories import a_membership, berlin, signed_in
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.reading import soup

Browser = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _at_ten(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin("2027-03-02 10:02"))


@pytest.fixture
def kitchen() -> Kitchen:
    return a_kitchen(at_table=True, tables=["Window"])


@pytest.fixture
def member(app: Flask, kitchen: Kitchen) -> Browser:
    """A browser in which somebody with a role is signed in."""
    return lambda role: signed_in(app, a_membership(kitchen.business, role).user)


def _by(kitchen: Kitchen, name: str, **more: Any) -> Order:
    contact = Contact(name, f"{name.split()[0].lower()}@example.com", language="en-GB")
    order = an_order(kitchen, contact=contact, **more)
    db.session.commit()
    return order


def _numbers(page: Any) -> list[int]:
    return [int(it.text.split()[-1]) for it in soup(page).select("tbody th a")]


def _past(kitchen: Kitchen) -> str:
    return f"/manage/{kitchen.business.slug}/orders/history"


def test_orders_are_found_by_state_way_day_and_words(kitchen: Kitchen, member: Browser, frozen: Any) -> None:
    ida = _by(kitchen, "Ida Noor")
    omar = _by(kitchen, "Omar Haddad", way="table", table="Window")
    change_order(omar, "accepted", by=SYSTEM, now=clock.now())
    frozen.shift(timedelta(days=1))
    late = _by(kitchen, "Ida Strand")
    staff, past = member("staff"), _past(kitchen)
    for query, expected in (
        ({}, [late, omar, ida]),
        ({"status": "accepted"}, [omar]),
        ({"way": "table"}, [omar]),
        ({"way": "delivery"}, []),
        ({"from": "2027-03-03"}, [late]),
        ({"until": "2027-03-02"}, [omar, ida]),
        ({"from": "2027-03-02", "until": "2027-03-02", "status": "placed"}, [ida]),
        ({"q": "ida"}, [late, ida]),
        ({"q": "IDA noor"}, [ida]),
        ({"q": "omar@example.com"}, [omar]),
        ({"q": "window"}, [omar]),
        ({"q": f"#{ida.number}"}, [ida]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
    ):
        answer = staff.get(past, query_string=query)
        assert answer.status_code == 200, query
        assert _numbers(answer) == [it.number for it in expected], query
    none = staff.get(past, query_string={"q": "nobody"})
    assert "No order is like that" in none.text
    assert 'value="nobody"' in none.text


def test_an_empty_history_tells_what_will_be_there(kitchen: Kitchen, member: Browser) -> None:
    assert "Nobody has ordered yet" in member("staff").get(_past(kitchen)).text


@pytest.mark.parametrize(
    "query",
    [
        {"status": "gone"},
        {"status": "held"},
        {"way": "by-air"},
        {"from": "2027-02-30"},
        {"from": "2027-03-05", "until": "2027-03-01"},
        {"q": "x" * 101},
    ],
)
def test_limits_that_cannot_be_are_refused_and_kept(
    kitchen: Kitchen, member: Browser, query: dict[str, str]
) -> None:
    _by(kitchen, "Ida Noor")
    answer = member("owner").get(_past(kitchen), query_string=query)
    assert answer.status_code == 422
    assert soup(answer).select_one(".form-errors")
    assert member("owner").post(f"{_past(kitchen)}/tables", query_string=query).status_code == 422


@pytest.mark.parametrize(
    "before", ["x", "2027-03-02_1", "9999-99-99T00:00:00+00:00_1", "2027-03-02T00:00:00_5"]
)
def test_a_place_that_is_none_is_the_beginning(kitchen: Kitchen, member: Browser, before: str) -> None:
    order = _by(kitchen, "Ida Noor")
    assert _numbers(member("staff").get(_past(kitchen), query_string={"before": before})) == [order.number]


def test_pages_follow_each_other_without_gap_or_repeat(
    kitchen: Kitchen, member: Browser, monkeypatch: Any
) -> None:
    """Several of the same moment among them: the id decides."""
    monkeypatch.setattr("app.orders.past.orders_of.__defaults__", (None, 2))
    numbers = [_by(kitchen, f"Customer {at}").number for at in range(5)]
    staff, seen, path = member("staff"), [], _past(kitchen)
    for _page in range(3):
        page = soup(staff.get(path))
        seen += [int(it.text.split()[-1]) for it in page.select("tbody th a")]
        link = page.select_one(".pagination [rel=next]")
        path = link["href"] if link else ""
    assert seen == numbers[::-1]
    assert not path


def test_what_is_read_in_parts_is_all_of_it(kitchen: Kitchen, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.orders.past.AT_ONCE", 2)
    numbers = [_by(kitchen, f"Customer {at}").number for at in range(5)]
    parts = list(each_order(kitchen.business.id, Wish()))
    assert [len(it) for it in parts] == [2, 2, 1]
    assert [it.number for part in parts for it in part] == numbers[::-1]


def test_what_was_never_sent_is_no_order(kitchen: Kitchen) -> None:
    order = _by(kitchen, "Ida Noor")
    order.status, order.expires_at = "held", clock.now()
    db.session.flush()
    assert orders_of(kitchen.business.id, Wish()).rows == []


def test_others_orders_are_not_in_it(kitchen: Kitchen, member: Browser) -> None:
    other = a_kitchen()
    _by(other, "Ida Noor")
    assert _numbers(member("owner").get(_past(kitchen))) == []
    assert member("owner").get(_past(other)).status_code == 404


def test_the_table_has_a_line_for_each_and_no_formulas(app: Flask, kitchen: Kitchen) -> None:
    order = _by(
        kitchen,
        "=HYPERLINK(1)",
        way="table",
        table="Window",
    )
    order.note = "+1 fork"
    _by(kitchen, "Omar Haddad")
    db.session.commit()
    owner = signed_in(app, a_membership(kitchen.business, "owner").user)
    answer = owner.post(f"{_past(kitchen)}/tables", query_string={"way": "table"})
    assert answer.status_code == 200
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Number,Date,Time,Due on,Due at,State,Way,Where")
    assert (
        f"{order.number},2027-03-02,10:02,2027-03-02,10:30,New,At the table,Window,'=HYPERLINK(1)" in lines[1]
    )
    assert "1 × Margherita (Large)" in lines[1]
    assert "'+1 fork" in lines[1]
    assert "12.00" in lines[1]
    assert f'filename="{kitchen.business.slug}-orders.csv"' in answer.headers["Content-Disposition"]


def test_the_table_is_read_in_parts_and_the_journal_says_who_took_it(
    app: Flask, kitchen: Kitchen, monkeypatch: Any
) -> None:
    monkeypatch.setattr("app.orders.past.AT_ONCE", 2)
    numbers = [_by(kitchen, f"Customer {at}").number for at in range(5)]
    user = a_membership(kitchen.business, "owner").user
    answer = signed_in(app, user).post(f"{_past(kitchen)}/tables")
    assert [int(it.split(",")[0]) for it in answer.text.splitlines()[1:]] == numbers[::-1]
    [taken] = db.session.scalars(select(AuditEvent).filter_by(action="order.table_taken"))
    assert (taken.business_id, taken.actor_user_id) == (kitchen.business.id, user.id)


def test_whoever_may_not_take_the_table_is_not_said_to_have(kitchen: Kitchen, member: Browser) -> None:
    assert member("staff").post(f"{_past(kitchen)}/tables").status_code == 403
    assert (
        member("owner").post(f"{_past(kitchen)}/tables", query_string={"status": "held"}).status_code == 422
    )
    assert db.session.scalars(select(AuditEvent).filter_by(action="order.table_taken")).all() == []


def test_fifty_orders_take_as_many_statements_as_one(kitchen: Kitchen, member: Browser, queries: Any) -> None:
    staff, counts = member("staff"), []
    for _round in range(2):
        for at in range(5):
            _by(kitchen, f"Customer {at}")
        staff.get(_past(kitchen))
        with queries() as seen:
            staff.get(_past(kitchen))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
