"""People and rooms: renamed, limited, put away and taken back."""

import pytest

from app.appointments.refusals import NotOffered, SlotTaken
from app.schedule import keeping
from app.schedule.keeping import TooMany, change_resource, check_room_for_more, find_resource, put_back
from app.schedule.serving import put_away
from tests.appointments.looking import events
from tests.factories import (
    a_booking,
    a_business,
    a_hold,
    a_shop,
    add_resource,
    berlin,
    by_the_system,
    rules_version,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")

change, away, back = (by_the_system(act) for act in (change_resource, put_away, put_back))


def test_one_is_found_in_its_own_business_and_by_its_kind():
    business, other = a_business(), a_business()
    room = add_resource(business.id, "space", "Bay one")
    assert find_resource(business.id, room.id, "space") is room
    assert find_resource(business.id, room.id, "staff") is None
    assert find_resource(other.id, room.id, "space") is None


def test_a_new_name_is_written_down_and_what_was_booked_keeps_the_old_one():
    shop = a_shop()
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    maya = find_resource(shop.business.id, shop.person.resource_id, "staff")
    version = rules_version(shop.business.id)
    change(maya, name="Maya Ramos", daily_limit=1)
    assert rules_version(shop.business.id) == version + 1
    assert booking.performer_name == "Maya"
    (event,) = events("resource.changed")
    assert event.changes == {"name": ["Maya", "Maya Ramos"], "daily_limit": [None, 1]}
    change(maya, name="Maya Ramos")
    assert len(events("resource.changed")) == 1, "nothing changed, nothing to write down"
    with pytest.raises(SlotTaken, match="that day"):
        a_hold(shop, berlin("2027-03-02 12:00"))


def test_what_is_put_back_can_be_booked_again():
    shop = a_shop()
    away(shop.business.id, shop.person.resource_id)
    with pytest.raises(NotOffered):
        a_hold(shop, berlin("2027-03-02 12:00"))
    for _ in range(2):
        back(shop.business.id, shop.person.resource_id)
    assert a_hold(shop, berlin("2027-03-02 12:00")).performer_name == "Maya"
    (event,) = events("resource.put_back")
    assert event.changes == {"active": [False, True]}


def test_there_are_only_so_many_of_a_kind(monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 2)
    business = a_business()
    one, _two = (add_resource(business.id, "space", name) for name in ("One", "Two"))
    with pytest.raises(TooMany):
        check_room_for_more(business.id, "space")
    check_room_for_more(business.id, "staff")
    away(business.id, one.id)
    check_room_for_more(business.id, "space")
    add_resource(business.id, "space", "Three")
    with pytest.raises(TooMany):
        back(business.id, one.id)
