"""The panel of an appointment in a real browser: with the keyboard, beside the calendar, and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from app.appointments.models import Booking
from app.core.db import db
from tests.browser.conftest import each_look, faults_of
from tests.factories import a_booking
from tests.races.clients import next_open

pytestmark = pytest.mark.browser


@pytest.fixture
def booking(served, shop) -> Booking:
    """Olivia at ten on the next open day, with the first of the two people."""
    with served.app.app_context():
        booking = a_booking(shop, next_open(10), person=shop.person)
        db.session.commit()
        db.session.refresh(booking)
        db.session.expunge_all()
        return booking


def signed_in(visit, shop, owner, path: str, **how) -> Page:
    return visit(f"/manage/{shop.business.slug}/{path}", member=owner, **how)


def test_beside_the_calendar_enter_moves_it_and_a_button_puts_it_back(visit, shop, owner, booking):
    day = booking.local_start.date()
    page = signed_in(visit, shop, owner, f"calendar/?date={day}&view=day")
    page.get_by_role("link", name="Olivia Park").click()
    panel = page.locator("#panel")
    panel.get_by_role("link", name="Move", exact=True).click()
    panel.get_by_label("Time").fill("11:15")
    panel.get_by_label("Time").press("Enter")
    expect(panel.get_by_role("status")).to_contain_text("Olivia Park moved to")
    expect(panel.get_by_role("status")).to_contain_text("11:15")
    assert page.url.endswith("view=day"), "the calendar stays where it is"
    panel.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("status")).to_contain_text("10:00")
    expect(panel.get_by_role("heading", level=2)).to_be_focused()


def test_without_scripts_it_is_moved_cancelled_and_booked_again(visit, shop, owner, booking):
    page = signed_in(visit, shop, owner, f"appointments/{booking.appointment_id}", script=False)
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_label("Time").fill("20:00")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("Outside opening hours: open from 09:00 to 18:00.")).to_be_visible()
    page.get_by_role("button", name="Move anyway").click()
    expect(page.locator(".desk-recent")).to_contain_text("20:00")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Cancel it").click()
    page.get_by_label("Why").fill("The boiler broke")
    page.get_by_role("button", name="Cancel the booking").click()
    page.get_by_role("button", name="Book again").click()
    expect(page.get_by_text("Booked again, as it was.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Olivia Park")


@each_look
def test_every_view_of_it_is_clean(visit, shop, owner, booking, size, dark):
    one = f"appointments/{booking.appointment_id}"
    page = signed_in(visit, shop, owner, one, size=size, dark=dark)
    found = {one: faults_of(page)}
    day = booking.local_start.date()
    for path in (
        f"{one}/moves/new",
        f"{one}/moves/new?date={day}&time=11:15&minutes=60&person={shop.people[1].resource_id}",
        f"{one}/moves/new?date=2027-10-31&time=02:30",
        f"{one}/swaps",
        f"bookings/{booking.id}/cancellations/new",
    ):
        page.goto(f"/manage/{shop.business.slug}/{path}")
        found[path] = faults_of(page)
    page.goto(f"/manage/{shop.business.slug}/{one}/moves/new?time=20:00")
    expect(page.get_by_role("button", name="Move anyway")).to_be_visible()
    found["refused"] = faults_of(page)
    page.get_by_role("button", name="Move anyway").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    found["moved"] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
