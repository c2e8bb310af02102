"""What travels compressed, and what never does."""

import gzip

import pytest

from app.assets import asset
from tests.factories import a_membership, a_shop, signed_in

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


def test_a_public_page_is_compressed_for_those_who_can_read_it(client, shop):
    path = f"{shop.page}?service={shop.service.id}"
    plain, packed = client.get(path), client.get(path, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert b"Choose a service" in gzip.decompress(packed.data)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_somebody_signed_in_sees_is_not(app, shop):
    browser = signed_in(app, a_membership(shop.business).user)
    answer = browser.get(f"/manage/{shop.business.slug}/", headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/sign-in?next=/account/", "/sign-up"])
def test_a_page_with_a_token_is_not_whoever_sees_it(app, client, monkeypatch, path):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = client.get(path, headers=GZIP)
    assert 'name="csrf_token"' in answer.text
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("headers", [{"Accept-Encoding": "gzip;q=0"}, {"Accept-Encoding": "identity"}, {}])
def test_who_cannot_read_it_gets_it_as_it_is(client, shop, headers):
    for path in (shop.page, asset("css/app.css")):
        assert "Content-Encoding" not in client.get(path, headers=headers).headers


@pytest.mark.parametrize("name", ["css/app.css", "js/app.js", "icons.svg", "vendor/htmx.min.js"])
def test_a_file_is_compressed_and_stays_itself(client, app, name):
    plain, packed = client.get(asset(name)), client.get(asset(name), headers=GZIP)
    assert gzip.decompress(packed.data) == plain.data
    assert "immutable" in packed.headers["Cache-Control"]


def test_a_font_is_compressed_already(client, app):
    assert "Content-Encoding" not in client.get(asset("fonts/inter.woff2"), headers=GZIP).headers


def test_the_first_page_and_all_it_needs_but_its_font_weigh_less_than_sixty_kilobytes(client, shop):
    page = client.get(f"{shop.page}?service={shop.service.id}", headers=GZIP)
    html = gzip.decompress(page.data).decode()
    needed = ("css/app.css", "js/app.js", "vendor/htmx.min.js", "vendor/idiomorph-ext.min.js", "icons.svg")
    assert asset("css/manage.css") not in html
    assert all(asset(name) in html for name in needed)
    files = [len(client.get(asset(name), headers=GZIP).data) for name in needed]
    assert len(page.data) + sum(files) < 60_000
