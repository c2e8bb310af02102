"""kill -9 of a worker, or of its child, in each phase of sending: what is known to be sent once is sent once."""

from collections import Counter

import pytest
import sqlalchemy as sa

from app.core.db import db
from tests.factories import Shop, a_booking, a_membership, a_shop, a_user
from tests.faults.mailroom import house, hurry, post, rows, start
from tests.faults.programs import kill_family
from tests.faults.sending import PHASES
from tests.races.clients import next_open
from tests.serving import Served
from tests.waiting import wait_until

BEFORE, CLAIMED, TRANSMITTING, TAKEN = PHASES
__all__ = ["house", "post", "start"]
PATIENCE = 120  # seconds in which nothing moves, where many tests share a small machine


def is_settled(house: Served) -> bool:
    hurry(house)
    return all(row.status in ("sent", "unknown", "failed") for row in rows(house))


def book(shop: Shop, number: int) -> None:
    """The message to the customer, and then the one to the owner."""
    a_booking(shop, next_open(9 + number), f"guest{number}@example.com")


@pytest.mark.parametrize("who", ["child", "parent"])
def test_a_sender_killed_in_any_phase_loses_nothing_and_doubles_only_what_nobody_can_know(
    house, start, post, tmp_path, who
):
    with house.app.app_context():
        shop = a_shop()
        a_membership(shop.business, "owner", a_user())
        for number in range(len(PHASES) + 1):
            book(shop, number)
        db.session.commit()
    planned = rows(house)
    # A worker takes seconds to come back, so of those only the customers' messages lose theirs.
    mortal = [row.id for row in planned if who == "child" or row.kind == "booking_confirmed"]
    phases = [phase for phase in PHASES for _ in range(2 if who == "child" else 1)]
    fates = dict(zip(mortal, phases, strict=False))
    for number, phase in fates.items():
        (tmp_path / f"{phase}@{number}").write_text(who)
    start("clock")
    workers = [start("worker")]

    def are_settled() -> bool:
        """A worker that died is started again, as the supervisor would."""
        if workers[-1].poll() is not None:
            workers.append(start("worker"))
        return is_settled(house)

    wait_until(are_settled, PATIENCE, moves=lambda: rows(house))
    assert sorted(it.name for it in tmp_path.glob("*@*")) == sorted(
        f"{phase}@{number}.begun" for number, phase in fates.items()
    )
    copies = Counter(mail["message-id"] for mail in post.mails)
    found = {
        (fates.get(row.id, "nothing"), row.kind): (row.status, copies[row.message_id], row.resent)
        for row in rows(house)
    }
    assert copies.keys() <= {row.message_id for row in rows(house)}
    assert found.items() <= (EXPECTED | (OF_A_CHILD if who == "child" else {})).items()
    assert len(found) == (len(EXPECTED) if who == "child" else len(PHASES) + 2)


ONCE = ("sent", 1, False)
# A worker's child outlives its parent and ends what it has begun.
EXPECTED = {
    (phase, kind): ONCE for phase in (*PHASES, "nothing") for kind in ("booking_confirmed", "booking_new")
}
# Nobody can tell these two apart, so one kind risks a copy under the same Message-ID and the other none.
OF_A_CHILD = {
    (TRANSMITTING, "booking_confirmed"): ("sent", 1, True),
    (TRANSMITTING, "booking_new"): ("unknown", 0, False),
    (TAKEN, "booking_confirmed"): ("sent", 2, True),
    (TAKEN, "booking_new"): ("unknown", 1, False),
}


def test_everything_killed_at_once_is_sent_by_those_who_come_after(house, start, post, valkey):
    with house.app.app_context():
        shop = a_shop()
        a_membership(shop.business, "owner", a_user())
        for number in range(6):
            book(shop, number)
        db.session.commit()
    post.says["data"] = "hang"
    worker, clock = start("worker"), start("clock")
    wait_until(lambda: post.taken, PATIENCE)
    kill_family(worker)
    kill_family(clock)
    valkey.kill()
    hung = post.mails[0]["message-id"]
    post.says.clear()
    valkey.start()
    start("worker")
    start("clock")
    wait_until(lambda: is_settled(house), PATIENCE, moves=lambda: rows(house))
    copies = Counter(mail["message-id"] for mail in post.mails)
    assert {row.message_id for row in rows(house)} == copies.keys()
    assert {number for number in copies if copies[number] > 1} <= {hung}


def test_an_outage_of_the_mail_server_and_of_valkey_only_delays(house, start, post, valkey):
    post.says["rcpt"] = "451 4.3.0 Not now"
    with house.app.app_context():
        shop = a_shop()
        book(shop, 0)
        db.session.commit()
    start("clock")
    workers = [start("worker")]
    wait_until(lambda: [row.status for row in rows(house)] == ["pending"] and attempts(house) == 1, PATIENCE)
    valkey.kill()
    post.says.clear()
    with house.app.app_context():
        db.session.execute(sa.text("UPDATE notifications SET send_at = now()"))
        db.session.commit()
    valkey.start()

    def is_sent() -> bool:
        if workers[-1].poll() is not None:
            workers.append(start("worker"))
        return [row.status for row in rows(house)] == ["sent"]

    wait_until(is_sent, PATIENCE)
    assert len(post.taken) == 1


def attempts(house: Served) -> int:
    with house.app.app_context():
        return int(db.session.scalar(sa.text("SELECT sum(attempts) FROM notifications")))
