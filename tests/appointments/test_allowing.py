"""What a customer may do with a visit, and why not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.appointments.allowing import (
    Allowance,
    MovedTooOften,
    NoOtherTimes,
    NotByThemselves,
    TooLateToChange,
    allow,
    allowance_of,
    promised,
)
from app.appointments.finding import bookings_of_visit
from app.appointments.refusals import AlreadyBegun, AlreadyOver
from app.businesses.leeway import Leeway
from app.core import clock
from app.core.db import db
from tests.appointments.visiting import a_part
from tests.factories import a_booking, a_shop, berlin

START = berlin("2027-03-10 10:00")
LEEWAY = Leeway(move=True, cancel=True, until_min=1440, most_moves=3)
SECOND = timedelta(seconds=1)
FREE = Allowance(
    leeway=LEEWAY,
    now=START - timedelta(days=3),
    starts_at=START,
    moves=0,
    is_ahead=True,
    is_asked=False,
    has_begun=False,
)


def whys(allowance):
    return (
        allowance.against_moving,
        allowance.against_cancelling,
        allowance.against_correcting,
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (None, None, None)),
        ({"now": START - timedelta(days=1)}, (None, None, None)),
        ({"now": START - timedelta(days=1) + SECOND}, ("late", "late", None)),
        ({"leeway": replace(LEEWAY, move=False)}, ("off", None, None)),
        ({"leeway": replace(LEEWAY, cancel=False)}, (None, "off", None)),
        ({"moves": 3}, ("often", None, None)),
        ({"moves": 300, "leeway": replace(LEEWAY, most_moves=None)}, (None, None, None)),
        ({"has_times": False}, ("paused", None, None)),
        ({"has_begun": True}, ("begun", "begun", "begun")),
        ({"is_ahead": False}, ("over", "over", "over")),
        ({"is_ahead": False, "has_begun": True}, ("over", "over", "over")),
        ({"now": START, "leeway": replace(LEEWAY, until_min=0)}, (None, None, None)),
    ],
)
def test_what_keeps_a_customer_from_changing_something(changes, expected):
    assert whys(replace(FREE, **changes)) == expected


def test_what_nobody_has_agreed_to_can_be_withdrawn_whatever_the_rules():
    asked = replace(
        FREE,
        is_asked=True,
        now=START - SECOND,
        leeway=Leeway(move=False, cancel=False, until_min=1440, most_moves=3),
    )
    assert whys(asked) == ("off", None, None)
    assert replace(asked, has_begun=True).against_cancelling == "begun"


def test_minutes_before_the_start_are_real_time():
    spring = berlin("2027-03-28 10:00")
    assert replace(FREE, starts_at=spring).until == berlin("2027-03-27 09:00")


def test_the_moves_that_are_left_and_what_is_too_soon_to_be_moved_again():
    assert [replace(FREE, moves=it).moves_left for it in (0, 2, 3, 9)] == [3, 1, 0, 0]
    assert replace(FREE, leeway=replace(LEEWAY, most_moves=None)).moves_left is None
    assert FREE.locks(FREE.now + timedelta(hours=23))
    assert not FREE.locks(FREE.now + timedelta(hours=24))


@pytest.mark.parametrize(
    ("why", "error"),
    [
        ("over", AlreadyOver),
        ("begun", AlreadyBegun),
        ("off", NotByThemselves),
        ("late", TooLateToChange),
        ("often", MovedTooOften),
        ("paused", NoOtherTimes),
    ],
)
def test_each_has_an_error_with_a_sentence(app, why, error):
    with app.test_request_context(), pytest.raises(error) as raised:
        allow(why)
    assert str(raised.value.message)
    allow(None)


@pytest.fixture
def shop(app, frozen):
    return a_shop()


def of(shop, booking, **more):
    bookings = bookings_of_visit(shop.business.id, booking.visit)
    return allowance_of(shop.business, bookings, clock.now(), **more)


def test_a_booking_keeps_what_was_promised_and_gets_what_is_more_generous(shop):
    booking = a_booking(shop, START)
    assert booking.policy["leeway"] == LEEWAY.written
    assert booking.policy["approval"] is False
    shop.business.customers_move, shop.business.change_until_min, shop.business.most_moves = False, 60, 1
    assert promised(shop.business, booking) == Leeway(True, True, 60, 3)


def test_a_booking_from_before_goes_by_the_settings(shop):
    booking = a_part(shop, START)
    shop.business.customers_cancel = False
    assert promised(shop.business, booking) == Leeway(True, False, 1440, 3)


def test_of_a_visit_the_earliest_start_and_the_most_moves_count(shop):
    first = a_part(shop, START, moves=1)
    a_part(shop, START - timedelta(days=1), first.visit, moves=2)
    a_part(shop, START - timedelta(days=9), first.visit, status="cancelled")
    found = of(shop, first)
    assert (found.starts_at, found.moves, found.until) == (
        START - timedelta(days=1),
        2,
        START - timedelta(days=2),
    )


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["requested"], (True, True)),
        (["requested", "confirmed"], (True, False)),
        (["pending_payment", "cancelled"], (True, True)),
        (["confirmed"], (True, False)),
        (["completed"], (False, False)),
        (["cancelled"], (False, False)),
        (["declined"], (False, False)),
    ],
)
def test_what_is_ahead_and_what_is_only_asked_for(shop, statuses, expected):
    from tests.factories import a_visit

    bookings = [a_part(shop, START, status=it) for it in statuses if it != "pending_payment"]
    if "pending_payment" in statuses:
        bookings.append(a_visit(shop.business, START, status="pending_payment"))
        db.session.refresh(bookings[-1])
    found = allowance_of(shop.business, bookings, clock.now())
    assert (found.is_ahead, found.is_asked) == expected


@pytest.mark.parametrize("column", ["arrived_at", "started_at"])
def test_who_is_here_already_changes_nothing_online(shop, column):
    assert of(shop, a_part(shop, START, **{column: clock.now()})).against_moving == "begun"


def test_a_paused_business_has_no_other_times_and_can_be_cancelled_with(shop):
    booking = a_part(shop, START)
    shop.business.status = "suspended"
    found = of(shop, booking)
    assert (found.against_moving, found.against_cancelling) == ("paused", None)
    assert of(shop, booking, has_times=False).against_moving == "paused"
