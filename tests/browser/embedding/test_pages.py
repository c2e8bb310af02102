"""What the pages of websites are like: hostile styles, several widgets, parts that come and go, keys, small screens."""

import pytest
from playwright.sync_api import expect

from app.core.db import db
from tests.browser.conftest import AXE, FAULTS, RULES, each_look, faults_of
from tests.browser.embedding.conftest import CSS, book, frame_in, heard
from tests.browser.test_booking import press
from tests.factories import a_shop
from tests.races.clients import next_open
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

HOSTILE = """
body { max-width: 64rem; margin: 2rem auto; color: red; font-size: 50px; text-transform: uppercase; }
daybook-widget, body iframe, body button, dialog, div { display: none !important;
  width: 1px !important; height: 1px !important; position: absolute !important; letter-spacing: 9px !important;
  opacity: 0 !important; visibility: hidden !important; transform: scale(0) !important;
  pointer-events: none !important; max-height: 3px !important; overflow: hidden !important; zoom: .2 !important; }
main > * { display: none !important; float: right !important; width: 5px !important; }
* { --brand: url(x) !important; --h: red !important; box-sizing: content-box !important; }
"""


def test_the_styles_of_the_website_do_not_reach_it(go, website, shop):
    plain = website.put(website.script(shop) + website.script(shop, mode="button"))
    page = go(plain).page
    button = page.locator("daybook-widget button")
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_visible()
    looks = "it => { const s = getComputedStyle(it); return [s.fontSize, s.color, s.backgroundColor, s.textTransform] }"
    calm = button.evaluate(looks)
    hostile = website.put(website.script(shop) + website.script(shop, mode="button"), css=HOSTILE)
    page = go(hostile).page
    frame, button = page.locator("daybook-widget iframe"), page.locator("daybook-widget button")
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_visible()
    assert frame.bounding_box()["width"] == 1024
    assert frame.bounding_box()["height"] > 300
    assert button.evaluate(looks) == calm
    button.click()
    expect(page.locator("daybook-widget .panel iframe")).to_be_visible()
    assert page.locator("daybook-widget .panel").bounding_box()["width"] == 1040


def test_two_widgets_on_one_page_do_not_mix_up(go, website, served, shop):
    with served.app.app_context():
        other = a_shop(people=1)
        other.business.framed_anywhere = True
        db.session.commit()
        slug = other.business.slug
    second = website.script(shop).replace(shop.business.slug, slug)
    page = go(website.put(website.script(shop) + "<p>And this:</p>" + second)).page
    expect(page.locator("daybook-widget")).to_have_count(2)
    addresses = page.locator("daybook-widget iframe").evaluate_all(
        "all => all.map(it => new URL(it.src).pathname)"
    )
    assert addresses == [f"/w/{shop.business.slug}/book", f"/w/{slug}/book"]
    for nth in (0, 1):
        expect(frame_in(page, nth).get_by_role("heading", level=1)).to_be_visible()
    heard(page, "ready", 2)
    before = page.locator("daybook-widget").nth(1).bounding_box()["height"]
    book(frame_in(page, 0), shop)
    assert heard(page, "booked") == [{"status": "confirmed"}]
    assert page.locator("daybook-widget").nth(1).bounding_box()["height"] == before


def test_loading_the_script_twice_is_harmless(go, website, shop):
    alone = f'<script src="{website.home}/widget.js" async></script>'
    again = f'<script src="{website.home}/widget.js?again" async></script>'
    page = go(website.put(alone + website.script(shop) + again, head=alone)).page
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state()
    expect(page.locator("daybook-widget")).to_have_count(1)
    # A page that was kept as it stood runs its scripts again when it is shown again.
    page.evaluate(
        """() => {
          const old = document.querySelector("script[data-daybook]");
          const script = document.createElement("script");
          for (const { name, value } of old.attributes) script.setAttribute(name, value);
          const done = new Promise((loaded) => (script.onload = loaded));
          old.replaceWith(script);
          return done;
        }"""
    )
    expect(page.locator("daybook-widget")).to_have_count(1)
    assert heard(page, "ready") == [None]


def test_names_that_a_website_gives_its_parts_do_not_mislead_it(go, website, shop):
    """A form or picture with a name answers as a property of the document."""
    picture = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="
    names = f'<form name="host"></form><img name="currentScript" data-daybook="evil" src="{picture}" alt="">'
    page = go(website.put(names + website.script(shop))).page
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("daybook-widget iframe").get_attribute("src").startswith(f"{website.home}/w/")


