"""What a browser sends to open shop."""

from typing import Any

from flask.testing import FlaskClient

from tests.reading import soup

PASSWORD = "a quiet morning"
SHOP = {"business": "Rosa's Café", "trade": "cafe", "country": "AT"}
PERSON = {"name": "Rosa Klein", "email": "rosa@example.com", "password": PASSWORD}


def ticket(browser: FlaskClient, page: str = "/sign-up") -> str:
    """The signed id in the form of a page."""
    return str(soup(browser.get(page)).select_one("input[name=ticket]")["value"])  # type: ignore[index]


def sign_up(browser: FlaskClient, **changes: Any) -> Any:
    """Fill in the page and send it."""
    form = PERSON | SHOP | {"ticket": ticket(browser)} | changes
    return browser.post("/sign-up", data={name: value for name, value in form.items() if value is not None})
