"""The list narrowed down, in another order, and as a table."""

import contextvars
import tracemalloc
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.audit.models import AuditEvent
from app.auth.models import UserSession
from app.core.db import db
from app.customers.blocking import block
from app.customers.meeting import Contact, meet
from app.customers.models import Customer
from app.customers.searching import load_listed, search_all
from app.customers.wording import ORDER, remember_words
from tests.conftest import NOW
from tests.factories import ANNA, a_membership, a_shop, a_user, a_visit, hire, signed_in
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


@pytest.fixture
def page(shop):
    return f"/manage/{shop.business.slug}/customers"


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


@pytest.fixture
def past(shop):
    """Four customers: one long ago, one yesterday, one who never came, one who did not come."""
    person = hire(shop.business.id, "June")
    for name, days, status in (
        ("Long Ago", 200, "completed"),
        ("Just Now", 1, "completed"),
        ("No Show", 2, "no_show"),
    ):
        visit = a_visit(
            shop.business, NOW - timedelta(days=days), person=person, customer=name, status=status
        )
        remember_words(db.session.get_one(Customer, (shop.business.id, visit.customer_id)))
    new = meet(shop.business.id, Contact("=Brand New", "new@example.com", "+4930123456"), NOW)
    block(new, "x", by=ANNA, now=NOW)
    new.tags = ["VIP"]


def names(answer):
    assert answer.status_code == 200
    return [it.text.strip() for it in soup(answer).select("#customers .row-title")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["=Brand New", "Just Now", "Long Ago", "No Show"]),
        ("which=away", ["Long Ago"]),
        ("which=missed", ["No Show"]),
        ("which=blocked", ["=Brand New"]),
        ("tag=VIP", ["=Brand New"]),
        ("tag=vip", []),
        ("tag=VIP&which=away", []),
        ("sort=seen", ["Just Now", "Long Ago", "=Brand New", "No Show"]),
        ("sort=seen&q=no", ["Just Now", "No Show"]),
        ("which=odd&sort=odd&tag=", ["=Brand New", "Just Now", "Long Ago", "No Show"]),
    ],
)
def test_the_list_is_narrowed_and_sorted(page, manager, past, query, found):
    assert names(manager.get(f"{page}?{query}")) == found


def test_who_spent_most_comes_first_to_managers(shop, page, manager, past):
    assert names(manager.get(f"{page}?sort=spent"))[:2] in (
        ["Just Now", "Long Ago"],
        ["Long Ago", "Just Now"],
    )


def test_nobody_left_says_how_to_see_everybody(page, manager, past):
    assert "Nobody among your customers" in manager.get(f"{page}?tag=unheard").text


def test_the_table_has_the_same_rows_and_no_formula(page, manager, past):
    answer = manager.post(f"{page}/tables?which=blocked")
    assert answer.content_type == "text/csv; charset=utf-8"
    _head, row, *rest = answer.text.splitlines()
    assert row.startswith("'=Brand New,new@example.com,'+4930123456,VIP,Yes,")
    assert rest == []
    assert len(manager.post(f"{page}/tables").text.splitlines()) == 5


def taken_tables():
    return db.session.scalars(sa.select(AuditEvent).filter_by(action="customer.table_taken")).all()


@pytest.mark.parametrize("query", ["", "sort=seen", "sort=spent", "sort=seen&q=no", "which=missed"])
def test_the_table_is_read_in_parts_and_as_long_as_the_list(page, manager, past, monkeypatch, query):
    shown = names(manager.get(f"{page}?{query}"))
    monkeypatch.setattr("app.customers.searching.AT_ONCE", 3)
    lines = manager.post(f"{page}/tables?{query}").text.splitlines()
    assert [it.split(",")[0].removeprefix("'") for it in lines[1:]] == shown


def test_the_journal_says_who_took_the_table_and_of_how_many(app, shop, page, past):
    user = a_membership(shop.business, "manager").user
    browser = signed_in(app, user)
    browser.post(f"{page}/tables")
    browser.post(f"{page}/tables?which=blocked")
    found = [(it.business_id, it.actor_user_id, it.changes) for it in taken_tables()]
    assert found == [(shop.business.id, user.id, {"amount": [None, many]}) for many in (4, 1)]
    history = browser.get(f"/manage/{shop.business.slug}/audit?what=customers").text
    assert history.count("Table of customers handed out") == 2


