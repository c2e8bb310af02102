"""The menu of the members' rooms: what it says of things that wait."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import clock
from app.core.db import db
from tests.factories import a_membership, berlin, signed_in
from tests.orders.kitchen import a_kitchen, handed_over
from tests.reading import soup, words

# Orders that wait, and an order each that was handed over and said something of.
_MANY = """
    WITH made AS (
        INSERT INTO orders (business_id, number, status, source, customer_id, contact_name, way, asap, due_at, currency,
                            delivery_cents, total_cents, placed_at)
        SELECT o.business_id, 1000 + n, CASE WHEN n > :count THEN 'fulfilled' ELSE 'placed' END, 'web', o.customer_id,
               o.contact_name, 'pickup', true, o.due_at, 'EUR', 0, 900, o.placed_at
          FROM orders o CROSS JOIN generate_series(1, 2 * :count) n WHERE o.id = :order
        RETURNING *)
    INSERT INTO reviews (business_id, customer_id, order_id, name, visited_on, stars, status, created_at)
    SELECT business_id, customer_id, id, 'Olivia P.', '2027-03-02', 4, 'shown', :said
      FROM made WHERE status = 'fulfilled'
"""


@pytest.mark.parametrize(("count", "said"), [(0, None), (1, "1"), (99, "99"), (100, "99+"), (101, "99+")])
def test_of_many_that_wait_the_menu_says_no_more_than_there_is_room_for(
    app: Flask, frozen: Any, count: int, said: str | None
) -> None:
    frozen.move_to(berlin("2027-03-02 10:02"))
    kitchen = a_kitchen()
    order = handed_over(kitchen)
    yesterday = clock.now() - timedelta(days=1)
    db.session.execute(text(_MANY), {"count": count, "order": order.id, "said": yesterday})
    owner = signed_in(app, a_membership(kitchen.business).user)
    base = f"/manage/{kitchen.business.slug}"
    page = soup(owner.get(f"{base}/hours"))
    for room in ("orders", "reviews"):
        found = {words(it) for it in page.select(f'.sidebar-nav a[href="{base}/{room}"] .nav-count')}
        assert found == ({f"{said} waiting"} if said else set())
