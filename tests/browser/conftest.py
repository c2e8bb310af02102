from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Page

from app.auth.accounts import find_user
from app.auth.sessions import start_session
from app.core import clock
from app.core.db import db
from tests.factories import Shop, a_membership, a_shop, a_user
from tests.serving import Served

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe().axe_script
# It is not in frames, and asks those of others in vain.
HOW = "{runOnly: rules, resultTypes: ['violations'], iframes: false}"
FAULTS = f"rules => axe.run({HOW}).then((found) => found.violations)"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Each width and each scheme once: a colour is the same on every width.
each_look = pytest.mark.parametrize(
    ("size", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["desktop-light", "phone-dark"]
)
with_and_without_script = pytest.mark.parametrize(
    ("size", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone", "desktop-no-script"]
)


@pytest.fixture
def visit(chromium: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Opens a page in a context of its own. What the console says, or a page that fails, fails the test.

    `member` is the e-mail address of somebody who signed in there before; how that is done is test_looks' to see.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def visit(
        path: str,
        *,
        size: dict[str, int] = DESKTOP,
        dark: bool = False,
        script: bool = True,
        member: str | None = None,
    ) -> Page:
        context = chromium.new_context(
            base_url=served.url,
            viewport=size,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if member:
            context.add_cookies([a_session(served, member)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        # The first page of a process that has just begun, on a machine that has much else to do.
        page.set_default_navigation_timeout(45_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if is_fault(message.text) else None)
        page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 500 else None)
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


def a_session(served: Served, email: str) -> Any:
    """The cookie of a browser in which somebody signed in."""
    with served.app.app_context():
        user = find_user(email)
        assert user, email
        token, _ = start_session(user, clock.now(), remembered=False)
        db.session.commit()
        signer = SecureCookieSessionInterface().get_signing_serializer(served.app)
        assert signer
        value = signer.dumps({"_user_id": token})
    return {"name": served.app.config["SESSION_COOKIE_NAME"], "value": str(value), "url": served.url}


def is_fault(message: str) -> bool:
    """A refusal by the server is part of the game; anything else in the console is not."""
    return not any(f"status of {code}" in message for code in (402, 403, 404, 409, 410, 422, 429))


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
    """The e-mail address of the shop's owner, whose password is the usual one."""
    with served.app.app_context():
        user = a_user(name="Maya Lindqvist", email_checked_at=clock.now())
        a_membership(shop.business, "owner", user)
        db.session.commit()
        return user.email


def faults_of(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the screen."""
    page.evaluate(AXE)
    found = page.evaluate(FAULTS, RULES)
    faults = [f"{it['id']}: {it['nodes'][0]['html'][:150]}" for it in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("wider than the screen")
    return faults
