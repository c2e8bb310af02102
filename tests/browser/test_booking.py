"""A customer books, with a mouse, with keys only, and without scripts."""

from datetime import datetime

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from app.core.db import db
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import a_booking
from tests.races.clients import next_open

pytestmark = pytest.mark.browser


# A frame that has not its height yet moves under the finger: at most a second, as some are never given theirs.
AT_REST = """button => new Promise((done) => {
  const until = performance.now() + 1000;
  const page = document.querySelector("[data-frame]");
  const fits = () => !page || Math.abs(innerHeight - page.getBoundingClientRect().height) < 2;
  const look = () => (fits() || performance.now() > until ? done() : requestAnimationFrame(look));
  look();
})"""


def press(page: Page | FrameLocator, name: str) -> None:
    """Press the one button of this name that can be seen, once it stands still."""
    button = page.get_by_role("button", name=name, exact=True).locator("visible=true").first
    if isinstance(page, FrameLocator):
        button.evaluate(AT_REST)
    button.click()


def choose_day(page: Page | FrameLocator, day: datetime) -> None:
    """Walk through the strips to a day and choose it."""
    name = f"{day:%A} {day.day} {day:%B}"
    for _ in range(3):
        expect(page.locator(".day-strip")).to_be_visible()
        link = page.get_by_role("link", name=name)
        if link.count():
            link.click()
            break
        first = page.locator(".day").first
        shown = first.text_content() or ""
        page.get_by_role("link", name="Later days").click()
        expect(first).not_to_have_text(shown)
    expect(page.locator('.day[aria-current="date"]')).to_contain_text(name)
    # Nobody taps within the few milliseconds in which what was swapped in is not alive yet.
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def fill_in(page: Page | FrameLocator, name: str = "Grace Hopper", email: str = "grace@example.com") -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(email)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_customer_books_a_haircut(visit, shop, size, script):
    start = next_open(14)
    page = visit(f"/b/{shop.business.slug}/", size=size, script=script)
    page.get_by_role("link", name="Haircut").click()
    page.get_by_role("radio", name="Tomás").check()
    if not script:
        press(page, "Show times")
    expect(page.locator("#summary")).to_contain_text("with Tomás")
    choose_day(page, start.date())
    page.get_by_role("radio", name=f"Book 14:00 on {start:%A} {start.day} {start:%B} with Tomás").check()
    if script:
        expect(page.locator("#summary")).to_contain_text("14:00")
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your details")
    fill_in(page)
    press(page, "Book")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked, Grace Hopper")
    main = page.locator("main")
    for words in (
        "with Tomás",
        f"{start:%A} {start.day} {start:%B}",
        "14:00 to 14:30, Berlin time",
        "€45.00",
    ):
        expect(main).to_contain_text(words)


def test_a_customer_books_with_the_keyboard_alone(visit, shop):
    start = next_open(9)
    page = visit(f"{shop.page}?date={start.date()}")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"Tab never reaches {selector}")

    tab_to("input[name=service]")
    page.keyboard.press("Space")
    expect(page.locator("#slots")).to_be_visible()
    tab_to("input[name=start]")
    page.keyboard.press("Space")
    expect(page.locator("#summary")).to_contain_text("Berlin time")
    expect(page.locator("input[name=start]:checked")).to_have_value(start.isoformat())
    tab_to("button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your details")
    tab_to("#name")
    page.keyboard.type("Grace Hopper")
    tab_to("#email")
    page.keyboard.type("grace@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked, Grace Hopper")


