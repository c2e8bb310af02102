"""An open page asks one number whether anything has changed."""

import pytest

from app.audit.models import record
from app.core import clock
from app.core.actor import SYSTEM
from app.core.changes import changes_of
from app.core.db import db
from tests.factories import a_business

pytestmark = pytest.mark.usefixtures("app")


def _change(business, what="booking.moved"):
    record(what, "booking", 1, by=SYSTEM, at=clock.now(), business_id=business.id)


def test_a_business_where_nothing_happened_counts_nothing():
    assert changes_of(a_business().id) == 0


def test_a_transaction_counts_once_however_much_it_changes():
    business, other = a_business(), a_business()
    db.session.commit()
    before = changes_of(business.id), changes_of(other.id)
    _change(business)
    _change(business, "booking.confirmed")
    db.session.commit()
    assert (changes_of(business.id), changes_of(other.id)) == (before[0] + 1, before[1])
    _change(business)
    db.session.commit()
    assert changes_of(business.id) == before[0] + 2


def test_what_is_undone_is_not_counted():
    business = a_business()
    db.session.commit()
    before = changes_of(business.id)
    _change(business)
    db.session.rollback()
    db.session.commit()
    assert changes_of(business.id) == before


def test_a_savepoint_is_counted_with_its_transaction():
    business = a_business()
    db.session.commit()
    before = changes_of(business.id)
    with db.session.begin_nested():
        _change(business)
    assert changes_of(business.id) == before
    db.session.commit()
    assert changes_of(business.id) == before + 1
