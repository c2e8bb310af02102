"""The address of a business on the web, and the ones it had before."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.businesses.addressing import (
    SlugReserved,
    SlugTaken,
    TooManyMoves,
    change_slug,
    check_not_former,
    former_slugs,
    moved_to,
)
from app.businesses.finding import find_business
from app.core.db import db
from tests.factories import a_business, by_the_system

pytestmark = pytest.mark.usefixtures("app", "frozen")
move = by_the_system(change_slug)


def test_a_business_moves_and_its_old_address_leads_to_it():
    business = a_business("ann-salon")
    move(business, "anns")
    assert find_business("anns") == moved_to("ann-salon") == business
    assert find_business("ann-salon") is None
    assert former_slugs(business.id) == ["ann-salon"]
    event = db.session.scalars(select(AuditEvent).filter_by(action="business.moved")).one()
    assert event.changes == {"slug": ["ann-salon", "anns"]}


def test_the_same_address_is_no_move():
    business = a_business("ann-salon")
    move(business, "ann-salon")
    assert former_slugs(business.id) == []
    assert not db.session.scalars(select(AuditEvent).filter_by(action="business.moved")).all()


def test_it_may_go_back_and_forth():
    business = a_business("one")
    for slug in ("two", "three", "one", "two"):
        move(business, slug)
    assert business.slug == "two"
    assert set(former_slugs(business.id)) == {"one", "three"}


@pytest.mark.parametrize("slug", ["taken", "left"])
def test_nobody_takes_what_another_business_has_or_had(slug):
    other = a_business("left")
    move(other, "taken")
    business = a_business("mine")
    with pytest.raises(SlugTaken) as refused:
        move(business, slug)
    assert "choose another" in str(refused.value.message)
    db.session.rollback()


def test_a_new_business_asks_the_same():
    other = a_business("left")
    move(other, "taken")
    business = a_business("mine")
    with pytest.raises(SlugTaken):
        check_not_former("left", business.id)
    check_not_former("left", other.id)
    check_not_former("free", business.id)


def test_words_of_ours_are_kept():
    with pytest.raises(SlugReserved):
        move(a_business("mine"), "admin")


def test_nobody_moved_to_nowhere():
    assert moved_to("no-such-place") is None


def test_a_new_business_cannot_have_an_address_that_leads_to_another():
    moved = a_business("old-name")
    move(moved, "new-name")
    with pytest.raises(SlugTaken), db.session.begin_nested():
        a_business("old-name")
    assert find_business("old-name") is None


def test_nobody_keeps_more_addresses_from_others_than_they_need():
    business = a_business("first")
    for number in range(5):
        move(business, f"name-{number}")
    with pytest.raises(TooManyMoves):
        move(business, "one-more")
    move(business, "first")
    assert business.slug == "first"