def test_a_script_in_the_head_shows_it_at_the_end_of_the_page(go, website, shop):
    page = go(website.put("<p>Welcome.</p>", head=website.script(shop))).page
    expect(page.locator("body > daybook-widget:last-child iframe")).to_be_visible()


ROUND = """async (slug) => {
  const it = document.createElement("daybook-widget");
  it.dataset.daybook = slug;
  const ready = new Promise((done) => it.addEventListener("daybook:ready", done, { once: true }));
  document.querySelector("main").append(it);
  await ready;
  it.remove();
  // Whoever adds and takes away at once is not served either.
  document.body.append(it);
  it.remove();
}"""


def test_a_page_that_takes_it_out_and_puts_it_in_again_loses_nothing(go, website, shop):
    page = go(website.put(f'<script src="{website.home}/widget.js" async></script>')).page
    page.wait_for_function("window.Daybook")
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")

    def listeners_of(name):
        it = client.send("Runtime.evaluate", {"expression": name})["result"]["objectId"]
        return [
            it["type"] for it in client.send("DOMDebugger.getEventListeners", {"objectId": it})["listeners"]
        ]

    def counted():
        for _ in range(3):
            client.send("HeapProfiler.collectGarbage")
            page.wait_for_timeout(50)
        metrics = {it["name"]: it["value"] for it in client.send("Performance.getMetrics")["metrics"]}
        return {name: metrics[name] for name in ("Nodes", "JSEventListeners", "Frames", "Documents")}

    page.evaluate(ROUND, shop.business.slug)
    before, listened = counted(), (listeners_of("window"), listeners_of("document"))
    for _ in range(5):
        page.evaluate(ROUND, shop.business.slug)
    assert counted() == before
    assert (listeners_of("window"), listeners_of("document")) == listened
    assert "message" not in listened[0]
    assert "securitypolicyviolation" not in listened[1]
    assert page.locator("iframe").count() == 0


def test_a_dialog_that_is_taken_out_leaves_the_page_usable(go, website, shop):
    page = go(website.put(website.script(shop, mode="button") + "<button id=own>Own</button>")).page
    page.get_by_role("button", name="Book an appointment").click()
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_focused()
    again = page.evaluate_handle(
        "() => { const it = document.querySelector('daybook-widget'); it.remove(); return it; }"
    )
    page.get_by_role("button", name="Own").click()
    again.evaluate("it => document.querySelector('main').append(it)")
    page.get_by_role("button", name="Book an appointment").click()
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_focused()


def test_the_keyboard_comes_in_and_out_of_the_page_in_the_midst(go, website, shop):
    page = go(website.put('<a href="#" id="before">Before</a>' + website.script(shop))).page
    frame = frame_in(page)
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    expect(frame.get_by_role("link", name="Skip to content")).to_be_focused()
    leave = page.get_by_role("link", name="How to find us")
    for _ in range(60):
        before = focused(page)
        page.keyboard.press("Tab")
        wait_until(lambda before=before: focused(page) != before)
        if leave.evaluate("it => it === document.activeElement"):
            break
    expect(leave).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.wait_for_function("document.activeElement.localName === 'daybook-widget'")


def focused(page):
    """What has the focus, in the page and in its frame; the browser tells one from the other with a delay."""
    which = "[document.hasFocus(), [...document.querySelectorAll('*')].indexOf(document.activeElement)]"
    return [it.evaluate(which) for it in page.frames[:2]]


def test_with_the_keyboard_each_step_begins_at_its_heading_or_at_what_is_wrong(go, website, shop):
    page = go(website.put(website.script(shop)), ignoring="Blocked autofocusing").page
    frame, start = frame_in(page), next_open(9)
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    inside = page.frames[1]
    address = inside.url.removesuffix("#start")
    inside.goto(f"{address}&service={shop.service.id}&date={start.date()}")
    frame.get_by_role("radio", name="Book 09:00 on").first.check()
    expect(frame.locator("#summary")).to_contain_text("09:00")
    press(frame, "Continue")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Your details")
    expect(frame.get_by_role("heading", level=1)).to_be_focused()
    press(frame, "Book")
    expect(frame.locator(".form-errors")).to_be_focused()


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
def test_escape_closes_the_dialog_and_the_button_has_the_focus_again(go, website, shop, inside):
    page = go(website.put(website.script(shop, mode="button"))).page
    button = page.get_by_role("button", name="Book an appointment")
    button.focus()
    page.keyboard.press("Enter")
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_focused()
    if not inside:
        page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    assert heard(page, "closed") == [None]
    # The page inside is still there, as it was left.
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert heard(page, "ready") == [None]


