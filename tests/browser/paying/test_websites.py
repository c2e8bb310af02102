"""A deposit is paid on another website: in the frame, or in a window of its own that leads back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, faults_of
from tests.browser.embedding.conftest import Website, frame_in, heard
from tests.browser.paying.conftest import card, is_booked
from tests.browser.test_booking import choose_day, fill_in, press
from tests.factories import Shop
from tests.races.clients import next_open

pytestmark = pytest.mark.browser
DECLINED, ASKS_THE_BANK = "4000 0000 0000 0002", "4000 0025 0000 3155"
APART = "allow-forms allow-popups allow-popups-to-escape-sandbox"
NEW_WINDOW = "Pay in a new window"


def heading(frame: FrameLocator) -> object:
    return frame.get_by_role("heading", level=1)


def to_payment(frame: FrameLocator, shop: Shop) -> None:
    """From the beginning of the flow to the page on which the deposit is paid."""
    start = next_open(10)
    frame.get_by_role("radio", name="Haircut").check()
    choose_day(frame, start)
    frame.get_by_role("radio", name=f"Book {start:%H:%M} on").first.check()
    expect(frame.locator("#summary")).to_contain_text(f"{start:%H:%M}")
    press(frame, "Continue")
    expect(heading(frame)).to_have_text("Your details")
    fill_in(frame)  # type: ignore[arg-type]
    press(frame, "Go to payment")
    expect(heading(frame)).to_have_text("Pay your deposit")


def plain(website: Website, shop: Shop, link: str, sandbox: str | None = None) -> str:
    """A page on which somebody put the page on which a visit is paid into a frame of their own."""
    src = f"{website.home}/w/{shop.business.slug}{link}/payment?host={website.origin}"
    kept_apart = "" if sandbox is None else f' sandbox="{sandbox}"'
    website.paths["/"] = ("<h1>Linden Studio</h1>", {})
    return website.put(f'<iframe src="{src}" width="600" height="900" title="Book"{kept_apart}></iframe>')


def inside(page: Page) -> FrameLocator:
    return page.locator("iframe[title=Book]").content_frame


def opened(page: Page, click: Callable[[], None]) -> Page:
    """The window a link opens, which does not know who opened it."""
    with page.context.expect_page() as coming:
        click()
    window = coming.value
    window.set_default_timeout(10_000)
    return window


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_deposit_is_paid_inside_the_frame(go, website, shop, earned, size):
    address = website.put(website.script(shop, service=shop.service.id))
    page = go(address, size=size).page
    frame = frame_in(page)
    to_payment(frame, shop)
    assert heard(page, "booked", times=0) == []
    card(frame)  # type: ignore[arg-type]
    press(frame, "Pay €20.00")
    is_booked(frame, "Grace Hopper")  # type: ignore[arg-type]
    assert heard(page, "booked") == [{"status": "confirmed"}]
    assert page.url == address
    assert earned() == (2000, 0)


def test_the_bank_asks_inside_the_frame_and_the_website_stays(go, website, shop, earned):
    address = website.put(website.script(shop, service=shop.service.id))
    page = go(address).page
    frame = frame_in(page)
    to_payment(frame, shop)
    card(frame, ASKS_THE_BANK)  # type: ignore[arg-type]
    press(frame, "Pay €20.00")
    frame.frame_locator("iframe[title='3D Secure']").get_by_role("button", name="Fail").click()
    expect(frame.locator("[data-pay-problem]")).to_contain_text("failed authentication")
    card(frame, ASKS_THE_BANK)  # type: ignore[arg-type]
    press(frame, "Pay €20.00")
    frame.frame_locator("iframe[title='3D Secure']").get_by_role("button", name="Complete").click()
    is_booked(frame, "Grace Hopper")  # type: ignore[arg-type]
    assert heard(page, "booked") == [{"status": "confirmed"}]
    assert page.url == address
    assert earned() == (2000, 0)


def test_a_declined_card_is_named_in_the_frame_and_another_one_pays(go, website, shop, link, earned):
    page = go(plain(website, shop, link)).page
    frame = inside(page)
    card(frame, DECLINED)  # type: ignore[arg-type]
    press(frame, "Pay €20.00")
    expect(frame.locator("[data-pay-problem]")).to_have_text("Your card was declined.")
    card(frame)  # type: ignore[arg-type]
    press(frame, "Pay €20.00")
    is_booked(frame)  # type: ignore[arg-type]
    assert earned() == (2000, 0)


def test_in_a_new_window_it_leads_back_to_the_page_and_the_frame_shows_the_receipt(
    go,
    website,
    shop,
    earned,
):
    address = website.put(website.script(shop, service=shop.service.id))
    page = go(f"{address}?page_id=12#here").page
    frame = frame_in(page)
    to_payment(frame, shop)
    for place, name in (
        (frame.get_by_role("link", name=NEW_WINDOW), "href"),
        (frame.locator("form"), "data-back"),
    ):
        expect(place).to_have_attribute(name, re.compile("page_id"))
    window = opened(page, frame.get_by_role("link", name=NEW_WINDOW).click)
    expect(heading(frame)).to_have_text("Please pay in the new window")
    card(window)
    press(window, "Pay €20.00")  # type: ignore[arg-type]
    is_booked(window, "Grace Hopper")
    is_booked(frame, "Grace Hopper")  # type: ignore[arg-type]
    assert heard(page, "booked") == [{"status": "confirmed"}]
    window.get_by_role("link", name="Back to localhost").click()
    expect(window).to_have_url(f"{address}?page_id=12")
    assert earned() == (2000, 0)


def test_kept_apart_it_is_paid_in_a_window_of_its_own(go, website, shop, link, earned):
    page = go(plain(website, shop, link, f"allow-scripts {APART}")).page
    frame = inside(page)
    expect(frame.get_by_role("link", name=NEW_WINDOW)).to_have_class("button primary full")
    expect(frame.locator("[data-pay-card]")).to_be_hidden()
    expect(frame.get_by_role("button", name="Pay €20.00")).to_be_hidden()
    window = opened(page, frame.get_by_role("link", name=NEW_WINDOW).click)
    expect(heading(frame)).to_have_text("Please pay in the new window")
    card(window)
    press(window, "Pay €20.00")  # type: ignore[arg-type]
    is_booked(window)
    assert faults_of(window) == []
    is_booked(frame)  # type: ignore[arg-type]
    window.get_by_role("link", name="Back to localhost").click()
    expect(window).to_have_url(f"{website.origin}/")
    expect(window.get_by_role("heading", name="Linden Studio")).to_be_visible()
    assert earned() == (2000, 0)


def test_without_a_script_in_the_frame_it_is_paid_in_a_window_of_its_own(
    go,
    website,
    shop,
    link,
    earned,
):
    page = go(plain(website, shop, link, APART), ignoring="allow-scripts").page
    frame = inside(page)
    window = opened(page, frame.get_by_role("link", name="Pay €20.00 in a new window").click)
    card(window)
    press(window, "Pay €20.00")  # type: ignore[arg-type]
    is_booked(window)
    frame.get_by_role("link", name="I pay in the new window").click()
    is_booked(frame)  # type: ignore[arg-type]
    assert earned() == (2000, 0)


def test_where_stripes_script_cannot_be_had_a_window_of_its_own_is_offered(go, website, shop, link, stripe):
    address = plain(website, shop, link)
    page = go(address, ignoring="ERR_FAILED", before=lambda it: it.route(f"{stripe.url}/v3/", cut)).page
    frame = inside(page)
    expect(frame.get_by_role("alert").filter(has_text="Please pay in a new window.")).to_be_visible()
    expect(frame.get_by_role("link", name=NEW_WINDOW)).to_have_class("button primary full")


def cut(route: object) -> None:
    route.abort()  # type: ignore[attr-defined]
