"""What search engines ask for first."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storefront import listing
from tests.factories import a_business

Queries = Callable[[], AbstractContextManager[list[str]]]
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client: FlaskClient, path: str) -> tuple[str, list[str]]:
    """What kind of list it is, and the addresses in it."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    root = ET.fromstring(answer.text)
    return root.tag.removeprefix(SPACE), [str(it.text) for it in root.iter(f"{SPACE}loc")]


def test_open_businesses_that_are_listed_are_in_it(client: FlaskClient, app: Flask) -> None:
    base = app.config["PUBLIC_BASE_URL"]
    a_business("ann", listed=True)
    a_business("hidden")
    a_business("draft", status="draft", listed=True)
    a_business("gone", status="suspended", listed=True)
    a_business("bob", listed=True)
    assert addresses(client, "/sitemap.xml?lang=en-US") == (
        "urlset",
        [f"{base}/", f"{base}/b/ann/", f"{base}/b/bob/"],
    )


def test_an_empty_installation_has_its_first_page(client: FlaskClient, app: Flask) -> None:
    assert addresses(client, "/sitemap.xml") == ("urlset", [f"{app.config['PUBLIC_BASE_URL']}/"])


def test_a_long_list_is_an_index_of_parts(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PART", 2)
    base = app.config["PUBLIC_BASE_URL"]
    for slug in "abcde":
        a_business(slug, listed=True)
    index = [f"{base}/sitemap-{number}.xml" for number in (1, 2, 3)]
    assert addresses(client, "/sitemap.xml") == ("sitemapindex", index)
    parts = [addresses(client, it.removeprefix(base))[1] for it in index]
    assert [[it[-2] for it in part] for part in parts] == [["a", "b"], ["c", "d"], ["e"]]
    assert client.get("/sitemap-4.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


@pytest.mark.parametrize("businesses", [1, 25])
def test_however_many_there_are_two_statements_are_enough(
    client: FlaskClient, app: Flask, queries: Queries, businesses: int
) -> None:
    for number in range(businesses):
        a_business(f"salon-of-{number}", listed=True)
    with queries() as seen:
        assert len(addresses(client, "/sitemap.xml")[1]) == businesses + 1
    assert len(seen) == 2


def test_robots_stay_out_of_what_belongs_to_somebody(client: FlaskClient, app: Flask) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /manage/", "Disallow: /bookings/", "Disallow: /b/*/book/"} <= set(lines)
    assert f"Sitemap: {app.config['PUBLIC_BASE_URL']}/sitemap.xml" in lines


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml"])
def test_both_are_kept_for_an_hour_and_set_no_cookie(client: FlaskClient, app: Flask, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in headers
