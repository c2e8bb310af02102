import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from app.core.db import db
from tests.factories import Shop, a_membership, a_shop, a_user
from tests.serving import Served

QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium; DAYBOOK_CHROMIUM names another one."""
    path = os.environ.get("DAYBOOK_CHROMIUM") or shutil.which("chromium")
    assert path, "The browser tests need Chromium: apt-get install chromium."
    browser = playwright.chromium.launch(executable_path=path, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Opens a page in a context of its own. What the console says, or a page that fails, fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def visit(path: str, *, size: dict[str, int] = DESKTOP, dark: bool = False, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=served.url,
            viewport=size,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if is_fault(message.text) else None)
        page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 500 else None)
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


def is_fault(message: str) -> bool:
    """A refusal by the server is part of the game; anything else in the console is not."""
    return not any(f"status of {code}" in message for code in (404, 409, 410, 422, 429))


@pytest.fixture
def shop(served: Served) -> Shop:
    """A shop with two people whose time is all free."""
    with served.app.app_context():
        shop = a_shop(people=2)
        db.session.commit()
        db.session.refresh(shop.business)
        for row in (shop.business, shop.service, *shop.people):
            db.session.refresh(row)
        db.session.expunge_all()
        return shop


@pytest.fixture
def owner(served: Served, shop: Shop) -> str:
    """The e-mail address of the shop's owner, who signs in with the usual password."""
    with served.app.app_context():
        user = a_user(name="Maya Lindqvist")
        a_membership(shop.business, "owner", user)
        db.session.commit()
        return user.email


def faults_of(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the screen."""
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    faults = [f"{it['id']}: {it['nodes'][0]['html'][:150]}" for it in found.response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("wider than the screen")
    return faults
