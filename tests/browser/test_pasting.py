"""Pasted hours, as an owner comes by them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults_of, with_and_without_script

pytestmark = pytest.mark.browser


def time_of(page: Page, day: str, end: str):
    return page.locator(f"#{day} .pair:visible").first.locator(f"input[name={day}-{end}]")


@with_and_without_script
def test_pasted_hours_are_checked_and_saved(visit, shop, owner, size, script):
    page = visit(f"/manage/{shop.business.slug}/hours", member=owner, size=size, script=script)
    page.get_by_text("Paste your hours").click()
    page.get_by_label("Your hours as text").fill(
        "Mo-Fr 9:00–12:30, 13:15–18:00; Sa 10-2; Apr-Oct Su 9-12; PH off"
    )
    page.get_by_role("button", name="Fill the form").click()
    expect(page.get_by_text("Your text is in the form.")).to_be_visible()
    expect(page.get_by_text("“Apr-Oct Su 9-12”")).to_be_visible()
    expect(time_of(page, "saturday", "until")).to_have_value("14:00")
    # What looks for faults is a script itself.
    assert not script or faults_of(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.locator(".week-words")).to_contain_text(
        "Mon–Fri 09:00–12:30 and 13:15–18:00; Sat 10:00–14:00"
    )
