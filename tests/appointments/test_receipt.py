"""A visit as one thing."""

import uuid
from typing import Any

import pytest

from app.appointments.models import Booking
from app.appointments.receipt import Receipt, receipt_of
from tests.appointments.visiting import a_part
from tests.factories import Shop, a_shop, berlin

TEN, ELEVEN = berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00")


@pytest.fixture
def shop(app: object, frozen: object) -> Shop:
    return a_shop()


def of(shop: Shop, *parts: dict[str, Any]) -> Receipt:
    visit = uuid.uuid4()
    return receipt_of([a_part(shop, TEN, visit, **part) for part in parts])


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        (["confirmed", "confirmed"], "confirmed"),
        (["confirmed", "requested"], "requested"),
        (["confirmed", "pending_payment"], "pending_payment"),
        (["confirmed", "cancelled"], "confirmed"),
        (["completed", "confirmed"], "confirmed"),
        (["completed", "no_show"], "completed"),
        (["completed", "cancelled"], "completed"),
        (["no_show", "cancelled"], "no_show"),
        (["cancelled", "cancelled"], "cancelled"),
        (["declined"], "declined"),
        (["expired"], "expired"),
    ],
)
def test_the_status_of_a_visit_is_what_is_left_to_wait_for(statuses: list[str], whole: str) -> None:
    receipt = Receipt(
        [Booking(status=it, live=it not in ("cancelled", "declined", "expired") or None) for it in statuses]
    )
    assert receipt.status == whole
    assert receipt.is_ahead == (whole in ("confirmed", "requested", "pending_payment"))
    assert receipt.has_one_status == (len(set(statuses)) == 1)


def test_the_total_is_of_what_is_left_and_of_all_when_nothing_is(shop: Shop) -> None:
    assert of(shop, {"price": 4500}, {"price": 1000, "status": "cancelled"}).total_cents == 4500
    assert of(shop, {"price": 4500, "status": "cancelled"}).total_cents == 4500
    some = of(shop, {"price": 4500}, {"price": None})
    assert (some.total_cents, len(some.priced), len(some.kept)) == (4500, 1, 2)


def test_those_who_come_together_have_a_list_each(shop: Shop) -> None:
    parts = [{"guest": 2, "guest_name": "Ben"}, {"guest": 1}, {"guest": 2}]
    found = [(it.guest, it.name, len(it.bookings)) for it in of(shop, *parts).parties]
    assert found == [(1, None, 1), (2, "Ben", 2)]


def test_answers_stand_in_the_order_of_the_questions_and_each_once(shop: Shop) -> None:
    first = {
        "10": {"question": "Allergies?", "answer": "None"},
        "9": {"question": "First visit?", "answer": "Yes"},
    }
    second = {
        "8": {"question": "Tea?", "answer": "Black"},
        "9": {"question": "First visit?", "answer": "Yes"},
        "11": {"question": "Parking?", "answer": ""},
    }
    receipt = of(shop, {"answers": first, "note": "Late"}, {"answers": second, "note": "Late"})
    assert receipt.answers == [("Tea?", "Black"), ("First visit?", "Yes"), ("Allergies?", "None")]
    assert receipt.notes == ["Late"]


def test_a_visit_lasts_from_its_first_start_to_its_last_end(shop: Shop) -> None:
    visit = uuid.uuid4()
    long, short = a_part(shop, TEN, visit, minutes=180), a_part(shop, ELEVEN, visit, minutes=30)
    receipt = receipt_of([long, short])
    assert (receipt.starts_at, receipt.ends_at) == (TEN, berlin("2027-03-02 13:00"))


def test_another_zone_is_told_only_where_it_is_another(shop: Shop) -> None:
    zones = (None, "Europe/Berlin", "Asia/Tokyo")
    found = [of(shop, {"customer_zone": zone}).other_zone for zone in zones]
    assert found == [None, None, "Asia/Tokyo"]


def test_a_visit_is_online_when_all_of_it_is(shop: Shop) -> None:
    assert not of(shop, {}).online
    online = a_shop(online=True)
    assert of(online, {}).online
