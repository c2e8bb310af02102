"""The way through the settings: groups on a wide screen, one line that opens on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, faults_of

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(shop):
    """The first page of the settings."""
    return f"/manage/{shop.business.slug}/settings"


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the link in the navigation that says `label` has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        link = page.locator("#sections a:focus")
        if link.count() and link.inner_text() == label:
            return
    raise AssertionError(f"Tab never reaches {label}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_wide_screen_a_group_opens_its_first_page_and_shows_the_others(visit, owner, settings, dark):
    page = visit(settings, member=owner, dark=dark)
    groups, pages = page.locator(".sections-groups"), page.locator(".sections-pages")
    expect(page.locator(".sections-menu")).to_be_hidden()
    expect(groups.locator("[aria-current]")).to_have_text("Business")
    expect(pages.locator("[aria-current=page]")).to_have_text("Details")
    assert faults_of(page) == []
    groups.get_by_role("link", name="Messages").click()
    expect(groups.locator("[aria-current]")).to_have_text("Messages")
    expect(pages.get_by_role("link")).to_have_text(["Mails and reminders", "Text messages"])
    pages.get_by_role("link", name="Text messages").click()
    expect(pages.locator("[aria-current=page]")).to_have_text("Text messages")
    assert faults_of(page) == []


def test_on_a_phone_one_line_opens_all_pages(visit, owner, settings):
    page = visit(settings, member=owner, size=PHONE)
    line, panel = page.locator(".sections-line"), page.locator(".sections-panel")
    expect(page.locator(".sections-groups")).to_be_hidden()
    expect(panel).to_be_hidden()
    expect(line).to_have_text("Business Details")
    line.click()
    expect(panel.locator("[aria-current=page]")).to_have_text("Details")
    assert faults_of(page) == []
    panel.get_by_role("link", name="Booking rules").click()
    expect(line).to_have_text("Booking Booking rules")
    expect(panel).to_be_hidden()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_with_the_keyboard_alone_on_a_wide_screen(visit, owner, settings, script):
    page = visit(settings, member=owner, script=script)
    tab_to(page, "Money")
    page.keyboard.press("Enter")
    expect(page.locator(".sections-groups [aria-current]")).to_have_text("Money")
    tab_to(page, "Codes")
    page.keyboard.press("Enter")
    expect(page.locator(".sections-pages [aria-current=page]")).to_have_text("Codes")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_with_the_keyboard_alone_on_a_phone(visit, owner, settings, script):
    """The pages that are folded away are no stops on the way."""
    page = visit(settings, member=owner, size=PHONE, script=script)
    line, panel = page.locator(".sections-line"), page.locator(".sections-panel")
    line.focus()
    page.keyboard.press("Tab")
    expect(page.locator("#sections :focus")).to_have_count(0)
    line.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    tab_to(page, "History")
    page.keyboard.press("Enter")
    expect(line).to_have_text("Records History")


def test_escape_closes_the_list_and_the_focus_is_on_its_line_again(visit, owner, settings):
    page = visit(settings, member=owner, size=PHONE)
    line, panel = page.locator(".sections-line"), page.locator(".sections-panel")
    line.press("Enter")
    expect(panel).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(line).to_be_focused()
