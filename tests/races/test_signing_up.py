"""Two who open shop at once: with one address, under one name, or with two clicks."""

from functools import partial
from uuid import uuid4

import httpx
import pytest

from app.core.db import db
from tests.account.shops import PERSON, SHOP
from tests.races.clients import at_once, browser
from tests.reading import soup
from tests.serving import Served

pytestmark = pytest.mark.race


def a_form(client: httpx.Client, **changes: str) -> dict[str, str]:
    """The page filled in, with the keys that stand in it."""
    page = soup(client.get("/sign-up"))
    keys = {name: str(page.select_one(f"input[name={name}]")["value"]) for name in ("ticket", "csrf_token")}  # type: ignore[index]
    return PERSON | SHOP | keys | changes


def race(served: Served, forms: int, **changes: str) -> list[httpx.Response]:
    """The answers to so many forms, each of a browser of its own."""
    clients = [browser(served.url) for _ in range(forms)]
    mine = [{name: text.format(n=n) for name, text in changes.items()} for n in range(forms)]
    filled = [a_form(client, **one) for client, one in zip(clients, mine, strict=True)]
    answers = at_once(
        [partial(client.post, "/sign-up", data=form) for client, form in zip(clients, filled, strict=True)]
    )
    for client in clients:
        client.close()
    return answers


def count(served: Served, table: str, column: str, value: str) -> int:
    """How many rows have this value."""
    with served.app.app_context():
        found = db.text(f"SELECT count(*) FROM {table} WHERE {column} = :value")
        return int(db.session.execute(found, {"value": value}).scalar_one())


def test_one_address_gets_one_account_and_one_business(served):
    name, email = f"Race {uuid4()}", f"{uuid4()}@example.com"
    answers = race(served, 6, email=email, business=name)
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 5
    assert all("sign in first" in answer.text for answer in answers if answer.status_code == 422)
    assert (count(served, "users", "email", email), count(served, "businesses", "name", name)) == (1, 1)


def test_businesses_of_one_name_have_addresses_of_their_own(served):
    name, tag = f"Race {uuid4()}", uuid4()
    answers = race(served, 6, email=f"{{n}}-{tag}@example.com", business=name)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 6
    assert count(served, "businesses", "name", name) == 6


def test_many_clicks_on_one_form_open_one_business(served):
    name, email = f"Race {uuid4()}", f"{uuid4()}@example.com"
    with browser(served.url) as client:
        form = a_form(client, email=email, business=name)
        answers = at_once([partial(client.post, "/sign-up", data=form) for _ in range(6)])
    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {
        (303, f"/manage/{name.lower().replace(' ', '-')}/")
    }
    assert (count(served, "users", "email", email), count(served, "businesses", "name", name)) == (1, 1)