def test_a_click_beside_the_dialog_closes_it(go, website, shop):
    page = go(website.put(website.script(shop, mode="button"))).page
    page.get_by_role("button", name="Book an appointment").click()
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_focused()
    page.locator("daybook-widget .panel").click(position={"x": 300, "y": 40}, trial=True)
    page.mouse.click(20, 400)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_next_step_is_seen_from_its_head_and_nothing_else_moves_the_website(go, website, shop):
    tall = '<div style="height: 1200px">Much to read</div>'
    address = website.put(tall + website.script(shop) + tall)
    page = go(address, size={"width": 1280, "height": 500}, ignoring="Blocked autofocusing").page
    frame = frame_in(page)
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    heard(page, "step")
    assert page.evaluate("scrollY") == 0
    start = next_open(9)
    page.evaluate("addEventListener('message', ({ data }) => { window.last = data.type })")
    # By script, as a click of the test would scroll by itself.
    inside = page.frames[1]
    address = inside.url.removesuffix("#start")
    inside.goto(f"{address}&service={shop.service.id}&date={start.date()}")
    page.wait_for_function("last === 'daybook:step'")
    frame.get_by_role("radio", name="Book 09:00 on").first.check()
    top = "Math.round(document.querySelector('daybook-widget').getBoundingClientRect().top)"
    page.evaluate(f"scrollBy(0, {top} + 400)")
    assert page.evaluate(top) == -400
    inside.evaluate("document.querySelector('#flow').requestSubmit()")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Your details")
    page.wait_for_function(f"{top} === 16")
    # One that begins in sight stays where it is.
    page.evaluate(f"scrollBy(0, {top} - 100)")
    inside.evaluate("document.querySelector('form.booking').requestSubmit()")
    expect(frame.locator("[aria-invalid]").first).to_be_visible()
    assert page.evaluate(top) == 100


@pytest.mark.parametrize(
    ("css", "dark", "theme"),
    [
        ("body { background: white }", True, "light"),
        ("html { background: #10131a; color: white }", False, "dark"),
        ("main { background: oklch(20% .02 250) } body { background: white }", False, "dark"),
        ("body { background: rgb(0 0 0 / .1) }", True, "light"),
        (":root { color-scheme: light dark }", True, "dark"),
        (":root { color-scheme: light dark }", False, "light"),
        (":root { color-scheme: dark }", False, "dark"),
        ("", True, "light"),
    ],
)
def test_it_is_dark_where_the_website_is(go, website, shop, css, dark, theme):
    page = go(website.put(website.script(shop), css=css), dark=dark).page
    expect(frame_in(page).locator("html")).to_have_class(f"hue-165 theme-{theme} mode-inline")


@each_look
@pytest.mark.parametrize("mode", ["inline", "button"])
def test_axe_finds_nothing_inside_and_outside(go, website, shop, size, dark, mode):
    css = CSS + (
        "body { background: #101513; color: #eee } a { color: #9fd }" if dark else "a { color: #054 }"
    )
    page = go(website.put(website.script(shop, mode=mode), css=css), size=size).page
    if mode == "button":
        assert faults_of(page) == []
        page.get_by_role("button", name="Book an appointment").click()
    frame = frame_in(page)
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    frame.get_by_role("radio", name="Haircut").check()
    expect(frame.locator(".day-strip")).to_be_visible()
    assert faults_of(page) == []
    inside = page.frames[1]
    inside.evaluate(AXE)
    assert [(it["id"], it["nodes"][0]["html"][:150]) for it in inside.evaluate(FAULTS, RULES)] == []


def test_a_website_from_right_to_left(go, website, shop):
    page = go(website.put(website.script(shop, mode="button"), language="he", direction="rtl")).page
    button = page.get_by_role("button", name="Book an appointment")
    box = button.bounding_box()
    assert box["x"] + box["width"] > 1100
    button.click()
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_focused()
    panel = page.locator("daybook-widget .panel").bounding_box()
    close = page.get_by_role("button", name="Close").bounding_box()
    assert close["x"] > panel["x"] + panel["width"] / 2


def test_what_is_booked_there_stands_on_the_calendar_at_once(go, visit, website, shop, owner):
    at = next_open(9)
    desk = visit(f"/manage/{shop.business.slug}/calendar/?date={at:%Y-%m-%d}&view=day", member=owner)
    page = go(website.put(website.script(shop))).page
    book(frame_in(page), shop)
    expect(desk.locator(".column .block", has_text="Grace Hopper")).to_contain_text("09:00", timeout=3_000)
