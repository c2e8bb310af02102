"""Mail servers, Valkey, PostgreSQL and clocks that fail: no message is lost, none is doubled, and none is stuck."""

import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import create_app
from app.appointments.cancelling import cancel
from app.businesses.finding import load_business
from app.core import clock
from app.core.actor import VISITOR
from app.core.bell import queue
from app.core.db import db
from app.core.jobs import ring
from app.notifications.jobs import deliver_due
from app.notifications.models import Notification
from tests.conftest import settings
from tests.factories import a_booking, a_business, a_shop
from tests.faults.engines import Postgres
from tests.faults.mailroom import house, post, start
from tests.notifications.lines import a_line
from tests.races.clients import next_open
from tests.serving import Served
from tests.waiting import wait_until

__all__ = ["house", "post", "start"]
PATIENCE = 90  # seconds, where many tests share a small machine
STATES = sa.text("SELECT status, count(*) FROM notifications GROUP BY status")
ROW = sa.text("SELECT * FROM notifications WHERE recipient = :whom ORDER BY id DESC LIMIT 1")
KINDS = sa.text("SELECT kind, status FROM notifications WHERE recipient = :whom")
OURS = {"kind": "errand"}


def plan(house: Served, business: int, whom: str, *, ago: timedelta = timedelta(0), **more: Any) -> None:
    """One message about nothing, to this address."""
    with house.app.app_context():
        key = {"dedupe_key": f"errand to {whom}"}
        a_line(business, 1, clock.now() - ago, **(OURS | key | {"recipient": f"{whom}@example.com"} | more))
        db.session.commit()


def a_house(house: Served) -> int:
    with house.app.app_context():
        business = a_business().id
        db.session.commit()
        return int(business)


def states(house: Served) -> dict[str, int]:
    with house.app.app_context():
        return {row.status: row.count for row in db.session.execute(STATES)}


def row_to(house: Served, whom: str) -> Any:
    with house.app.app_context():
        return db.session.execute(ROW, {"whom": f"{whom}@example.com"}).one()


def kinds_to(house: Served, whom: str) -> dict[str, str]:
    """What became of each message to this address, by its kind."""
    with house.app.app_context():
        rows = db.session.execute(KINDS, {"whom": f"{whom}@example.com"})
        return {row.kind: row.status for row in rows}


def is_over(house: Served) -> bool:
    return not {"pending", "claimed", "transmitting"} & states(house).keys()


def test_each_message_has_its_own_fate_whatever_becomes_of_the_others(house, start, post):
    """All that a mail server can do, a message that kills whoever touches it, and a visit given up meanwhile."""
    post.says = {
        "data slow@example.com": "slow",
        "rcpt later@example.com": "451 4.3.0 Not now",
        "rcpt never@example.com": "550 5.1.1 No such mailbox",
        "rcpt hangs@example.com": "hang",
        "data drops@example.com": "drop",
        "rcpt given-up@example.com": "451 4.3.0 Not now",
        "data in-flight@example.com": "slow",
    }
    business = a_house(house)
    for whom in ("ok", "slow", "later", "never", "hangs", "drops"):
        plan(house, business, whom)
    plan(house, business, "poison", kind="poison", attempts=6)
    bookings = {}
    with house.app.app_context():
        shop = a_shop()
        for hour, whom in ((9, "given-up"), (10, "in-flight")):
            bookings[whom] = a_booking(shop, next_open(hour), f"{whom}@example.com")
        db.session.commit()
        start("clock")
        start("worker")
        wait_until(lambda: row_to(house, "given-up").attempts == 1, PATIENCE)
        # Its state says so for a moment only; the mail server knows for good.
        wait_until(lambda: "in-flight@example.com" in [it.rcpt_tos[0] for it in post.taken], PATIENCE)
        for booking in bookings.values():
            db.session.add(booking)
            cancel(load_business(shop.business.id), booking, by=VISITOR, now=clock.now())
        db.session.commit()
    wait_until(
        lambda: all(row_to(house, whom).attempts == 1 for whom in ("later", "hangs", "slow")), PATIENCE
    )
    wait_until(lambda: row_to(house, "drops").status == "unknown", PATIENCE)
    post.says.clear()
    with house.app.app_context():
        db.session.execute(sa.text("UPDATE notifications SET send_at = now() WHERE status = 'pending'"))
        db.session.commit()
    wait_until(lambda: is_over(house), PATIENCE)
    fates = ("ok", "slow", "later", "never", "hangs", "drops", "poison")
    copies = Counter(it.rcpt_tos[0].partition("@")[0] for it in post.taken)
    assert {whom: (row_to(house, whom).status, copies[whom]) for whom in fates} == {
        "ok": ("sent", 1),
        "slow": ("sent", 1),
        "later": ("sent", 1),
        "never": ("failed", 0),
        "hangs": ("sent", 1),
        "drops": ("unknown", 1),
        "poison": ("failed", 0),
    }
    # What had left when the visit was given up stays sent; who gives it up is told that it is done.
    told = {"booking_cancelled": "sent"}
    assert kinds_to(house, "given-up") == {"booking_confirmed": "cancelled"} | told
    assert kinds_to(house, "in-flight") == {"booking_confirmed": "sent"} | told
    assert (copies["given-up"], copies["in-flight"]) == (1, 2)
    assert row_to(house, "poison").last_error == "Sending broke off again and again."


