"""What the head of a public page says to search engines and to whoever passes its address on."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.finding import hold_token, receipt_token
from app.businesses.pictures import keep_picture
from app.core.db import db
from tests.factories import (
    Shop,
    a_booking,
    a_business,
    a_hold,
    a_membership,
    a_shop,
    berlin,
    by_the_system,
    signed_in,
)
from tests.pictures import a_drawing


@pytest.fixture
def shop(app: Flask, frozen: object) -> Shop:
    return a_shop()


def head_of(client: FlaskClient, path: str) -> dict[str, list[str]]:
    """All that <meta> and <link> say on a page, by name."""
    page = BeautifulSoup(client.get(path).text, "html.parser")
    found: dict[str, list[str]] = {}
    for it in page.select("meta[name], meta[property]"):
        found.setdefault(str(it.get("name") or it.get("property")), []).append(str(it["content"]))
    for it in page.select("link[rel=canonical], link[rel=alternate]"):
        found.setdefault(str(it.get("hreflang") or "canonical"), []).append(str(it["href"]))
    return found


def test_each_page_has_one_address_in_each_language(client: FlaskClient, shop: Shop, app: Flask) -> None:
    base, slug = app.config["PUBLIC_BASE_URL"], shop.business.slug
    shop.business.imprint = "Ann GmbH"
    for path in ("/", f"/b/{slug}/", f"/b/{slug}/book", f"/b/{slug}/imprint"):
        head = head_of(client, path)
        assert head["canonical"] == head["x-default"] == head["og:url"] == [base + path]
        assert head["en-GB"] == [f"{base}{path}?lang=en-GB"]
        assert head["en-US"] == [f"{base}{path}?lang=en-US"]
        assert "robots" not in head
        american = head_of(client, f"{path}?lang=en-US&utm=x")
        assert american["canonical"] == [f"{base}{path}?lang=en-US"]
        assert american["x-default"] == [base + path]
        assert (american["og:locale"], american["og:locale:alternate"]) == (["en_US"], ["en_GB", "de"])
        assert head_of(client, f"{path}?lang=xx")["canonical"] == [base + path]


def test_a_state_of_the_booking_page_is_that_page(client: FlaskClient, shop: Shop, app: Flask) -> None:
    head = head_of(client, f"{shop.page}?service={shop.service.id}&date=2027-03-02")
    assert head["canonical"] == [app.config["PUBLIC_BASE_URL"] + shop.page]


def test_titles_and_descriptions_say_whose_page_it_is(client: FlaskClient, shop: Shop) -> None:
    name = shop.business.name
    shop.business.description = 'Cut & "care"'
    page, booking = head_of(client, f"/b/{shop.business.slug}/"), head_of(client, shop.page)
    assert page["og:title"] == page["og:site_name"] == [name]
    assert page["og:description"] == page["description"] == ['Cut & "care"']
    assert booking["og:title"] == ["Book an appointment at Ann's Salon"]
    assert booking["og:site_name"] == [name]
    assert booking["description"] == [f"Choose a time at {name} and book it online. No account needed."]
    assert head_of(client, "/")["og:site_name"] == ["Daybook"]


def test_the_picture_is_the_cover_else_the_logo_else_one_for_everybody(
    client: FlaskClient, shop: Shop, app: Flask, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    keep, path = by_the_system(keep_picture), f"/b/{shop.business.slug}/"
    cards = []
    for field in (None, "logo", "cover"):
        if field:
            setattr(shop.business, field, keep(shop.business.id, field, a_drawing()))
            db.session.flush()
        head = head_of(client, path)
        [image] = head["og:image"]
        assert image.startswith(app.config["PUBLIC_BASE_URL"])
        assert client.get(image.removeprefix(app.config["PUBLIC_BASE_URL"])).status_code == 200
        cards.append((image.rsplit("/", 1)[1], *head["twitter:card"]))
    large = "summary_large_image"
    assert [card for _, card in cards] == [large, "summary", large]
    assert [name.split(".")[0] for name, _ in cards] == ["share", shop.business.logo, shop.business.cover]


def test_what_belongs_to_one_customer_is_kept_by_no_index(client: FlaskClient, shop: Shop) -> None:
    hold = hold_token(a_hold(shop, berlin("2027-03-02 10:00")))
    receipt = receipt_token(a_booking(shop, berlin("2027-03-02 11:00")))
    for path in (f"{shop.page}/{hold}", f"/bookings/{receipt}"):
        head = head_of(client, path)
        assert head["robots"] == ["noindex"]
        assert head.keys().isdisjoint({"canonical", "og:url", "og:image", "en-GB"})


def test_a_draft_is_kept_by_no_index(app: Flask, frozen: object) -> None:
    business = a_business(status="draft")
    owner = signed_in(app, a_membership(business).user)
    for path in (f"/b/{business.slug}/", f"/b/{business.slug}/book"):
        head = head_of(owner, path)
        assert head["robots"] == ["noindex"]
        assert "canonical" not in head


def test_a_search_is_kept_by_no_index(client: FlaskClient, app: Flask) -> None:
    head = head_of(client, "/?q=hair")
    assert head["robots"] == ["noindex"]
    assert "x-default" not in head


@pytest.mark.parametrize("path", ["/b/nobody/", "/b/nobody/book", "/nowhere"])
def test_an_error_is_nobodys_page(client: FlaskClient, app: Flask, path: str) -> None:
    assert client.get(path).status_code == 404
    assert head_of(client, path).keys().isdisjoint({"canonical", "og:title"})
