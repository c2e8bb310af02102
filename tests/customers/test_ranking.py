"""Lists of customers in the order of what they booked, against the same worked out one booking after the other."""

import random
from datetime import timedelta

import pytest

from app.appointments import customer_filters
from app.appointments.customer_filters import AWAY, Wish, customers_like
from app.core.db import db
from app.customers import searching
from app.customers.models import Customer
from app.customers.wording import add_words
from tests.conftest import NOW
from tests.factories import a_shop, a_visit

STATUSES = (*("completed",) * 6, "confirmed", "no_show", "cancelled", "requested")


def a_past(seed):
    """Twenty customers and forty visits, many of them at the same moments; some of another business."""
    draw, shop = random.Random(seed), a_shop()
    business = shop.business
    people = [Customer(business_id=business.id, name=f"{draw.choice('ABC')} {n:02}") for n in range(20)]
    db.session.add_all(people)
    db.session.flush()
    add_words([(it.id, business.id, it.name, None, None) for it in people])
    visits = []
    for _ in range(40):
        at = NOW + timedelta(days=draw.randrange(-40, 4) * 10)
        it = a_visit(business, at, status=draw.choice(STATUSES))
        it.customer_id, it.total_cents = draw.choice(people[:16]).id, draw.choice((0, 100, 250))
        if it.status in ("completed", "confirmed"):
            visits.append((it.customer_id, at, it.total_cents))
    a_visit(a_shop().business, NOW - timedelta(days=1), status="completed")
    db.session.flush()
    return business, people, visits


def in_order(people, visits, sort):
    """Those with the highest rank first, then those without any, else by name."""
    was = [it for it in visits if it[1] <= NOW]
    ranks = {}
    for who, at, cents in was:
        known = ranks.get(who)
        ranks[who] = max(at.timestamp(), known or 0) if sort == "seen" else cents + (known or 0)
    return [
        it.id for it in sorted(people, key=lambda it: (it.id not in ranks, -ranks.get(it.id, 0), it.name))
    ]


@pytest.mark.parametrize("for_each", [0, 1, 100])
@pytest.mark.parametrize("sort", ["seen", "spent"])
@pytest.mark.parametrize("seed", [1, 2])
def test_pages_are_in_order_whichever_way_they_are_found(app, frozen, monkeypatch, seed, sort, for_each):
    monkeypatch.setattr(customer_filters, "VISITS_FOR_EACH", for_each)
    business, people, visits = a_past(seed)
    for typed in ("", "a"):
        meant = [it for it in people if it.name.lower().startswith(typed)]
        found = []
        for page in range(1, -(-len(meant) // 3) + 1):
            got = customers_like(business.id, Wish(typed=typed, sort=sort), page, NOW, size=3)
            assert (got.total, got.number) == (len(meant), page)
            found += [it.id for it in got.rows]
        assert found == in_order(meant, visits, sort)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_stays_away_was_here_and_comes_no_more(app, frozen, seed):
    business, people, visits = a_past(seed)
    last = {it.id: max((at for who, at, _ in visits if who == it.id), default=None) for it in people}
    found = customers_like(business.id, Wish(which="away"), 1, NOW).rows
    assert {it.id for it in found} == {who for who, at in last.items() if at and at < NOW - AWAY}
    assert found


def test_the_first_page_of_the_last_visits_looks_at_few_of_them(app, frozen, queries):
    business, _, _ = a_past(1)
    with queries() as seen:
        customers_like(business.id, Wish(sort="seen"), 1, NOW, size=2)
    assert len(seen) == 3
    with queries() as seen:
        customers_like(business.id, Wish(sort="seen"), 10, NOW, size=2)
    assert len(seen) == 4


def test_far_down_the_list_everybody_is_ranked_at_once(app, frozen, monkeypatch, queries):
    monkeypatch.setattr(searching, "MOST_HIGHEST", 3)
    business, people, visits = a_past(2)
    with queries() as seen:
        got = customers_like(business.id, Wish(sort="seen"), 2, NOW, size=3)
    assert [it.id for it in got.rows] == in_order(people, visits, "seen")[3:6]
    assert len(seen) == 3
