"""A business with thousands of messages keeps nobody waiting, and mails about accounts have a line of their own."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.db import db
from app.notifications import turns as turning
from app.notifications.claiming import claim_next
from app.notifications.models import Notification
from app.notifications.turns import Turns, lines_due
from tests.factories import a_business
from tests.notifications.lines import a_line, greeting

HOST = "daybook.example"
pytestmark = pytest.mark.usefixtures("frozen", "greeting")
__all__ = ["greeting"]


def taken(count: int, turns: Turns | None = None) -> list[int | None]:
    """The businesses of the next so many messages, in the order in which they are sent."""
    turns = turns or Turns()
    rows = [claim_next(clock.now(), HOST, turns) for _ in range(count)]
    return [row.business_id for row in rows if row is not None]


def test_businesses_take_turns_whoever_came_first(app: Flask) -> None:
    many, one = a_business().id, a_business().id
    early, late = clock.now() - timedelta(hours=1), clock.now()
    a_line(many, 5, early)
    a_line(one, 1, late)
    a_line(None, 2, late)
    assert taken(9) == [many, None, one, many, None, many, many, many]


def test_in_a_line_the_oldest_goes_first(app: Flask) -> None:
    business = a_business().id
    [second] = a_line(business, 1, clock.now() - timedelta(minutes=1))
    [third] = a_line(business, 1, clock.now())
    [first] = a_line(business, 1, clock.now() - timedelta(minutes=2))
    turns = Turns()
    rows = [claim_next(clock.now(), HOST, turns) for _ in range(4)]
    assert [row and row.id for row in rows] == [first, second, third, None]


def test_whoever_comes_while_others_are_served_is_seen_within_a_second(app: Flask, monkeypatch: Any) -> None:
    many, one = a_business().id, a_business().id
    a_line(many, 10, clock.now())
    turns = Turns()
    taken(2, turns)
    a_line(one, 1, clock.now())
    assert taken(2, turns) == [many, many]
    monkeypatch.setattr(turning, "LOOK_AGAIN", 0)
    assert one in taken(2, turns)


def test_what_is_not_due_and_what_has_no_way_out_makes_no_line(app: Flask) -> None:
    later, texts, due = (a_business().id for _ in range(3))
    a_line(later, 2, clock.now() + timedelta(seconds=1))
    a_line(texts, 2, clock.now(), channel="sms")
    a_line(due, 1, clock.now())
    assert lines_due(clock.now()) == [texts, due]
    turns = Turns()
    rows = [claim_next(clock.now(), HOST, turns, ["email"]) for _ in range(3)]
    assert [row and row.business_id for row in rows] == [due, None, None]


def test_looking_for_lines_reads_no_more_rows_than_there_are_lines(app: Flask) -> None:
    for _ in range(3):
        a_line(a_business().id, 1, clock.now())
    a_line(a_business().id, 3000, clock.now() - timedelta(hours=1))
    db.session.execute(sa.text(f"ANALYZE {Notification.__tablename__}"))
    db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    explain = sa.text("EXPLAIN (ANALYZE, COSTS OFF) " + turning._LINES.text)
    plan = "\n".join(db.session.scalars(explain, {"now": clock.now()}))
    assert len(lines_due(clock.now())) == 4
    assert plan.count("ix_notifications_in_line") == 2
    assert "Seq Scan on notifications" not in plan
    assert "Sort " not in plan.split("CTE lines")[1].split("->  CTE Scan")[0]
