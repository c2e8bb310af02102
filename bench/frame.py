"""The widget in a frame on another website, as a slow phone sees it, beside a frame with next to nothing in it.

A frame shares the process of the website around it, as on phones with little memory.
"""

import os
import shutil
import statistics
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench.client import Address
from bench.dataset import Salon
from bench.rows import first_times
from bench.website import a_website

NETWORK = {
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}  # ms, bytes per second
SLOWER = 4  # times, the processor
SCREEN = {"width": 390, "height": 844}
MOST_BYTES = 40_000
MOST_REQUESTS = 3
MOST_RATIO = 2.5
QUIET = 1000  # ms without anything to load
ONE_PROCESS = ["--disable-features=IsolateOrigins,site-per-process", "--disable-site-isolation-trials"]
# What was laid out before there was a picture moves nothing that anybody saw.
WATCH = """
window.seen = { lcp: 0, shifts: [] };
new PerformanceObserver((list) => list.getEntries().forEach((it) => (seen.lcp = it.startTime)))
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((it) => seen.shifts.push([it.startTime, it.value])))
  .observe({ type: "layout-shift", buffered: true });
"""
ASK = """() => {
  const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const first = performance.getEntriesByName("first-paint")[0]?.startTime ?? Infinity;
  return {
    lcp: seen.lcp,
    cls: seen.shifts.reduce((sum, [at, value]) => sum + (at < first ? 0 : value), 0),
    bytes: loaded.reduce((sum, it) => sum + it.encodedBodySize, 0),
    requests: loaded.length,
  };
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """One time that a frame was opened by somebody who was never there.

    `lcp` are milliseconds from asking for the frame to its largest piece, `cls` is how much moved by itself, `bytes`
    are those of the answers as they travel, without their heads.
    """

    lcp: float
    cls: float
    bytes: int
    requests: int


@dataclass(slots=True)
class Framed:
    """What came out. `ratio` is the median of the rounds' ratios of the widget's LCP to that of the bare frame."""

    bare: list[Look] = field(default_factory=list)
    widget: list[Look] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        pairs = zip(self.widget, self.bare, strict=True)
        return statistics.median(widget.lcp / bare.lcp for widget, bare in pairs)


def find_chromium() -> str | None:
    """Debian's, or the one DAYBOOK_CHROMIUM names."""
    here = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return os.environ.get("DAYBOOK_CHROMIUM") or here


def look_at_frames(address: Address, salon: Salon, chromium: str, rounds: int) -> Framed:
    """Open the bare frame and the widget in turns, each in a browser that keeps nothing."""
    # It is there for the tests, and only this part of bin/bench needs it.
    from playwright.sync_api import sync_playwright

    home = "http://{}:{}".format(*address)
    found = Framed()
    with sync_playwright() as running, a_website() as website:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox", *ONE_PROCESS])
        bare, widget = f"{home}{salon.frame}/bench", home + first_times(salon, website)
        # The first page of a browser waits for the browser.
        look_at(browser, website, bare)
        for _ in range(rounds):
            found.bare.append(look_at(browser, website, bare))
            found.widget.append(look_at(browser, website, widget))
        browser.close()
    return found


def look_at(browser: Any, website: str, frame: str) -> Look:
    """Open a page of the website with this frame in it, over a slow line, with a slow processor."""
    context = browser.new_context(viewport=SCREEN, device_scale_factor=2, is_mobile=True, locale="en-GB")
    try:
        context.add_init_script(WATCH)
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", {"offline": False, **NETWORK})
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(f"{website}/?{urlencode({'frame': frame})}", wait_until="networkidle")
        page.wait_for_timeout(QUIET)
        inside = next(it for it in page.frames if it.url.startswith(frame.partition("?")[0]))
        return Look(**inside.evaluate(ASK))
    finally:
        context.close()
