"""A working day on the calendar: with a mouse, a finger and the keyboard, and two browsers at once."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from app.appointments.models import Appointment, Booking
from app.core.db import db
from app.schedule.models import Allocation
from tests.browser.conftest import DESKTOP, PHONE, each_look, faults_of
from tests.factories import a_booking
from tests.races.clients import next_open

pytestmark = pytest.mark.browser


@pytest.fixture
def at(served, shop):
    """Somebody is booked at nine with the first of the two, on the next open day."""
    at = next_open(9)
    with served.app.app_context():
        a_booking(shop, at, person=shop.people[0])
        db.session.commit()
    return at


@pytest.fixture
def desk(visit, shop, owner, at):
    """Opens the calendar of that day as the owner."""

    def desk(size=DESKTOP, dark=False, query="", **more) -> Page:
        path = f"/manage/{shop.business.slug}/calendar/?date={at:%Y-%m-%d}{query or '&view=day'}"
        return visit(path, size=size, dark=dark, member=owner, **more)

    return desk


def block(page):
    return page.locator(".column .block", has_text="Olivia Park")


def column(page, name):
    return page.get_by_role("region", name=name)


def pull(page, locator, across, down, edge=False):
    """Drag by so many pixels, in steps as a hand does it."""
    box = locator.bounding_box()
    x, y = box["x"] + 30, box["y"] + (box["height"] - 3 if edge else 8)
    page.mouse.move(x, y - 2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2, steps=4)
    page.mouse.move(x + across, y + down, steps=4)
    page.mouse.up()


def say_yes(page):
    """Press "Move" in the sheet, and wait for it to be gone."""
    page.get_by_role("dialog").get_by_role("button", name="Move").press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()


HOUR = 84  # pixels


def test_an_appointment_is_dragged_to_a_colleague_and_back_again(desk, shop):
    page = desk()
    width = column(page, "Maya").bounding_box()["width"]
    pull(page, block(page), width, 2 * HOUR)
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("11:00–11:30")
    expect(sheet).to_contain_text("with Tomás")
    expect(sheet.get_by_role("button", name="Move")).to_be_focused()
    page.keyboard.press("Enter")
    expect(sheet).to_be_hidden()
    expect(column(page, "Tomás").locator(".block")).to_contain_text("11:00")
    expect(page.locator("#notice")).to_contain_text("moved to")
    page.locator("#notice").get_by_role("button", name="Undo").click()
    expect(page.locator("#notice")).to_contain_text("moved back to")
    expect(column(page, "Maya").locator(".block")).to_contain_text("09:00")
    expect(column(page, "Tomás").locator(".block")).to_have_count(0)


def test_what_is_refused_snaps_back_with_a_sentence_and_can_be_squeezed_in(desk, served, shop, at):
    with served.app.app_context():
        a_booking(shop, next_open(11), "kai@example.com", person=shop.people[0])
        db.session.commit()
    page = desk()
    first = page.locator(".column .block").first
    pull(page, first, 0, 2 * HOUR)
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("11:00–11:30 at that time")
    sheet.get_by_role("button", name="Move anyway").click()
    expect(sheet).to_be_hidden()
    expect(page.locator(".column .block.squeezed")).to_have_count(1)
    expect(column(page, "Maya").locator(".block.lanes-2")).to_have_count(2)


def test_on_a_phone_two_rows_of_tools_one_scroll_and_a_round_button(desk):
    page = desk(size=PHONE)
    tools = page.locator(".calendar-bar :is(a, summary, button, h2):visible:not(.calendar-new)")
    rows = {round(foot_of(it) - it.bounding_box()["height"] / 2) // 12 for it in tools.all()}
    assert len(rows) == 2
    assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight"), "only the hours scroll"
    new = page.get_by_role("link", name="New booking")
    assert (new.bounding_box()["width"], new.bounding_box()["height"]) == (56, 56)
    page.evaluate("(it => it.scrollTo(0, it.scrollHeight))(document.querySelector('.columns'))")
    assert foot_of(page.locator(".column-body").first) <= new.bounding_box()["y"]
    page.locator("#calendar-more > summary").click()
    expect(page.locator("#calendar-other-date")).to_be_visible()
    page.get_by_role("button", name="What the signs mean").click()
    expect(page.get_by_role("dialog")).to_contain_text("Waiting for your answer")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.locator(".view-agenda .day-list").last).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert foot_of(page.locator(".day-list").last) <= new.bounding_box()["y"]


def foot_of(locator):
    """Where something ends on the screen."""
    box = locator.bounding_box()
    return box["y"] + box["height"]


@pytest.mark.parametrize("minutes", [15, 25, 30, 45])
def test_a_block_shows_whole_lines_and_always_its_signs(desk, served, shop, at, minutes):
    with served.app.app_context():
        booking = db.session.scalars(select(Booking).filter_by(business_id=shop.business.id)).one()
        booking.note, booking.contact_name = (
            "Nut allergy",
            "Bartholomew Featherstonehaugh-Cholmondeley of Wrexham",
        )
        appointment = db.session.get_one(Appointment, (booking.business_id, booking.appointment_id))
        appointment.ends_at = at + timedelta(minutes=minutes)
        of_it = update(Allocation).filter_by(business_id=shop.business.id)
        db.session.execute(of_it.values(ends_at=appointment.ends_at))
        db.session.commit()
    page = desk()
    text = page.locator(".column .block .block-text")
    line, room = text.evaluate(
        "it => [parseFloat(getComputedStyle(it).lineHeight), it.getBoundingClientRect().height]"
    )
    assert room / line == pytest.approx(round(room / line), abs=0.05)
    assert round(room / line) == {15: 1, 25: 1, 30: 2, 45: 3}[minutes]
    for part in (text, page.locator(".column .block-sign")):
        assert foot_of(part) <= foot_of(page.locator(".column .block"))


def test_what_was_typed_in_the_sheet_is_not_thrown_away_unasked(desk):
    page = desk()
    page.get_by_role("link", name="New booking").click()
    sheet = page.locator("#sheet")
    expect(sheet.get_by_label("Service")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.get_by_role("link", name="New booking").click()
    sheet.get_by_text("Notes and repeat").click()
    sheet.get_by_label("Note for your team").fill("Rings the bell")
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_contain_text("not saved yet")
    expect(page.get_by_role("button", name="Keep writing")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    expect(sheet.get_by_label("Note for your team")).to_have_value("Rings the bell")
    page.mouse.click(100, 500)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Throw away").click()
    expect(sheet).to_be_hidden()
    block(page).get_by_role("link").click()
    expect(sheet.get_by_role("heading", name="Olivia Park")).to_be_visible()
    page.mouse.click(100, 500)
    expect(sheet).to_be_hidden()


def test_taking_back_a_drag_leaves_all_as_it_was(desk):
    page = desk()
    pull(page, block(page), 0, HOUR)
    page.get_by_role("dialog").get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".column .block.ghost")).to_have_count(0)
    expect(block(page)).to_contain_text("09:00")
    expect(block(page).get_by_role("link")).to_be_focused()


def test_the_lower_edge_makes_it_longer(desk):
    page = desk()
    block(page).hover()
    pull(page, block(page), 0, HOUR / 2, edge=True)
    expect(page.get_by_role("dialog")).to_contain_text("09:00–10:00")
    say_yes(page)
    expect(block(page)).to_contain_text("09:00–10:00")


def test_the_keyboard_moves_it_and_tells_where_it_is(desk):
    page = desk()
    block(page).get_by_role("link").focus()
    for keys in ("Alt+ArrowDown", "Alt+ArrowDown", "Alt+ArrowRight"):
        page.keyboard.press(keys)
    expect(page.locator("#announcer")).to_have_text("09:30–10:00, Tomás")
    page.keyboard.press("Escape")
    expect(page.locator(".column .block.ghost")).to_have_count(0)
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("09:15–09:45")
    say_yes(page)
    expect(block(page)).to_contain_text("09:15")


def test_a_finger_that_rests_picks_up_and_one_that_moves_scrolls(visit, desk):
    page = desk(size={"width": 820, "height": 1100})
    box = block(page).bounding_box()
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        client.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [dict(zip("xy", it, strict=True)) for it in points]},
        )

    x, y = box["x"] + 30, box["y"] + 10
    touch("touchStart", (x, y))
    page.wait_for_timeout(500)
    touch("touchMove", (x, y + HOUR / 2))
    touch("touchMove", (x, y + HOUR))
    expect(page.locator(".column .block.ghost")).to_have_count(1)
    touch("touchEnd")
    expect(page.get_by_role("dialog")).to_contain_text("10:00–10:30")


def test_another_browser_sees_it_within_three_seconds(desk):
    one, other = desk(), desk()
    expect(block(other)).to_contain_text("09:00")
    pull(one, block(one), 0, HOUR)
    say_yes(one)
    expect(block(other)).to_contain_text("10:00", timeout=3_000)


def test_who_was_slower_is_told_that_it_changed_meanwhile(desk):
    one, other = desk(), desk()
    pull(one, block(one), 0, HOUR)
    pull(other, block(other), 0, 2 * HOUR)
    expect(other.get_by_role("dialog")).to_contain_text("11:00–11:30")
    say_yes(one)
    other.keyboard.press("Enter")
    expect(other.get_by_role("dialog")).to_contain_text("has changed meanwhile")
    other.keyboard.press("Escape")
    expect(block(other)).to_contain_text("10:00")


def test_letters_lead_to_the_views_and_the_back_button_returns(desk, at):
    page = desk()
    page.keyboard.press("w")
    expect(page.locator(".view-week")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator(".view-month")).to_be_visible()
    page.go_back()
    expect(page.locator(".view-week")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Shortcuts and signs")).to_be_visible()
    page.get_by_label("Single letters are shortcuts here").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.wait_for_timeout(300)
    expect(page.locator(".view-week")).to_be_visible()


def test_without_scripts_every_view_and_the_appointment_can_be_reached(desk):
    page = desk(script=False)
    block(page).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Olivia Park")
    page.go_back()
    page.get_by_role("link", name="Week").click()
    expect(block(page)).to_be_visible()
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.get_by_role("link", name="Olivia Park")).to_be_visible()


@each_look
def test_axe_finds_nothing_in_any_view(desk, shop, at, size, dark):
    page = desk(size=size, dark=dark)
    found = {"day": faults_of(page)}
    for view in ("week", "month", "agenda"):
        page.goto(f"/manage/{shop.business.slug}/calendar/?view={view}&date={at:%Y-%m-%d}")
        found[view] = faults_of(page)
    page.goto(f"/manage/{shop.business.slug}/calendar/?date={at:%Y-%m-%d}&view=day")
    block(page).get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["panel"] = faults_of(page)
    assert {view: faults for view, faults in found.items() if faults} == {}
