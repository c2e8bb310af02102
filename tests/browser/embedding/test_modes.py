"""The three ways in which a website shows the widget, from end to end."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.embedding.conftest import book, come_to_details, frame_in, heard, seen, sources

pytestmark = pytest.mark.browser
STEPS = [{"step": "choice"}, {"step": "details"}, {"step": "booking"}]


def height_of(page):
    return page.locator("daybook-widget iframe").bounding_box()["height"]


def wait_until_it_fits(page, frame):
    """The frame is as high as what is in it."""
    page.wait_for_function(
        "document.querySelector('daybook-widget')?.shadowRoot.querySelector('iframe')?.style.blockSize"
    )
    inside = frame.locator("[data-frame]")
    for _ in range(50):
        if abs(inside.bounding_box()["height"] - height_of(page)) <= 1:
            return
        page.wait_for_timeout(100)
    raise AssertionError((inside.bounding_box()["height"], height_of(page)))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_customer_books_in_the_midst_of_a_page(go, website, served, shop, size):
    outing = go(website.put(website.script(shop)), size=size)
    page, frame = outing.page, frame_in(outing.page)
    wait_until_it_fits(page, frame)
    book(frame, shop)
    wait_until_it_fits(page, frame)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert sources(served, shop) == ["widget"]
    assert heard(page, "booked") == [{"status": "confirmed"}]
    assert heard(page, "step", 3) == STEPS
    assert heard(page, "ready") == [None]
    assert outing.sightings == [("POST", {"origin": website.origin, "state": "works"})]
    assert seen(served, shop) == [(website.origin, None)]
    assert outing.cookies == []


def test_on_a_phone_the_button_stands_where_what_is_to_be_typed_ends(go, website, shop):
    page = go(website.put(website.script(shop)), size=PHONE).page
    frame = frame_in(page)
    come_to_details(frame)
    wait_until_it_fits(page, frame)
    note = frame.get_by_label("Anything we should know?").bounding_box()
    button = frame.get_by_role("button", name="Book", exact=True).locator("visible=true").last.bounding_box()
    assert button["y"] > note["y"] + note["height"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_customer_books_in_a_dialog_and_the_website_stays_where_it_is(go, website, served, shop, size):
    below = '<div style="height: 3000px"></div>'
    outing = go(
        website.put(below + website.script(shop, mode="button", label="Book a haircut") + below), size=size
    )
    page = outing.page
    button = page.get_by_role("button", name="Book a haircut")
    button.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 1000
    expect(page.locator("daybook-widget iframe")).to_have_count(0)
    button.click()
    expect(page.get_by_role("dialog", name="Book a haircut")).to_be_visible()
    panel = page.locator("daybook-widget .panel").bounding_box()
    assert (panel["width"], panel["height"]) == ((390, 844) if size == PHONE else (1040, 852))
    frame = frame_in(page)
    expect(frame.get_by_role("heading", level=1)).to_be_focused()
    page.mouse.move(10, 300)
    page.mouse.wheel(0, 500)
    book(frame, shop)
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    assert page.evaluate("scrollY") == place
    assert sources(served, shop) == ["widget"]
    assert heard(page, "booked") == [{"status": "confirmed"}]
    assert heard(page, "step", 3) == STEPS
    assert heard(page, "closed") == [None]
    # Whoever comes again books anew.
    button.click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Book an appointment")


def test_a_link_leads_to_the_page_of_the_business(go, website, shop):
    service = str(shop.service.id)
    words = {"label": "Termin &lt;b&gt;", "language": "de-AT", "service": service, "staff": "nobody"}
    outing = go(website.put(website.script(shop, mode="link", **words)))
    link = outing.page.get_by_role("link", name="Termin <b> (öffnet in einem neuen Tab)")
    expect(link).to_have_text("Termin <b>")
    with outing.page.context.expect_page() as opened:
        link.click()
    assert opened.value.url == f"{website.home}/b/{shop.business.slug}/book?service={service}&lang=de"
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Termin buchen")
    assert opened.value.evaluate("opener") is None
    assert outing.sightings == []


def test_a_website_opens_the_dialog_by_itself(go, website, served, shop):
    wish = f'business: "{shop.business.slug}", service: {shop.service.id}, language: "de", hue: 20'
    opener = f"Daybook.open({{{wish}}})"
    script = f'<script src="{website.home}/widget.js" async></script>'
    outing = go(website.put(script))
    page = outing.page
    page.wait_for_function("window.Daybook")
    assert page.evaluate("Daybook.version")
    assert page.evaluate(opener) is None
    expect(page.get_by_role("dialog", name="Termin buchen")).to_be_visible()
    frame = frame_in(page)
    expect(frame.get_by_role("radio", name="Haircut")).to_be_checked()
    expect(frame.locator("html")).to_have_class("hue-20 theme-light mode-dialog")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    # The same again goes on where it was; another one begins anew.
    heard(page, "closed")
    page.evaluate(opener)
    expect(page.get_by_role("dialog", name="Termin buchen")).to_be_visible()
    expect(page.locator("daybook-widget")).to_have_count(1)
    expect(frame.get_by_role("radio", name="Haircut")).to_be_checked()
    assert heard(page, "ready") == [None]
    page.keyboard.press("Escape")
    page.evaluate(opener.replace("de", "en-GB"))
    expect(page.get_by_role("dialog", name="Book an appointment")).to_be_visible()
    expect(page.locator("daybook-widget")).to_have_count(1)
    assert heard(page, "ready", 2) == [None, None]


def test_daybook_open_warns_once_of_nonsense_and_does_nothing(go, website):
    outing = go(
        website.put(f'<script src="{website.home}/widget.js" async></script>'), ignoring="Daybook.open needs"
    )
    page = outing.page
    page.wait_for_function("window.Daybook")
    for nonsense in ("", "null", "7", "{}", "{business: 7}", "{business: 'A B'}", "{business: '<b>'}"):
        with page.expect_console_message() as said:
            assert page.evaluate(f"Daybook.open({nonsense})") is None
        assert said.value.type == "warning"
    expect(page.locator("daybook-widget")).to_have_count(0)
