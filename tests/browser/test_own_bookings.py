"""A customer helps themselves: moves, cancels, takes it back and corrects what they booked."""

import pytest
from playwright.sync_api import expect

from app.appointments.finding import receipt_token
from app.core.db import db
from tests.browser.conftest import DESKTOP, PHONE, faults_of, with_and_without_script
from tests.browser.test_booking import choose_day, press
from tests.factories import a_booking
from tests.races.clients import next_open

pytestmark = pytest.mark.browser
SMALL = {"width": 360, "height": 740}


@pytest.fixture
def link(served, shop):
    """The link of a booking at ten in the morning, at which nobody in particular was asked for."""
    with served.app.app_context(), served.app.test_request_context():
        booking = a_booking(shop, next_open(10))
        db.session.commit()
        return f"/bookings/{receipt_token(booking)}"


@with_and_without_script
def test_a_customer_moves_a_booking(visit, link, size, script):
    start, later = next_open(10), next_open(14, 8)
    page = visit(link, size=size, script=script)
    page.get_by_role("link", name="Move", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose another time")
    choose_day(page, later.date())
    page.get_by_role("radio", name=f"Move to 14:00 on {later:%A} {later.day} {later:%B}").check()
    if not script:
        press(page, "Continue")
    expect(page.locator(".from-to")).to_contain_text("14:00")
    expect(page.locator(".from-to")).to_contain_text(f"{start:%a} {start.day} {start:%b}, 10:00")
    expect(page.locator("#summary-card-title ~ .price-lines, .summary .price-lines")).to_contain_text(
        "€45.00"
    )
    press(page, "Move my booking" if size == DESKTOP else "Move")
    expect(page.locator("main")).to_contain_text("It is moved. This is the new time.")
    expect(page.locator("main")).to_contain_text(f"{later:%A} {later.day} {later:%B}")
    expect(page.locator("main")).to_contain_text("14:00 to 14:30, Berlin time")
    expect(page.locator("main")).to_contain_text("It can be moved 2 more times.")


def test_a_customer_moves_with_the_keyboard_alone(visit, link):
    page = visit(f"{link}/new-time")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"Tab never reaches {selector}")

    tab_to("input[name=staff]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#staff-any")).to_be_checked()
    tab_to("input[name=start]")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Move my booking")).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("Chosen:")
    tab_to("button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("It is moved.")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_customer_cancels_and_takes_it_back(visit, link, script):
    page = visit(link, size=PHONE, script=script)
    page.get_by_role("link", name="Cancel the booking").click()
    page.get_by_label("I am ill").check()
    press(page, "Cancel my booking")
    expect(page.get_by_role("heading", level=1)).to_have_text("This booking is cancelled")
    expect(page.get_by_role("link", name="Book again")).to_be_visible()
    press(page, "Take it back")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked, Olivia Park")
    expect(page.locator("main")).to_contain_text("It is booked again.")


def test_a_customer_corrects_the_name(visit, link):
    page = visit(link, size=PHONE)
    page.get_by_role("link", name="Change details").click()
    page.get_by_label("Your name").fill("")
    press(page, "Save")
    expect(page.get_by_label("Your name")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Your name").fill("Liv Park")
    press(page, "Save")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked, Liv Park")


def test_whoever_lost_the_link_asks_for_it(visit, shop):
    page = visit(f"/b/{shop.business.slug}/", size=PHONE)
    page.get_by_role("link", name="Find your booking").click()
    page.get_by_label("E-mail").fill("olivia@example.com")
    press(page, "Send me the links")
    expect(page.get_by_role("heading", level=1)).to_have_text("Please look into your mail")


@pytest.mark.parametrize(
    ("size", "dark"), [(DESKTOP, False), (PHONE, True), (SMALL, False)], ids=["desktop", "phone", "small"]
)
def test_nothing_is_wrong_with_these_pages(visit, shop, link, size, dark):
    start = next_open(14, 8)
    page, found = visit(link, size=size, dark=dark), {}
    chosen = f"/new-time?start={start.isoformat().replace('+', '%2B')}"
    lost = f"/b/{shop.business.slug}/lost-link"
    pages = [
        f"{link}{it}"
        for it in ("", "/new-time", chosen, "/new-time?month=2027-01", "/cancellation", "/details")
    ]
    for path in (*pages, lost, f"{lost}?sent=yes", f"{link}?done=moved"):
        page.goto(path)
        found[path] = faults_of(page)
    page.goto(f"{link}/cancellation")
    press(page, "Cancel my booking")
    for path in ("", "/new-time", "/details"):
        page.goto(f"{link}{path}")
        found[f"cancelled{path}"] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
