"""Time off over what is booked: what becomes of each booking, and a customer who chooses one of three times."""

import pytest
from playwright.sync_api import expect

from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.appointments.offering_times import offer_times
from app.core import clock
from app.core.db import db
from app.schedule.wall_clock import local_date
from tests.browser.conftest import DESKTOP, PHONE, faults_of
from tests.factories import ANNA, a_booking, berlin

pytestmark = pytest.mark.browser


@pytest.fixture
def booked(served, shop):
    """Four bookings with Maya on the Wednesday after next week; their day, and their ids."""
    with served.app.app_context():
        today = local_date(clock.now(), shop.business.zone)
        day = today.fromordinal(today.toordinal() + 16 - today.weekday())
        ids = [
            a_booking(shop, berlin(f"{day} {hour}:00"), f"guest{hour}@example.com", shop.person).id
            for hour in (10, 11, 12, 13)
        ]
        db.session.commit()
        return day, ids


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_time_off_over_four_bookings_and_each_becomes_something_else(
    visit, served, shop, owner, booked, size
):
    day, ids = booked
    path = f"/manage/{shop.business.slug}/staff/{shop.person.resource_id}/hours/time-off/new"
    page = visit(path, member=owner, size=size, dark=size == PHONE)
    page.get_by_label("First day", exact=False).fill(str(day))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 bookings are affected")
    assert faults_of(page) == []
    selects = page.locator(".impact-item select")
    expect(selects).to_have_count(4)
    for nth, what in enumerate(("Move it to", "Give it to", "Offer the customer", "Cancel it")):
        option = selects.nth(nth).locator("option", has_text=what).first
        selects.nth(nth).select_option(option.get_attribute("value"))
    page.get_by_role("button", name="Save with these decisions").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    with served.app.app_context():
        moved, given, offered, gone = (db.session.get(Booking, (shop.business.id, it)) for it in ids)
        assert local_date(moved.appointment.starts_at, shop.business.zone) != day
        assert given.performer_name == "Tomás"
        assert len(offered.offered) == 3
        assert gone.status == "cancelled"
        token = receipt_token(offered)
    theirs = visit(f"/bookings/{token}", size=size, script=False)
    expect(theirs.locator(".offered-times button")).to_have_count(3)
    chosen = theirs.locator(".offered-times button").first
    chosen.click()
    expect(theirs.get_by_text("It is moved. This is the new time.")).to_be_visible()
    expect(theirs.locator(".offered-times")).to_have_count(0)


def test_the_page_of_offered_times_as_axe_sees_it(visit, served, shop, booked):
    with served.app.app_context():
        booking = db.session.get(Booking, (shop.business.id, booked[1][0]))
        offer_times(shop.business, booking, by=ANNA, now=clock.now())
        db.session.commit()
        token = receipt_token(booking)
    for size, dark in ((DESKTOP, False), (PHONE, True)):
        assert faults_of(visit(f"/bookings/{token}", size=size, dark=dark)) == []


@pytest.mark.parametrize(
    ("what", "size"), [("clock", DESKTOP), ("moment", PHONE)], ids=["the clock time", "the moment"]
)
def test_another_time_zone_and_what_stays_is_chosen(visit, served, shop, owner, booked, what, size):
    day, ids = booked
    page = visit(f"/manage/{shop.business.slug}/settings", member=owner, size=size, dark=size == PHONE)
    page.locator("#zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What stays when your clock changes?")
    expect(page.get_by_text("4 bookings")).to_be_visible()
    assert faults_of(page) == []
    name = {"clock": "Keep the clock time", "moment": "Keep the moment"}[what]
    page.get_by_role("radio", name=name).check()
    page.get_by_role("button", name="Change the time zone").click()
    if what == "moment":
        # From ten to one in Berlin is six to nine or five to eight in Tokyo: after hours.
        expect(page.get_by_role("heading", level=1)).to_contain_text("affected")
        assert faults_of(page) == []
        page.get_by_role("button", name="Save with these decisions").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    with served.app.app_context():
        shows = [db.session.get(Booking, (shop.business.id, it)).local_start for it in ids]
        assert {it.date() for it in shows} == {day}
        assert (shows[0].hour == 10) is (what == "clock")
