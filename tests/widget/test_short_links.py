"""Short links: they lead to where a business takes bookings today, and nowhere else."""

import pytest

from app.businesses.addressing import change_slug
from app.core.db import db
from app.core.short_codes import LETTERS, is_short_code, new_short_code
from tests.factories import a_business, by_the_system
from tests.reading import soup


@pytest.fixture
def business(app, frozen):
    return a_business("ann", short_code="k7m2px")


def test_it_leads_to_the_page_where_one_books(client, business):
    answer = client.get("/s/k7m2px")
    assert (answer.status_code, answer.location) == (302, "/b/ann/book")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in answer.headers
    assert client.get(answer.location).status_code == 200


def test_it_is_found_however_its_letters_were_typed(client, business):
    assert client.get("/s/K7M2pX").location == "/b/ann/book"


def test_it_outlives_another_slug(client, business):
    by_the_system(change_slug)(business, "anns-salon")
    assert client.get("/s/k7m2px").location == "/b/anns-salon/book"


def test_of_a_query_only_a_service_stays(client, business):
    def led_to(query):
        return client.get(f"/s/k7m2px?{query}").location

    assert led_to("service=17&staff=3&lang=de&next=https://evil.example") == "/b/ann/book?service=17"
    for nonsense in (
        "service=",
        "service=-1",
        "service=x%0d%0aSet-Cookie:a",
        f"service={'9' * 40}",
        "service=0",
    ):
        assert led_to(nonsense) == "/b/ann/book"


@pytest.mark.parametrize("status", ["draft", "suspended"])
def test_who_is_not_open_is_not_told_from_nobody(client, business, status):
    business.status = status
    db.session.flush()
    closed, nobody = client.get("/s/k7m2px"), client.get("/s/zzzzzz")
    assert (closed.status_code, nobody.status_code) == (404, 404)
    assert soup(closed).h1.text == soup(nobody).h1.text == "We cannot find this page"


@pytest.mark.parametrize("code", ["k7m2p", "k7m2pxx", "k7m2p0", "k7m2p%00", "ｋ7m2px", "k7m2p'", "K" * 500])
def test_what_can_be_no_code_is_not_looked_for(client, business, code, queries):
    with queries() as seen:
        assert client.get(f"/s/{code}").status_code == 404
    assert seen == []


def test_a_code_has_no_letters_that_people_mistake():
    assert not set("01ilou") & set(LETTERS)
    assert is_short_code(new_short_code())
