"""The same journey for people who write dates and clocks differently."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_booking import fill_in, press
from tests.races.clients import next_open

pytestmark = pytest.mark.browser
HERE = {
    "en-GB": ("{0:%A} {0.day} {0:%B}", "13:00"),
    "en-US": ("{0:%A}, {0:%B} {0.day}", "1:00\u202fPM"),
}


@pytest.mark.parametrize("language", HERE)
def test_a_time_is_booked_as_its_reader_writes_it(visit, shop, language):
    start = next_open(13)
    day, clock = HERE[language]
    page = visit(f"/b/{shop.business.slug}/?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.get_by_role("link", name="Haircut").click()
    page.goto(f"{page.url}&date={start.date()}")
    page.get_by_role("radio", name=f"Book {clock} on {day.format(start)}").check()
    press(page, "Continue")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".summary")).to_contain_text(clock)
    fill_in(page)
    press(page, "Book")
    expect(page.locator("main")).to_contain_text(day.format(start))
    expect(page.locator("main")).to_contain_text(clock)
    expect(page.locator("html")).to_have_attribute("lang", language)
