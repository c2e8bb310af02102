"""What an owner says about the business, changed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.appointments.keeping_zones import NothingKept
from app.audit.models import AuditEvent
from app.businesses.changing import change_business
from app.core import clock
from app.core.db import db
from app.services.keeping_windows import ServiceBeyondWindow
from tests.conftest import NOW
from tests.factories import (
    a_business,
    a_class_date,
    a_shop,
    a_visit,
    add_service,
    berlin,
    by_the_system,
    rules_version,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")
change = by_the_system(change_business)


def events():
    return [it.changes for it in db.session.scalars(select(AuditEvent).filter_by(action="business.changed"))]


def test_only_what_changed_is_written_down():
    business = a_business(name="Ann's", city="Berlin")
    change(business, {"name": "Ann's Salon", "city": "Berlin", "phone": None})
    assert business.name == "Ann's Salon"
    assert events() == [{"name": ["Ann's", "Ann's Salon"]}]


def test_nothing_changed_leaves_no_trace():
    business = a_business(name="Ann's")
    change(business, {"name": "Ann's"})
    assert events() == []


@pytest.mark.parametrize(
    ("columns", "raised"),
    [({"zone": "Asia/Tokyo"}, 1), ({"advance_days": 20}, 1), ({"name": "Zoe's"}, 0), ({"brand_hue": 30}, 0)],
)
def test_the_rules_are_raised_only_for_what_times_are_made_from(columns, raised):
    business = a_business()
    version = rules_version(business.id)
    change(business, columns)
    assert rules_version(business.id) == version + raised


@pytest.mark.parametrize("status", ["confirmed", "requested", "held"])
def test_no_zone_changes_unless_it_is_said_what_stays_of_what_is_booked(status):
    business = a_business()
    a_visit(business, clock.now() + timedelta(days=1), status=status)
    with pytest.raises(NothingKept):
        change(business, {"zone": "Asia/Tokyo"})


@pytest.mark.parametrize(
    ("status", "days"), [("confirmed", -1), ("cancelled", 1), ("declined", 1), ("completed", -1)]
)
def test_what_is_over_or_off_keeps_no_zone(status, days):
    business = a_business()
    a_visit(business, clock.now() + timedelta(days=days), status=status)
    change(business, {"zone": "Asia/Tokyo"})
    assert business.zone == "Asia/Tokyo"


def test_a_hold_that_ran_out_keeps_no_zone():
    business = a_business()
    a_visit(business, clock.now() + timedelta(days=1), status="held", hold_minutes=-1)
    change(business, {"zone": "Asia/Tokyo"})
    assert business.zone == "Asia/Tokyo"


def test_bookings_of_another_business_keep_no_zone():
    a_visit(a_business(), clock.now() + timedelta(days=1))
    business = a_business()
    change(business, {"zone": "Asia/Tokyo"})
    assert business.zone == "Asia/Tokyo"


def test_nor_of_dates_of_a_class():
    shop = a_shop(capacity=8)
    a_class_date(shop, berlin("2027-03-02 18:00"))
    with pytest.raises(NothingKept):
        change(shop.business, {"zone": "Asia/Tokyo"})


def test_the_zone_can_be_kept_as_it_is_with_bookings_ahead():
    business = a_business()
    a_visit(business, NOW + timedelta(days=1))
    change(business, {"zone": "Europe/Berlin", "name": "Zoe's"})
    assert business.name == "Zoe's"


@pytest.mark.parametrize(
    ("own", "window"),
    [
        ({"notice_amount": 10, "notice_unit": "days"}, {"advance_days": 9}),
        ({"advance_days": 2}, {"notice_amount": 3, "notice_unit": "days"}),
    ],
)
def test_a_window_that_leaves_a_service_nothing_is_refused_by_its_name(own, window):
    business = a_business(notice_amount=0)
    service = add_service(business.id, "Balayage", minutes=30, price_cents=1, **own)
    with pytest.raises(ServiceBeyondWindow, match="Balayage"), db.session.begin_nested():
        change(business, window)
    service.active = False
    db.session.flush()
    change(business, window)


def test_a_service_that_can_still_be_booked_is_no_reason():
    business = a_business(notice_amount=0)
    add_service(business.id, "Balayage", minutes=30, price_cents=1, notice_amount=10, notice_unit="days")
    change(business, {"advance_days": 10})
    assert business.advance_days == 10
