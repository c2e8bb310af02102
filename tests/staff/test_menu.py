"""What a business offers and who does it."""

from typing import Any

import pytest

from app.businesses.models import Business
from app.core.db import db
from app.schedule.models import Resource
from app.schedule.serving import Server
from app.services.models import ServiceCategory
from app.staff.menu import MenuItem, menu_of
from app.staff.models import StaffMember
from tests.factories import a_business, add_need, add_service, hire

pytestmark = pytest.mark.usefixtures("app", "frozen")


def a_category(business: Business, name: str, position: int) -> int:
    category = ServiceCategory(business_id=business.id, name=name, position=position)
    db.session.add(category)
    db.session.flush()
    return category.id


def the_offer(business: Business, *servers: Server, price_cents: int | None = 4500) -> MenuItem:
    service = add_service(business.id, "Haircut", minutes=30, price_cents=price_cents)
    if servers:
        add_need(business.id, service.id, servers)
    (offer,) = menu_of(business.id).sections[0].offers
    return offer


def test_services_stand_under_their_categories_and_the_others_come_last() -> None:
    business = a_business()
    skin, hair = a_category(business, "Skin", 2), a_category(business, "Hair", 1)
    a_category(business, "Empty", 0)
    for name, category, position in (
        ("Voucher", None, 0),
        ("Facial", skin, 1),
        ("Cut", hair, 3),
        ("Trim", hair, 2),
    ):
        add_service(business.id, name, minutes=30, price_cents=1, category_id=category, position=position)
    sections = menu_of(business.id).sections
    shown = [(it.heading, [offer.service.name for offer in it.offers]) for it in sections]
    assert shown == [("Hair", ["Trim", "Cut"]), ("Skin", ["Facial"]), (None, ["Voucher"])]
    assert menu_of(business.id).has_headings


def test_without_categories_there_is_one_section_without_a_heading() -> None:
    business = a_business()
    assert menu_of(business.id).sections == []
    add_service(business.id, "Haircut", minutes=30, price_cents=1)
    menu = menu_of(business.id)
    assert (len(menu.sections), menu.has_headings, menu.has_pictures) == (1, False, False)


@pytest.mark.parametrize(
    ("own", "price", "shown"),
    [
        ([None, None], 4500, (4500, False)),
        ([None, 6000], 4500, (4500, True)),
        ([3000, None], 4500, (3000, True)),
        ([6000, 6000], 4500, (6000, False)),
        ([0, None], 4500, (0, True)),
        ([None, None], None, (None, False)),
        ([None, 6000], None, (6000, True)),
        ([6000, 6000], None, (6000, False)),
        ([], 4500, (4500, False)),
        ([], None, (None, False)),
    ],
)
def test_a_price_is_the_least_anybody_asks(own: list[int | None], price: int | None, shown: Any) -> None:
    business = a_business()
    servers = [Server(hire(business.id, "Maya").resource_id, price_cents=cents) for cents in own]
    offer = the_offer(business, *servers, price_cents=price)
    assert (offer.cents, offer.from_cents) == shown


def test_a_length_goes_from_the_quickest_to_the_slowest() -> None:
    business = a_business()
    quick, slow = (hire(business.id, name).resource_id for name in ("Maya", "Tomás"))
    offer = the_offer(business, Server(quick), Server(slow, minutes=45))
    assert (offer.shortest, offer.longest) == (30, 45)


def test_who_left_or_only_helps_sets_no_price() -> None:
    business = a_business()
    maya, left, helper = (hire(business.id, name).resource_id for name in ("Maya", "Tomás", "June"))
    service = add_service(business.id, "Haircut", minutes=30, price_cents=4500)
    add_need(business.id, service.id, [Server(maya), Server(left, price_cents=1000)])
    add_need(business.id, service.id, [Server(helper, price_cents=500)])
    db.session.get_one(Resource, (business.id, left)).active = False
    (offer,) = menu_of(business.id).sections[0].offers
    assert (offer.cents, offer.from_cents) == (4500, False)
    assert [person.name for person, _ in menu_of(business.id).people] == ["Maya", "June"]


def test_people_stand_in_the_order_of_the_business_and_may_lead_to_their_only_service() -> None:
    business = a_business()
    ana, ben, cam = (hire(business.id, name).resource_id for name in ("Ana", "Ben", "Cam"))
    for person, position in ((ana, 2), (ben, 1), (cam, 2)):
        db.session.get_one(StaffMember, (business.id, person)).position = position
    cut = add_service(business.id, "Cut", minutes=30, price_cents=1)
    dye = add_service(business.id, "Dye", minutes=30, price_cents=1)
    add_need(business.id, cut.id, [Server(ana), Server(ben)])
    add_need(business.id, dye.id, [Server(ben)])
    assert [(it.name, only) for it, only in menu_of(business.id).people] == [
        ("Ben", None),
        ("Ana", cut.id),
        ("Cam", None),
    ]


def test_another_business_offers_its_own() -> None:
    business, other = a_business(), a_business()
    a_category(other, "Hair", 0)
    add_service(other.id, "Haircut", minutes=30, price_cents=1)
    hire(other.id, "Maya")
    assert (menu_of(business.id).sections, menu_of(business.id).people) == ([], [])
