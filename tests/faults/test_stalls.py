"""A worker that stops in the middle of a booking keeps nobody waiting for long, and makes no place look taken."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.accidents import Accidents
from tests.faults.conftest import accidental
from tests.faults.counting import BOOKED, HELD, all_of, books
from tests.faults.customers import Customer, Place, a_place, bad_answers, customers
from tests.waiting import wait_until

STALLS = 4.0  # seconds: longer than anybody waits for a lock (3), and than a transaction may idle (2)
FORM = "flow.create_hold"


def behind_a_stall(accidents: Accidents, place: Place, crowd: list[Customer]) -> list[float]:
    """The first customer's worker stalls with the lock in its hand; how long after that the others were answered."""
    stalled, *waiters = crowd
    began = time.monotonic()

    def answered(customer: Customer) -> float:
        customer.hold()
        return time.monotonic() - began

    with ThreadPoolExecutor(len(crowd)) as pool:
        begun = accidents.order("stalls", FORM, place.page, STALLS)
        first = pool.submit(stalled.hold)
        wait_until(begun.exists)
        answers = [pool.submit(answered, customer) for customer in waiters]
        first.result()
        return [it.result() for it in answers]


def test_those_who_wait_behind_a_stalled_worker_get_their_places_within_seconds(fragile, accidents):
    """Each a time of their own, and one of them the very time that was about to be taken."""
    place = a_place(fragile)
    with customers(fragile, place, [place.start(number) for number in (0, 0, 1, 2, 3)]) as crowd:
        after = behind_a_stall(accidents, place, crowd)
        stalled, *waiters = crowd
        assert max(after) < STALLS
        assert [customer.codes for customer in waiters] == [[303]] * len(waiters)
        assert stalled.codes == [503]
        assert stalled.insist(stalled.hold).status_code == 409
    assert books(fragile, place.business) == all_of([customer.visit for customer in waiters], HELD)
    assert bad_answers(fragile, crowd) == []


def test_a_stalled_worker_has_not_taken_its_own_place(fragile, accidents):
    """Neither for a twin of the form, who waits for the key, nor for the form itself, which is sent again."""
    place = a_place(fragile)
    with customers(fragile, place, [place.start(0)]) as [customer]:
        [after] = behind_a_stall(accidents, place, [customer, customer])
        assert after < STALLS
        assert sorted(customer.codes) == [303, 503]
        assert customer.book()
    assert books(fragile, place.business) == all_of([customer.visit], BOOKED)
    assert bad_answers(fragile, [customer]) == []


def test_without_the_limit_for_idle_transactions_they_wait_longer(database, accidents, tmp_path):
    """The negative control."""
    with accidental(database, accidents, tmp_path / "log", DATABASE_IDLE_MS="0") as patient:
        place = a_place(patient)
        with customers(patient, place, [place.start(number) for number in range(2)]) as crowd:
            assert min(behind_a_stall(accidents, place, crowd)) > STALLS


@pytest.mark.parametrize(
    ("seconds", "code"), [(3.5, 303), (7, 503)], ids=["longer than one wait", "longer than two"]
)
def test_a_second_click_slower_than_the_lock_timeout_is_never_told_that_its_own_time_is_taken(
    fragile, accidents, seconds, code
):
    place = a_place(fragile)
    with customers(fragile, place, [place.start(0)]) as [customer], ThreadPoolExecutor(2) as pool:
        begun = accidents.order("is slow", FORM, place.page, seconds)
        first = pool.submit(customer.hold)
        wait_until(begun.exists)
        second = pool.submit(customer.hold)
        assert first.result().status_code == 303
        assert second.result().status_code == code
        assert customer.book()
        assert books(fragile, place.business) == all_of([customer.visit], BOOKED)
    assert bad_answers(fragile, [customer]) == []