def test_a_table_nobody_got_is_not_in_the_journal(app, shop, page, past):
    staff = signed_in(app, a_membership(shop.business, "staff").user)
    assert staff.post(f"{page}/tables").status_code == 403
    user = a_membership(shop.business, "manager").user
    browser = signed_in(app, user)
    db.session.execute(sa.update(UserSession).filter_by(user_id=user.id).values(proved_at=None))
    assert "Your password, please" in browser.post(f"{page}/tables").text
    assert taken_tables() == []


def test_who_is_erased_while_the_table_is_read_is_not_in_it(shop, past):
    ids = search_all(shop.business.id, "")
    gone = db.session.get_one(Customer, (shop.business.id, ids[1]))
    gone.erased_at = NOW
    db.session.flush()
    assert [it.id for it in load_listed(shop.business.id, ids)] == [it for it in ids if it != gone.id]


def test_the_table_needs_no_more_memory_for_many(shop, page, manager, frozen):
    """Each part stands alone, however many there are."""
    for first in range(1, 12_000, 1000):
        db.session.execute(
            sa.text("""
                WITH new AS (
                    INSERT INTO customers (business_id, name, email)
                    SELECT :business, 'Somebody ' || i, i || '@example.com'
                      FROM generate_series(:first, :first + 999) i
                    RETURNING business_id, id, name
                )
                INSERT INTO customer_words (business_id, customer_id, word)
                SELECT business_id, id, :order || lower(name) FROM new
            """),
            {"business": shop.business.id, "order": ORDER, "first": first},
        )

    def lines_of_it():
        answer = FlaskClient.open(manager, f"{page}/tables", method="POST")
        return sum(piece.count(b"\n") for piece in answer.iter_encoded())

    db.session.commit()
    contextvars.Context().run(lines_of_it)  # What is loaded once is there.
    tracemalloc.start()
    lines = contextvars.Context().run(lines_of_it)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines == 1 + 12_000
    assert peak < 6_000_000, peak


def test_staff_take_no_table_and_narrow_only_whom_they_know(app, shop, page, past):
    user = a_user()
    shop.person.user_id = user.id
    maya = signed_in(app, a_membership(shop.business, "staff", user).user)
    assert maya.post(f"{page}/tables").status_code == 403
    for query in ("which=blocked", "tag=VIP", "sort=spent", "which=away"):
        assert names(maya.get(f"{page}?{query}")) == []


def test_staff_learn_nothing_of_visits_to_colleagues_by_lists_and_filters(app, shop, page, frozen):
    """They know somebody who will come to them; when they were with others, and whether they came, is none of it."""
    user = a_user()
    shop.person.user_id = user.id
    maya = signed_in(app, a_membership(shop.business, "staff", user).user)
    mine = a_visit(shop.business, NOW + timedelta(days=2), person=shop.person)
    customer = db.session.get_one(Customer, (shop.business.id, mine.customer_id))
    remember_words(customer)
    for days, status in ((230, "no_show"), (200, "completed")):
        visit = a_visit(shop.business, NOW - timedelta(days=days), person=shop.people[1], status=status)
        visit.customer_id = customer.id
    db.session.flush()
    for way in (page, f"{page}/matches?q=olivia"):
        shown = soup(maya.get(way, headers={"HX-Request": "true"}))
        assert "Olivia" in shown.text
        assert "2026" not in shown.text, way
        assert "Last" not in shown.text, way
    for query in ("which=missed", "which=away"):
        assert names(maya.get(f"{page}?{query}")) == [], query
    shop.business.staff_see = "all"
    db.session.flush()
    assert names(maya.get(f"{page}?which=missed")) == ["Olivia Park"]


def test_every_filter_asks_as_often_however_many_there_are(shop, page, manager, past, queries):
    counts = []
    for number in range(2):
        seen = []
        for query in ("which=away&sort=seen", "tag=VIP&sort=spent", "which=missed"):
            with queries() as sent:
                manager.get(f"{page}?{query}")
            seen.append(len(sent))
        counts.append(seen)
        for other in range(10):
            meet(shop.business.id, Contact(f"Person {number}{other}", None), NOW).tags = ["VIP"]
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 10
