"""kill -9 of a web worker around its COMMIT: what was not answered is asked again, and is there once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.accidents import Accidents
from tests.faults.counting import BOOKED, HELD, all_of, books
from tests.faults.customers import Customer, Place, a_place, bad_answers, customers
from tests.serving import Served
from tests.waiting import wait_until

OTHERS = 6


def killed(
    served: Served, accidents: Accidents, kind: str, form: str, place: Place, customer: Customer
) -> list[Customer]:
    """The customer's worker dies while others book elsewhere; those others, who all have what they wanted."""
    elsewhere = a_place(served)
    if form == "confirm":
        customer.hold()
    with (
        customers(served, elsewhere, [elsewhere.start(number) for number in range(OTHERS)]) as others,
        ThreadPoolExecutor(OTHERS) as pool,
    ):
        running = [pool.submit(other.book) for other in others]
        begun = accidents.order(kind, f"flow.{form.replace('hold', 'create_hold')}", place.page)
        assert getattr(customer, form)() is None, "the connection breaks"
        assert begun.exists()
        assert all(it.result() for it in running)
    assert books(served, elsewhere.business) == all_of([other.visit for other in others], BOOKED)
    return others


@pytest.mark.parametrize("form", ["hold", "confirm"])
def test_a_worker_killed_before_its_commit_leaves_nothing_and_the_same_form_is_one_booking(
    mortal, accidents, form
):
    place = a_place(mortal)
    with customers(mortal, place, [place.start(0)]) as [customer]:
        others = killed(mortal, accidents, "dies before commit", form, place, customer)
        assert books(mortal, place.business) == all_of(list(customer.visits), HELD)
        assert len(customer.visits) == (form == "confirm")
        assert customer.book()
        assert books(mortal, place.business) == all_of([customer.visit], BOOKED)
    assert bad_answers(mortal, [customer, *others]) == []


@pytest.mark.parametrize(("form", "rows"), [("hold", HELD), ("confirm", BOOKED)])
def test_a_worker_killed_after_its_commit_has_booked_and_the_same_form_leads_there(
    mortal, accidents, form, rows
):
    place = a_place(mortal)
    with customers(mortal, place, [place.start(0)]) as [customer]:
        others = killed(mortal, accidents, "dies after commit", form, place, customer)
        [(visit, found)] = books(mortal, place.business)
        assert found == rows
        assert customer.book()
        assert customer.visit == visit
        assert books(mortal, place.business) == all_of([visit], BOOKED)
    assert bad_answers(mortal, [customer, *others]) == []


@pytest.mark.parametrize(("people", "code"), [(1, 409), (2, 303)])
def test_without_the_same_key_a_lost_answer_is_a_refusal_or_a_second_booking(mortal, accidents, people, code):
    """The negative control: what keeps the test above at one booking is the key in the form."""
    place = a_place(mortal, people)
    with customers(mortal, place, [place.start(0)] * 2) as [customer, reloaded]:
        accidents.order("dies after commit", "flow.create_hold", place.page)
        assert customer.hold() is None
        assert reloaded.insist(reloaded.hold).status_code == code
    assert [rows for _visit, rows in books(mortal, place.business)] == [HELD] * people


def test_all_workers_killed_in_a_crowd_lose_nothing_and_double_nothing(mortal):
    place = a_place(mortal)
    starts = [place.start(number) for number in range(12)] + [place.start(12)] * 4
    with customers(mortal, place, starts) as crowd, ThreadPoolExecutor(len(crowd)) as pool:
        workers = numbers_of_workers(crowd[0].browser)
        running = [pool.submit(customer.book) for customer in crowd]
        wait_until(lambda: sum(len(customer.visits) for customer in crowd) > 2)
        for number in workers:
            os.kill(number, signal.SIGKILL)
        served = [customer for customer, it in zip(crowd, running, strict=True) if it.result()]
    assert {customer.start for customer in served} == set(starts)
    assert books(mortal, place.business) == all_of([customer.visit for customer in served], BOOKED)
    assert any(0 in customer.codes for customer in crowd), "the kill hit somebody"
    assert bad_answers(mortal, crowd) == []


def numbers_of_workers(browser: httpx.Client) -> set[int]:
    """Each says its number; ask until both have answered."""
    seen: set[int] = set()

    def both_answered() -> bool:
        seen.add(int(browser.get("/healthz").headers["X-Worker"]))
        return len(seen) == 2

    wait_until(both_answered)
    return seen
