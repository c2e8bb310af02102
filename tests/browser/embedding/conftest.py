"""Websites of others: a server of their own, on another port and under another host name than ours."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Request, expect
from sqlalchemy import select

from app.appointments.models import Booking
from app.core.db import db
from app.sites.models import Sighting, Site
from tests.browser.conftest import DESKTOP, is_fault
from tests.browser.test_booking import choose_day, fill_in, press
from tests.factories import Shop
from tests.races.clients import next_open
from tests.serving import Served

# What the element tells the website is written down where tests can read it.
LISTEN = """
window.heard = [];
for (const name of ["ready", "step", "booked", "ordered", "closed", "blocked"]) {
  document.addEventListener(`daybook:${name}`, ({ detail, target }) => heard.push([name, detail, target.localName]));
}
"""
PAGE = """<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Linden Studio</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/website.css">
    {head}
  </head>
  <body>
    <main>
      <h1>Linden Studio</h1>
      <p>Haircuts by the park since 1987.</p>
      {body}
      <p>Open Monday to Friday. <a href="#way">How to find us</a></p>
    </main>
  </body>
</html>"""
CSS = "body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem; font: 17px/1.6 Georgia, serif; }"


@dataclass
class Website:
    """A server of static pages. `origin` is where it is, `paths` are its pages: what they say, and their headers."""

    origin: str
    home: str
    paths: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def put(
        self,
        body: str,
        *,
        head: str = "",
        css: str = CSS,
        policy: str = "",
        language: str = "en-GB",
        direction: str = "ltr",
    ) -> str:
        """A page with this in its midst, and its address.

        `policy` is its Content-Security-Policy; such a website does not tell others of its pages either.
        """
        headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"} if policy else {}
        text = PAGE.format(body=body, head=head, language=language, direction=direction)
        number = len(self.paths)
        self.paths[f"/{number}/"] = (text, headers)
        self.paths["/website.css"] = (css, {})
        return f"{self.origin}/{number}/"

    def script(self, shop: Shop, **attributes: str) -> str:
        """The line an owner copies."""
        said = "".join(f' data-{name}="{value}"' for name, value in attributes.items())
        return (
            f'<script src="{self.home}/widget.js" data-daybook="{shop.business.slug}"{said} async></script>'
        )


@pytest.fixture(scope="session")
def web() -> Iterator[tuple[str, dict[str, tuple[str, dict[str, str]]]]]:
    """The server behind all websites, and its pages."""
    paths: dict[str, tuple[str, dict[str, str]]] = {}

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, headers = paths.get(urlsplit(self.path).path, ("", {}))
            self.send_response(200 if text else 404)
            kind = "css" if self.path.endswith(".css") else "html"
            for name, value in {"Content-Type": f"text/{kind}; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}", paths
    server.shutdown()
    server.server_close()
    thread.join(20)


@pytest.fixture
def website(web: tuple[str, dict[str, tuple[str, dict[str, str]]]], served: Served, shop: Shop) -> Website:
    """A website that may show the widget of the shop."""
    origin, paths = web
    paths.clear()
    with served.app.app_context():
        db.session.add(Site(business_id=shop.business.id, origin=origin))
        db.session.commit()
    return Website(origin, served.url, paths)


@pytest.fixture
def stranger(website: Website, served: Served, shop: Shop) -> Website:
    """A website that is not on the list."""
    with served.app.app_context():
        db.session.query(Site).filter_by(business_id=shop.business.id).delete()
        db.session.commit()
    return website


@dataclass
class Outing:
    """A browser on a website: the page, and what was sent that nobody sees."""

    page: Page
    sightings: list[tuple[str, dict[str, str]]]
    cookies: list[str]


@pytest.fixture
def go(chromium: Browser) -> Iterator[Callable[..., Outing]]:
    """Opens a page of a website in a context of its own.

    What the console says fails the test, unless `ignoring` names it.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def go(
        address: str,
        *,
        size: dict[str, int] = DESKTOP,
        dark: bool = False,
        ignoring: str = "",
        before: Callable[[Page], Any] = lambda page: None,
    ) -> Outing:
        context = chromium.new_context(
            viewport=size, color_scheme="dark" if dark else "light", locale="en-GB", reduced_motion="reduce"
        )
        contexts.append(context)
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.set_default_timeout(10_000)
        outing = Outing(page, [], [])

        def note(request: Request) -> None:
            if "/sightings" in request.url:
                said = request.post_data or urlsplit(request.url).query
                fields = {name: values[0] for name, values in parse_qs(said).items()}
                outing.sightings.append((request.method, fields))

        def hear(text: str) -> None:
            if is_fault(text) and not (ignoring and ignoring in text):
                faults.append(text)

        page.on("request", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: hear(message.text))
        page.on(
            "response",
            lambda answer: outing.cookies.append(answer.url) if "set-cookie" in answer.headers else None,
        )
        before(page)
        page.goto(address)
        return outing

    yield go
    for context in contexts:
        context.close()
    assert faults == []


def frame_in(page: Page, nth: int = 0) -> FrameLocator:
    """What stands in the frame of the widget."""
    return page.locator("daybook-widget iframe").nth(nth).content_frame


def book(frame: FrameLocator, shop: Shop, hour: int = 9) -> None:
    """Book the shop's service at this hour of the next open day, up to the receipt."""
    come_to_details(frame, hour)
    fill_in(frame)
    press(frame, "Book")
    expect(frame.get_by_role("heading", level=1)).to_have_text("You are booked, Grace Hopper")


def come_to_details(frame: FrameLocator, hour: int = 9) -> None:
    """Choose the shop's service at this hour of the next open day."""
    start = next_open(hour)
    frame.get_by_role("radio", name="Haircut").check()
    choose_day(frame, start)
    frame.get_by_role("radio", name=f"Book {start:%H:%M} on").first.check()
    expect(frame.locator("#summary")).to_contain_text(f"{start:%H:%M}")
    press(frame, "Continue")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Your details")


def heard(page: Page, name: str, times: int = 1) -> list[dict[str, str] | None]:
    """What the website was told under this name, once it was told so often."""
    for _ in range(100):
        found = [detail for told, detail, _ in page.evaluate("heard") if told == name]
        if len(found) >= times:
            return found
        page.wait_for_timeout(100)  # A strict content policy forbids to wait for a function.
    raise AssertionError(page.evaluate("heard"))


def sources(served: Served, shop: Shop) -> list[str]:
    """Through which door the bookings of the shop came."""
    with served.app.app_context():
        return list(db.session.scalars(select(Booking.source).filter_by(business_id=shop.business.id)))


def seen(served: Served, shop: Shop) -> list[tuple[str, str | None]]:
    """On which websites the widget of the shop was seen, and what kept it out; pages tell, and wait for no answer."""
    for _ in range(50):
        with served.app.app_context():
            rows = db.session.scalars(select(Sighting).filter_by(business_id=shop.business.id)).all()
            if rows:
                return [(it.origin, it.blocked_by) for it in rows]
        time.sleep(0.1)
    raise AssertionError("nothing was seen")
