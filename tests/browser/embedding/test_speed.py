"""In a frame on another website: the first times need three answers and no script, and nothing ever jumps."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, expect

from app.assets import parts_of, shortened
from app.core.db import db
from app.sites.models import Site
from bench.website import a_website
from tests.browser.test_booking import fill_in, press
from tests.factories import Shop
from tests.races.clients import next_open
from tests.serving import Served

pytestmark = pytest.mark.browser
# Says what moved on the page of a frame after it was first seen. What one pressed may move something, but no heading.
WATCH = """
const seen = () => performance.getEntriesByName("first-paint")[0]?.startTime ?? Infinity;
const moved = ({ node, previousRect, currentRect }) =>
  node?.closest?.("h1") && previousRect.height && currentRect.height && previousRect.y !== currentRect.y;
new PerformanceObserver((list) => {
  for (const { startTime, value, hadRecentInput, sources } of list.getEntries()) {
    if (startTime < seen() || (hadRecentInput && !sources.some(moved))) continue;
    const told = sources.map(({ node, previousRect, currentRect }) =>
      `${node?.className || node?.nodeName} ${previousRect.y} → ${currentRect.y}`);
    console.info("JUMP", value, told.join("; "));
  }
}).observe({ type: "layout-shift", buffered: true });
"""


RULES = """texts => texts.map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map((rule) => rule.cssText);
})"""


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 900, "height": 1000}, locale="en-GB")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def show(served: Served, shop: Shop, context: BrowserContext) -> Iterator[Callable[[str], Frame]]:
    """Shows a frame of the shop on a website that may."""
    with a_website() as origin:
        with served.app.app_context():
            db.session.add(Site(business_id=shop.business.id, origin=origin))
            db.session.commit()

        def show(query: str) -> Frame:
            page = context.new_page()
            ours = f"{served.url}/w/{shop.business.slug}/book?{query}&mode=inline&host={origin}"
            page.goto(f"{origin}/?{urlencode({'frame': ours})}")
            frame = page.frame(url=lambda it: it.startswith(served.url))
            assert frame
            return frame

        yield show


def test_first_times_need_three_answers(show, shop, served, context):
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    frame = show(f"service={shop.service.id}&date={next_open(9).date()}")
    expect(frame.locator("input[name=start]").first).to_be_attached()
    expect(frame.locator("body")).to_be_visible()
    ours = [urlsplit(it).path for it in asked if it.startswith(served.url)]
    assert [it.rpartition(".")[2] for it in ours if not it.startswith("/w/")] == ["css", "js"], ours
    assert len(ours) == 3


def test_nothing_jumps_from_the_first_times_to_the_receipt(show, shop, context):
    jumps = []
    context.add_init_script(WATCH)
    context.on("console", lambda it: jumps.append(it.text) if it.text.startswith("JUMP") else None)
    frame = show(f"service={shop.service.id}&date={next_open(9).date()}")
    day = frame.locator(".day").filter(has_text="times free").last.get_attribute("id")
    frame.locator(f"#{day}").click()
    expect(frame.locator(f"#{day}")).to_have_attribute("aria-current", "date")
    time = frame.locator(".slot").nth(5)
    said = time.inner_text()
    time.click()
    expect(frame.locator("#summary")).to_contain_text(said)
    press(frame, "Continue")
    expect(frame.locator("h1")).to_have_text("Your details")
    fill_in(frame)
    press(frame, "Book")
    expect(frame.locator("h1")).to_have_text("You are booked, Grace Hopper")
    # What is told of the last picture comes with the next one.
    frame.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))")
    assert jumps == []


@pytest.mark.parametrize("bundle", ["css/app.css", "css/manage.css", "css/widget.css"])
def test_styles_say_the_same_without_what_only_people_read(context, bundle):
    parts = parts_of(bundle)
    texts = ["\n".join(it.read_text() for it in parts), "\n".join(map(shortened, parts))]
    before, after = context.new_page().evaluate(RULES, texts)
    # Values with var() are kept as they were typed.
    assert [plain(it) for it in after] == [plain(it) for it in before]


def plain(rule: str) -> str:
    return re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"\s+", " ", rule))