def test_two_browsers_want_one_place_and_the_second_is_offered_others(visit, shop):
    start = next_open(10)
    query = f"?service={shop.service.id}&staff={shop.person.resource_id}&date={start.date()}"
    name = f"Book 10:00 on {start:%A} {start.day} {start:%B} with Maya"
    pages = [visit(f"{shop.page}{query}") for _ in range(2)]
    for page in pages:
        page.get_by_role("radio", name=name).check()
        expect(page.locator("#summary")).to_contain_text("10:00")
    for page in pages:
        press(page, "Continue")
    first, second = pages
    expect(first.get_by_role("heading", level=1)).to_have_text("Your details")
    expect(second.get_by_text("that time has just been taken")).to_be_visible()
    expect(second.get_by_role("radio", name=name)).to_have_count(0)
    expect(second.get_by_role("radio", name="Maya", exact=True)).to_be_checked()
    second.get_by_role("radio", name=name.replace("10:00", "10:30")).check()
    press(second, "Continue")
    expect(second.get_by_role("heading", level=1)).to_have_text("Your details")


def test_the_back_button_leads_to_the_choice_and_the_own_time_is_still_there(visit, shop):
    start = next_open(11)
    page = visit(f"{shop.page}?service={shop.service.id}&staff={shop.person.resource_id}&date={start.date()}")
    wished = page.get_by_role("radio", name="Book 11:00 on")
    wished.check()
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your details")
    page.go_back()
    wished.check()
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your details")


def test_what_is_missing_is_named_and_the_focus_goes_there(visit, shop):
    start = next_open(12)
    page = visit(f"{shop.page}?service={shop.service.id}&date={start.date()}")
    page.get_by_role("radio", name="Book 12:00 on").check()
    press(page, "Continue")
    fill_in(page, "Grace Hopper", "not an address")
    press(page, "Book")
    expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Your name")).to_have_value("Grace Hopper")
    assert page.evaluate("document.activeElement.classList.contains('form-errors')")


def test_a_booked_time_is_shown_to_nobody(visit, shop, served):
    start = next_open(15)
    with served.app.app_context():
        a_booking(shop, start, person=shop.person)
        db.session.commit()
    page = visit(f"{shop.page}?service={shop.service.id}&staff={shop.person.resource_id}&date={start.date()}")
    expect(page.get_by_role("radio", name="Book 15:00 on")).to_have_count(0)
    expect(page.get_by_role("radio", name="Book 15:30 on")).to_have_count(1)


def test_the_summary_forgets_a_time_when_another_day_is_looked_at(visit, shop):
    start = next_open(10)
    page = visit(f"{shop.page}?service={shop.service.id}&date={start.date()}")
    page.get_by_role("radio", name="Book 10:00 on").check()
    expect(page.locator("#summary")).to_contain_text("10:00")
    page.locator(".day:not([aria-current])").last.click()
    expect(page.locator("#summary")).not_to_contain_text("10:00")


def test_who_chooses_faster_than_the_server_answers_gets_what_they_chose_last(visit, shop):
    start = next_open(9)
    page = visit(f"{shop.page}?service={shop.service.id}&date={start.date()}")
    page.get_by_role("radio", name="Book 09:00 on").focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#summary")).to_contain_text("10:00")
    expect(page.get_by_role("radio", name="Book 10:00 on")).to_be_checked()
    expect(page.locator("#announcer")).to_contain_text("Chosen: 10:00")


def test_back_and_change_lead_to_what_was_chosen(visit, shop):
    start = next_open(16)
    page = visit(f"{shop.page}?service={shop.service.id}&date={start.date()}", size=PHONE)
    page.get_by_role("radio", name="Maya", exact=True).check()
    wished = page.get_by_role("radio", name="Book 16:00 on")
    expect(wished).to_have_attribute(
        "aria-label", f"Book 16:00 on {start:%A} {start.day} {start:%B} with Maya"
    )
    wished.check()
    expect(page.locator("#summary")).to_contain_text("16:00")
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your details")
    page.go_back()
    expect(wished).to_be_checked()
    press(page, "Continue")
    page.get_by_role("link", name="Change").click()
    expect(wished).to_be_checked()
    expect(page.locator("#summary")).to_contain_text("with Maya")
