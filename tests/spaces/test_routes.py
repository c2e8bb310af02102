"""The rooms of a business."""

import pytest
from sqlalchemy import select

from app.core.db import db
from app.schedule import keeping
from app.schedule.models import Resource
from tests.factories import (
    a_booking,
    a_business,
    a_membership,
    a_shop,
    add_resource,
    berlin,
    hire,
    rooms_of,
    signed_in,
)
from tests.impact import decide
from tests.reading import rows, soup

PATH = "/manage/ann-salon/rooms"


@pytest.fixture
def business(app, frozen):
    return a_business("ann-salon")


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


def names(page):
    return rows(page, ".row-title")


def rooms(business):
    found = select(Resource).filter_by(business_id=business.id, kind="space").order_by(Resource.id)
    return [(it.name, it.active) for it in db.session.scalars(found)]


def test_no_rooms_teach_what_they_are_for(manager):
    page = manager.get(PATH)
    assert "Add chairs, treatment rooms or bays if a service needs one" in page.text
    assert soup(page).select_one(f"a[href='{PATH}/new']")


def test_a_room_is_added_and_renamed_and_the_list_goes_by_name(business, manager):
    for name in ("window bay", " Chair   2 "):
        assert manager.post(PATH, data={"name": name}).headers["Location"] == PATH
    assert names(manager.get(PATH)) == ["Chair 2", "window bay"]
    room = db.session.scalar(select(Resource).filter_by(name="Chair 2"))
    assert soup(manager.get(f"{PATH}/{room.id}")).select_one("#name")["value"] == "Chair 2"
    assert manager.post(f"{PATH}/{room.id}", data={"name": "Zen room"}).status_code == 303
    assert names(manager.get(PATH)) == ["window bay", "Zen room"]


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 81])
def test_a_room_needs_a_name_of_a_length(business, manager, name):
    room = add_resource(business.id, "space", "Chair")
    for path in (PATH, f"{PATH}/{room.id}"):
        page = manager.post(path, data={"name": name})
        assert page.status_code == 422
        assert soup(page).select_one("#name-error")
    assert rooms(business) == [("Chair", True)]


def test_there_are_only_so_many(business, manager, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 0)
    page = manager.post(PATH, data={"name": "Chair"})
    assert page.status_code == 422
    assert "put some away" in soup(page).select_one("#name-error").text
    assert rooms(business) == []


def test_what_is_booked_in_it_is_listed_before_it_is_put_away(app, frozen):
    shop = a_shop()
    (room,) = rooms_of(shop, "Chair")
    a_booking(shop, berlin("2027-03-02 10:00"))
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    path = f"/manage/{shop.business.slug}/rooms"
    page = manager.get(f"{path}/{room}/removal")
    assert "1 appointment ahead takes this room" in page.text
    assert "the next page asks what becomes of it" in page.text
    assert "Olivia Park" in soup(page).select_one(".staying").text
    assert rooms(shop.business) == [("Chair", True)], "asking changes nothing"
    assert decide(manager, manager.post(f"{path}/{room}/removal")).headers["Location"] == path
    assert rooms(shop.business) == [("Chair", False)]
    page = manager.get(path)
    assert "No rooms yet" in page.text
    assert [it.text for it in soup(page).select("details .row-title")] == ["Chair"]
    assert manager.post(f"{path}/{room}/return").status_code == 303
    assert rooms(shop.business) == [("Chair", True)]


def test_a_room_that_is_put_away_shows_the_way_back(business, manager):
    room = add_resource(business.id, "space", "Chair")
    manager.post(f"{PATH}/{room.id}/removal")
    page = soup(manager.get(f"{PATH}/{room.id}"))
    assert page.select_one(f"form[action='{PATH}/{room.id}/return']")
    assert not page.select(".danger-zone")


def test_it_does_not_come_back_where_there_is_no_room_for_it(business, manager, monkeypatch):
    room = add_resource(business.id, "space", "Chair")
    manager.post(f"{PATH}/{room.id}/removal")
    monkeypatch.setattr(keeping, "MOST", 0)
    assert manager.post(f"{PATH}/{room.id}/return").headers["Location"] == PATH
    assert "put some away" in manager.get(PATH).text
    assert rooms(business) == [("Chair", False)]


def test_nobody_elses_room_is_found_and_no_person_is_one(business, manager):
    strange = add_resource(a_business().id, "space", "Chair")
    maya = hire(business.id, "Maya")
    for number in (strange.id, maya.resource_id):
        for page in ("", "/removal"):
            assert manager.get(f"{PATH}/{number}{page}").status_code == 404
        for post in ("", "/removal", "/return"):
            assert manager.post(f"{PATH}/{number}{post}", data={"name": "Mine"}).status_code == 404
    db.session.refresh(strange)
    assert (strange.name, strange.active) == ("Chair", True)


def test_the_list_takes_as_many_statements_for_thirty_as_for_three(business, manager, queries):
    counts = []
    for number in (3, 27):
        for n in range(number):
            add_resource(business.id, "space", f"Chair {number} {n}")
        db.session.commit()
        with queries() as seen:
            assert manager.get(PATH).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6
