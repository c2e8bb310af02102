from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.business_hours.models import SpecialDay
from app.business_hours.special import clear_special_day, set_special_day
from app.core.db import db
from tests.appointments.looking import events
from tests.conftest import NOW
from tests.factories import ANNA, a_business, hire, rules_version

pytestmark = pytest.mark.usefixtures("app", "frozen")

EVE, DAY = date(2027, 12, 24), date(2027, 12, 25)


def special(business, day, intervals, resource=None, **more):
    set_special_day(business.id, day, intervals, resource, by=ANNA, now=NOW, **more)


def clear(business, day, resource=None):
    clear_special_day(business.id, day, resource, by=ANNA, now=NOW)


def rows(business, resource=None):
    found = select(SpecialDay).filter_by(business_id=business.id, resource_id=resource)
    found = found.order_by(SpecialDay.on_date, SpecialDay.opens_min)
    return [(it.on_date, it.opens_min, it.closes_min, it.label) for it in db.session.scalars(found)]


def test_a_special_day_has_its_own_hours_and_a_label():
    business = a_business()
    special(business, EVE, [(540, 720), (780, 840)], label="Christmas Eve")
    assert rows(business) == [(EVE, 540, 720, "Christmas Eve"), (EVE, 780, 840, "Christmas Eve")]


def test_a_day_without_hours_is_closed():
    business = a_business()
    special(business, DAY, [])
    assert rows(business) == [(DAY, None, None, None)]


def test_a_day_is_replaced_whole_and_the_others_stay():
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    special(business, DAY, [])
    special(business, EVE, [(600, 900)], maya)
    special(business, EVE, [(540, 720), (780, 840)])
    special(business, EVE, [(600, 660)])
    assert rows(business) == [(EVE, 600, 660, None), (DAY, None, None, None)]
    assert rows(business, maya) == [(EVE, 600, 900, None)]
    clear(business, EVE)
    assert rows(business) == [(DAY, None, None, None)]
    assert rows(business, maya) == [(EVE, 600, 900, None)]


def test_the_change_is_written_down_with_what_was_and_raises_the_version():
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    before = rules_version(business.id)
    special(business, EVE, [(540, 720)])
    special(business, EVE, [])
    clear(business, EVE)
    special(business, EVE, [(1200, 1620)], maya)
    assert rules_version(business.id) == before + 4
    found = events("special_day.changed")
    assert [it.changes["2027-12-24"] for it in found] == [
        [None, [[540, 720]]],
        [[[540, 720]], []],
        [[], None],
        [None, [[1200, 1620]]],
    ]
    assert [(it.subject_kind, it.subject_id) for it in found] == [("business", business.id)] * 3 + [
        ("resource", maya)
    ]
    assert (found[0].actor_name, found[0].at) == ("Anna", NOW)


def test_the_label_is_written_down_where_it_is_given_changed_or_taken_away():
    business = a_business()
    special(business, EVE, [(540, 720)], label="Christmas Eve")
    special(business, EVE, [(540, 780)], label="Christmas Eve")
    special(business, EVE, [(540, 780)], label="The day before")
    clear(business, EVE)
    assert [it.changes.get("label") for it in events("special_day.changed")] == [
        [None, "Christmas Eve"],
        None,
        ["Christmas Eve", "The day before"],
        ["The day before", None],
    ]


def test_clearing_a_day_that_has_nothing_of_its_own_writes_nothing_down():
    business = a_business()
    clear(business, EVE)
    assert events("special_day.changed") == []


@pytest.mark.parametrize(
    "interval", [(600, 600), (600, 540), (-1, 540), (1440, 1500), (600, 2041), (600, None)]
)
def test_hours_that_cannot_be_are_refused_by_the_table(interval):
    business = a_business()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        special(business, EVE, [interval])
    assert rows(business) == []


def test_a_day_of_somebody_of_another_business_cannot_be_set():
    business, other = a_business(), a_business()
    stranger = hire(other.id, "June").resource_id
    with pytest.raises(IntegrityError), db.session.begin_nested():
        special(business, EVE, [], stranger)


def test_another_business_keeps_its_day():
    business, other = a_business(), a_business()
    for it in (business, other):
        special(it, EVE, [(600, 660)])
    clear(business, EVE)
    assert (rows(business), len(rows(other))) == ([], 1)
