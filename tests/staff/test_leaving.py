"""Somebody leaves: nobody books them any more, what they are booked for is found, what they did keeps their name."""

import pytest
from sqlalchemy import select

from app.appointments.finishing import complete
from app.appointments.models import Booking
from app.appointments.refusals import NotOffered
from app.appointments.upcoming import bookings_ahead
from app.audit.models import AuditEvent
from app.auth.models import UserSession
from app.businesses.joining import LastOwner
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.schedule.models import Resource
from app.staff.leaving import dismiss
from tests.factories import (
    ANNA,
    a_booking,
    a_business,
    a_hold,
    a_membership,
    a_shop,
    a_user,
    berlin,
    signed_in,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")


def gone(shop, person=None):
    dismiss(shop.business, person or shop.person, by=SYSTEM, now=clock.now())


def test_bookings_ahead_are_listed_and_keep_their_time_and_past_ones_keep_the_name(frozen):
    shop = a_shop(2)
    maya = shop.person
    done = a_booking(shop, berlin("2027-03-01 11:00"), person=maya)
    later = [a_booking(shop, berlin(f"2027-03-0{day} 10:00"), person=maya) for day in (3, 2)]
    frozen.move_to(berlin("2027-03-01 13:00"))
    complete(shop.business, done, by=ANNA, now=clock.now())
    gone(shop)
    ahead = bookings_ahead(shop.business.id, maya.resource_id, since=clock.now())
    assert [it.booking_id for it in ahead.first] == [it.id for it in reversed(later)]
    assert all(it.status == "confirmed" for it in later)
    assert db.session.get_one(Booking, (shop.business.id, done.id)).performer_name == "Maya"


def test_nobody_can_book_them_any_more_but_others_can_be():
    shop = a_shop(2)
    gone(shop)
    with pytest.raises(NotOffered):
        a_hold(shop, berlin("2027-03-02 10:00"), person=shop.person)
    assert a_hold(shop, berlin("2027-03-02 10:00")).performer_name == "Tomás"


def test_they_are_signed_out_at_once_and_it_is_written_down_once(app):
    shop = a_shop()
    a_membership(shop.business)
    user = a_membership(shop.business, "staff").user
    shop.person.user_id = user.id
    browser = signed_in(app, user)
    assert browser.get(f"/manage/{shop.business.slug}/").status_code == 200
    gone(shop)
    gone(shop)
    assert browser.get(f"/manage/{shop.business.slug}/").status_code == 303
    assert db.session.scalars(select(UserSession.ended_at)).one() == clock.now()
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert actions.count("resource.put_away") == actions.count("membership.left") == 1


def test_who_also_works_elsewhere_stays_signed_in_there(app):
    shop, elsewhere = a_shop(), a_business()
    a_membership(shop.business)
    user = a_user()
    a_membership(shop.business, "staff", user)
    a_membership(elsewhere, "staff", user)
    shop.person.user_id = user.id
    browser = signed_in(app, user)
    gone(shop)
    assert browser.get(f"/manage/{shop.business.slug}/").status_code == 404
    assert browser.get(f"/manage/{elsewhere.slug}/").status_code == 200


def test_the_last_owner_stays():
    shop = a_shop()
    shop.person.user_id = a_membership(shop.business, "owner").user_id
    with pytest.raises(LastOwner):
        gone(shop)
    assert db.session.get_one(Resource, (shop.business.id, shop.person.resource_id)).active
