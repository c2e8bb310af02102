"""What only a browser shows of the settings: the preview follows the colour, with and without a script."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"]),
]


def sign_in(page: Page, owner: str, slug: str) -> None:
    page.get_by_label("E-mail").fill(owner)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/manage/{slug}/")


def colour_of(page: Page, mode: str) -> str:
    """The colour of the button in a preview."""
    button = page.locator(f".look-preview.{mode} .button")
    return str(button.evaluate("it => getComputedStyle(it).backgroundColor"))


def test_the_preview_follows_the_chosen_colour(visit, shop, owner, script):
    page = visit("/sign-in", script=script)
    sign_in(page, owner, shop.business.slug)
    page.goto(f"/manage/{shop.business.slug}/settings/look")
    before = colour_of(page, "light"), colour_of(page, "dark")
    assert before[0] != before[1]
    page.get_by_role("radio", name="Violet").check()
    expect(page.get_by_text("Text on your colour").locator("visible=true")).to_have_count(1)
    page.wait_for_timeout(400)
    after = colour_of(page, "light"), colour_of(page, "dark")
    assert len({*before, *after}) == 4
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("radio", name="Violet")).to_be_checked()
    expect(page.locator("html")).to_have_class("hue-300")
