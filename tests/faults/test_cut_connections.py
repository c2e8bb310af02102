"""Connections that are cut, again and again, while customers hold and confirm."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import sqlalchemy as sa

from tests.faults.counting import BOOKED, all_of, books
from tests.faults.customers import Customer, a_place, bad_answers, customers
from tests.waiting import wait_until

CUTS = 25
CUT = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def test_cut_connections_lose_and_double_no_booking(fragile, database):
    place = a_place(fragile)
    starts = [place.start(number) for number in range(30)] + [place.start(30)] * 6
    engine = sa.create_engine(database, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with (
        customers(fragile, place, starts) as crowd,
        ThreadPoolExecutor(12) as pool,
        engine.connect() as scissors,
    ):
        running = [pool.submit(customer.book) for customer in crowd]
        cut = 0
        for _ in range(CUTS):
            answered = number_of_answers(crowd)
            wait_until(lambda before=answered: number_of_answers(crowd) > before)
            cut += scissors.execute(sa.text(CUT)).scalar_one()
        assert not all(it.done() for it in running), "cut until the end"
        served = [customer for customer, it in zip(crowd, running, strict=True) if it.result()]
    assert cut >= CUTS
    assert {customer.start for customer in served} == set(starts)
    assert books(fragile, place.business) == all_of([customer.visit for customer in served], BOOKED)
    assert sum(customer.codes.count(503) for customer in crowd) > 0
    assert bad_answers(fragile, crowd) == []


@pytest.mark.parametrize(
    ("form", "address", "code"),
    [("new", "", 200), ("slots", "/slots?service=99999", 422)],
    ids=["page", "refusal"],
)
def test_an_answer_that_is_made_leaves_even_if_its_connection_breaks(fragile, accidents, form, address, code):
    """What a request only read is undone at its end, and by then a broken connection is nobody's business."""
    place = a_place(fragile)
    begun = accidents.order("is cut before rollback", f"flow.{form}", place.page)
    answer = httpx.get(f"{fragile.url}{place.page}{address}", headers={"HX-Request": "true"})
    assert begun.exists()
    assert answer.status_code == code, answer.text


def number_of_answers(crowd: list[Customer]) -> int:
    """So far, of all customers."""
    return sum(len(customer.answers) for customer in crowd)