def test_five_thousand_of_one_business_keep_nobody_of_another_waiting(house, start, post, valkey):
    many, one = a_house(house), a_house(house)
    with house.app.app_context():
        a_line(many, 5000, clock.now() - timedelta(hours=1), **OURS)
        db.session.commit()
        assert all(ring(deliver_due) for _ in range(100))
        assert len(queue(valkey.url).jobs) == 1
    start("worker")
    wait_until(lambda: states(house).get("sent", 0) > 20, PATIENCE)
    began = time.monotonic()
    plan(house, one, "the-one")
    wait_until(lambda: row_to(house, "the-one").status == "sent", 20)
    took = time.monotonic() - began
    found = states(house)
    assert found["pending"] > 100, "the others still wait"
    assert took < 20
    assert sum(found.values()) == 5001
    assert len({it.rcpt_tos[0] for it in post.taken}) == len(post.taken)


def test_after_an_hour_without_a_clock_what_is_of_use_goes_once_and_the_rest_says_why_not(
    house, start, post, valkey
):
    """Valkey was emptied too, so nobody remembers a ring; and then two clocks come."""
    business = a_house(house)
    for number in range(4):
        ago = timedelta(minutes=60 - number)
        plan(house, business, f"useful{number}", ago=ago, expires_at=clock.now() + timedelta(hours=1))
    plan(house, business, "late", ago=timedelta(hours=1), expires_at=clock.now() - timedelta(seconds=1))
    with house.app.app_context():
        assert ring(deliver_due)
    queue(valkey.url).connection.flushall()
    start("clock")
    start("clock")
    start("worker")
    wait_until(lambda: is_over(house), PATIENCE)
    assert [it.rcpt_tos[0] for it in post.taken] == [f"useful{number}@example.com" for number in range(4)]
    assert (row_to(house, "late").status, row_to(house, "late").last_error) == (
        "expired",
        "It was too late to be of use.",
    )


@pytest.fixture
def own_house(own_postgres: Postgres, valkey: Any, tmp_path: Any) -> Served:
    """The mail room on a PostgreSQL that may be killed."""
    app = create_app(settings(own_postgres.url, REDIS_URL=valkey.url))
    with app.app_context():
        db.session.execute(sa.delete(Notification))
        db.session.execute(sa.text("DELETE FROM cron_runs"))
        db.session.commit()
    return Served("", app, tmp_path / "log")


def test_a_database_that_dies_while_mails_are_sent_loses_none_and_doubles_none(
    own_house, own_postgres, start, post
):
    business = a_house(own_house)
    for number in range(8):
        plan(own_house, business, f"guest{number}")
    post.says = {f"data guest{number}@example.com": "slow" for number in (2, 5)}
    url = {"DATABASE_URL": own_postgres.url}
    start("clock", **url)
    workers = [start("worker", **url)]
    for number in (3, 6):
        wait_until(lambda before=number: len(post.taken) >= before, PATIENCE)
        own_postgres.kill()
        own_postgres.start()

    def settled() -> bool:
        if workers[-1].poll() is not None:
            workers.append(start("worker", **url))
        return is_over(own_house)

    wait_until(settled, PATIENCE)
    copies = Counter(it.rcpt_tos[0] for it in post.taken)
    assert set(copies.values()) == {1}
    assert len(copies) + states(own_house).get("unknown", 0) >= 8
    assert states(own_house).keys() <= {"sent", "unknown"}
    assert states(own_house).get("unknown", 0) <= 2
