"""Class dates are laid by clocks and members at the same time, while customers book the trainer."""

from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from app.core.db import db
from tests.races import acts
from tests.races.clients import at_once, browser, flows, hold, later, next_open
from tests.races.crew import DONE, done
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.invariants import broken
from tests.races.places import Place, a_place, a_service, either_way
from tests.serving import Served

pytestmark = pytest.mark.race
AT = next_open(10)
CLASS = {"name": "Yoga", "capacity": 8, "minutes": 60}
LAID = """SELECT class_on FROM appointments
           WHERE business_id = :business AND scheduled AND live ORDER BY class_on"""
CLOCKS = 3


def a_studio(served: Served, ahead: int) -> tuple[Place, int]:
    """A shop where a class can be put on the timetable, so many days ahead; its trainer does something else, too."""
    place = a_place(served)
    return place, a_service(served, place, place.people, **CLASS, advance_days=ahead)


def put_on(place: Place, yoga: int) -> tuple[object, ...]:
    """Yoga with the trainer in the hour of AT, every week."""
    return acts.put_on_timetable, place.business, yoga, place.people, AT.weekday(), 10 * 60


def laid(served: Served, business: int) -> list[date]:
    with served.app.app_context():
        return list(db.session.scalars(sa.text(LAID), {"business": business}))


def reach(served: Served, business: int, service: int, days: int) -> None:
    """Let more dates come within reach than were laid."""
    with served.app.app_context():
        row = {"business": business, "service": service, "days": days}
        change = "UPDATE services SET advance_days = :days WHERE business_id = :business AND id = :service"
        db.session.execute(sa.text(change), row)
        db.session.commit()


def clocks(served, crew):
    """What clock jobs say that all lay the same twelve weeks, and the business."""
    place, yoga = a_studio(served, ahead=0)
    done(served, *put_on(place, yoga))
    reach(served, place.business, yoga, 12 * 7 - 1)
    return [outcome.word for outcome in at_once([crew.act(served, acts.lay_timetables)] * CLOCKS)], place


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_clocks_that_ring_together_lay_each_date_once(served, crew, round_):
    words, place = clocks(served, crew)
    dates = laid(served, place.business)
    assert words == [DONE] * CLOCKS
    assert len(dates) in (11, 12), "today's counts until its hour has passed"
    assert dates == [dates[0] + timedelta(weeks=week) for week in range(len(dates))]


def test_without_the_lock_one_clock_breaks_on_what_the_other_lays(unguarded, crew):
    """The negative control of the test above: the unique index is left to refuse the same date."""
    assert goes_wrong(lambda _: "23505" in clocks(unguarded, crew)[0])


def booked_while_laid(served, crew, order=None, after=0.0):
    """Whether the class is on its first date, the code of a customer who wants its trainer then, and the place."""
    place, yoga = a_studio(served, ahead=14)
    [token] = flows(served, place.business, 1)
    with browser(served.url) as client:
        calls = {
            "member": later(after, crew.act(served, *put_on(place, yoga))),
            "customer": partial(hold, client, place.page, token, place.service, AT),
        }
        outcome = either_way(served, place.business, calls, order)
    assert outcome["member"].word == DONE
    return AT.date() in laid(served, place.business), outcome["customer"].status_code, place


@pytest.mark.parametrize("first", ["member", "customer"])
def test_who_has_the_lock_first_has_the_trainer(served, crew, first):
    order = sorted(["member", "customer"], key=lambda who: who != first)
    is_laid, code, _ = booked_while_laid(served, crew, order)
    assert (is_laid, code) == ((True, 409) if first == "member" else (False, 303))


@pytest.mark.parametrize("round_", range(2 * ROUNDS))
def test_the_trainer_is_booked_or_has_a_class_and_never_both(served, crew, round_):
    is_laid, code, _ = booked_while_laid(served, crew, after=round_ * 0.004)
    assert (is_laid, code) in [(True, 409), (False, 303)]


def test_without_lock_and_constraint_the_trainer_has_a_class_and_a_customer(unguarded, crew):
    """The negative control of the test above."""

    def fails(round_: int) -> bool:
        is_laid, code, place = booked_while_laid(unguarded, crew, after=round_ % 10 * 0.003)
        twice = "a resource is taken twice" in broken(unguarded, place.business - 1)
        return is_laid and code == 303 and twice

    assert goes_wrong(fails)
