"""PostgreSQL goes away and comes back in the middle of requests; what was answered with yes is there, once."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import httpx
import psycopg2
import pytest

from tests.faults.counting import BOOKED, HELD, all_of, books
from tests.faults.customers import Place, a_place, bad_answers, customers
from tests.faults.engines import Postgres
from tests.races.clients import at_once, browser
from tests.races.places import LOCK, WAITING
from tests.serving import Served
from tests.waiting import wait_until

STUCK = 3  # customers in the middle of a transaction when it happens
SECONDS = 2.5  # within which they must get there, less than they wait for a lock


@pytest.mark.parametrize("how", [None, signal.SIGKILL], ids=["shut down", "killed"])
def test_a_database_that_restarts_loses_and_doubles_no_booking(own_served, own_postgres, how):
    place, elsewhere = a_place(own_served), a_place(own_served)
    starts = [place.start(number) for number in range(12)] + [place.start(12)] * 4
    with (
        customers(own_served, place, starts) as crowd,
        customers(own_served, elsewhere, [elsewhere.start(number) for number in range(STUCK)]) as stuck,
        ThreadPoolExecutor(len(crowd) + STUCK) as pool,
    ):
        early, late = crowd[:3], crowd[3:]
        assert all(customer.book() for customer in early)
        with locked(own_postgres, elsewhere) as waiters:
            there = [pool.submit(customer.book) for customer in stuck]
            wait_until(lambda: waiters() == STUCK, SECONDS)
            here = [pool.submit(customer.book) for customer in late]
            wait_until(lambda: any(customer.visits for customer in late), SECONDS)
            own_postgres.end(how)
        assert codes_while_it_is_away(own_served, place) == {"/healthz": 200, "/readyz": 503, place.page: 503}
        own_postgres.start()
        assert all(it.result() for it in there)
        served = early + [customer for customer, it in zip(late, here, strict=True) if it.result()]
        assert all(customer.insist(customer.hold).status_code == 303 for customer in served)
    assert {customer.start for customer in served} == set(starts)
    assert books(own_served, place.business) == all_of([it.visit for it in served], BOOKED)
    assert books(own_served, elsewhere.business) == all_of([it.visit for it in stuck], BOOKED)
    assert all(503 in customer.codes for customer in stuck)
    assert bad_answers(own_served, crowd + stuck) == []


def test_the_very_next_requests_after_a_restart_work(own_served, own_postgres):
    """Each worker's pool is full of connections that broke while nobody looked."""
    place = a_place(own_served)
    with browser(own_served.url) as visitor:
        for _ in range(2):
            answers = at_once([partial(visitor.get, place.page)] * 16)
            assert {answer.status_code for answer in answers} == {200}
            own_postgres.end()
            own_postgres.start()


@pytest.mark.parametrize(
    ("options", "rows"),
    [({}, [HELD]), ({"synchronous_commit": "off", "wal_writer_delay": "10s"}, [])],
    ids=["writes first", "answers first"],
)
def test_counting_notices_a_database_that_answers_before_it_has_written(
    own_served, own_postgres, options, rows
):
    """The negative control: such a server forgets what it said when it is killed right after it."""
    place = a_place(own_served)
    own_postgres.end()
    own_postgres.start(**options)
    with customers(own_served, place, [place.start(0)]) as [customer]:
        assert customer.insist(customer.hold).status_code == 303
    own_postgres.kill()
    own_postgres.start()
    assert [found for _visit, found in books(own_served, place.business)] == rows


def codes_while_it_is_away(served: Served, place: Place) -> dict[str, int]:
    """What three addresses answer; a refusal says when to come again."""
    with httpx.Client(base_url=served.url) as browser:
        answers = {address: browser.get(address) for address in ("/healthz", "/readyz", place.page)}
    assert all("Retry-After" in answer.headers for answer in answers.values() if answer.status_code == 503)
    return {address: answer.status_code for address, answer in answers.items()}


@contextmanager
def locked(server: Postgres, place: Place) -> Iterator[Callable[[], int]]:
    """Keep the lock of a business; tells how many wait for it. Ends with the server at the latest."""
    address = server.url.replace("+psycopg2", "")
    holder, watcher = psycopg2.connect(address), psycopg2.connect(address)
    watcher.autocommit = True
    with holder.cursor() as cursor, watcher.cursor() as waiting:
        cursor.execute(LOCK.replace(":business", "%s"), [place.business])

        def waiters() -> int:
            waiting.execute(WAITING)
            [(found,)] = waiting.fetchall()
            return int(found)

        try:
            yield waiters
        finally:
            holder.close()
            watcher.close()
