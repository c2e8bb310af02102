"""The headings of a business, and its services under them."""

import pytest
from sqlalchemy import delete, select

from app.audit.models import AuditEvent
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.services import arranging, categorizing
from app.services.arranging import count_services, services_by_category
from app.services.categorizing import SameHeading, TooManyCategories, categories_of, find_category
from app.services.models import ServiceCategory
from app.services.offering import change_service
from tests.factories import a_business, add_service, by_the_system, rules_version

pytestmark = pytest.mark.usefixtures("app", "frozen")

add = by_the_system(categorizing.add_category)
rename = by_the_system(categorizing.rename_category)
move = by_the_system(categorizing.move_category)
remove = by_the_system(categorizing.remove_category)
move_service = by_the_system(arranging.move_service)


def a_service(business, name, category=None, **more):
    category_id = category.id if category else None
    return add_service(business.id, name, minutes=30, price_cents=1, category_id=category_id, **more)


def names(business):
    return [it.name for it in categories_of(business.id)]


def outline(business, **which):
    return {
        it.category.name if it.category else None: [service.name for service in it.services]
        for it in services_by_category(business.id, **which)
    }


def changes_of(action):
    return db.session.scalars(select(AuditEvent.changes).filter_by(action=action)).all()


def test_categories_stand_in_the_order_somebody_gave_them():
    business = a_business()
    hair, _nails, brows = (add(business.id, name) for name in ("Hair", "Nails", "Brows"))
    move(brows, "up")
    move(hair, "up")
    assert names(business) == ["Hair", "Brows", "Nails"]
    move(hair, "down")
    assert names(business) == ["Brows", "Hair", "Nails"]
    assert changes_of("service_category.moved") == [{"position": [3, 2]}, {"position": [1, 2]}]
    assert names(a_business()) == []


def test_a_category_has_a_name_of_its_own():
    business = a_business()
    hair = add(business.id, "Hair")
    with pytest.raises(SameHeading):
        add(business.id, "hair")
    nails = add(business.id, "Nails")
    with pytest.raises(SameHeading):
        rename(nails, "HAIR")
    rename(hair, "hair")
    rename(hair, "hair")
    assert changes_of("service_category.renamed") == [{"name": ["Hair", "hair"]}]
    add(a_business().id, "Hair")


def test_fifty_categories_are_enough():
    business = a_business()
    for n in range(50):
        add(business.id, f"Heading {n}")
    with pytest.raises(TooManyCategories):
        add(business.id, "One more")


def test_services_stay_when_their_heading_goes_and_the_rules_are_the_same():
    business = a_business()
    hair = add(business.id, "Hair")
    cut = a_service(business, "Cut", hair)
    version = rules_version(business.id)
    remove(hair)
    assert outline(business) == {None: ["Cut"]}
    assert find_category(business.id, hair.id) is None
    assert changes_of("service_category.removed") == [{"name": ["Hair", None], "services": [[cut.id], []]}]
    assert rules_version(business.id) == version


def test_services_are_listed_under_their_headings_and_what_is_put_away_apart():
    business = a_business()
    nails, hair = add(business.id, "Nails"), add(business.id, "Hair")
    add(business.id, "Empty")
    a_service(business, "Cut", hair)
    a_service(business, "Gift card")
    a_service(business, "Polish", nails)
    old = a_service(business, "Perm", hair)
    change_service(old, active=False, by=SYSTEM, now=clock.now())
    assert list(outline(business).items()) == [
        ("Nails", ["Polish"]),
        ("Hair", ["Cut"]),
        (None, ["Gift card"]),
    ]
    assert outline(business, active=False) == {"Hair": ["Perm"]}
    assert count_services(business.id) == {True: 3, False: 1}
    assert count_services(a_business().id) == {True: 0, False: 0}


def test_a_service_moves_among_those_under_its_heading():
    business = a_business()
    hair = add(business.id, "Hair")
    a_service(business, "Gift card")
    cut, perm, colour = (a_service(business, name, hair) for name in ("Cut", "Perm", "Colour"))
    change_service(perm, active=False, by=SYSTEM, now=clock.now())
    move_service(colour, "up")
    assert outline(business) == {None: ["Gift card"], "Hair": ["Colour", "Cut"]}
    move_service(colour, "up")
    move_service(cut, "down")
    assert changes_of("service.moved") == [{"position": [2, 1]}]


def test_a_heading_somebody_has_removed_meanwhile_is_neither_renamed_nor_removed_again():
    business = a_business()
    hair = add(business.id, "Hair")
    gone = delete(ServiceCategory).filter_by(business_id=business.id, id=hair.id)
    db.session.execute(gone, execution_options={"synchronize_session": False})
    assert rename(hair, "Cuts") is False
    remove(hair)
    assert changes_of("service_category.renamed") == changes_of("service_category.removed") == []
