"""To everybody but platform admins there is no /admin, whatever they send there."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from tests.factories import a_membership, a_shop, a_user, signed_in

ADDRESSES = [
    "/admin",
    "/admin?q=x",
    "/admin/businesses/1",
    "/admin/businesses/1/suspension",
    "/admin/reviews",
    "/admin/reviews/1/1",
    "/admin/decisions",
    "/admin/nonsense",
    "/admin/",
]


def _callers(app: Flask) -> list[FlaskClient]:
    shop = a_shop()
    return [
        app.test_client(),
        signed_in(app, a_user()),
        signed_in(app, a_membership(shop.business, "owner").user),
    ]


def _told(answer: Any, address: str) -> tuple[Any, ...]:
    """All somebody can see of an answer, without what differs from one request to the next."""
    once = {"X-Request-Id", "Date", "Server-Timing"}
    headers = sorted((name, value) for name, value in answer.headers if name not in once)
    return answer.status_code, headers, answer.text.replace(address.partition("?")[0], "")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"])
def test_everybody_else_is_told_what_a_wrong_address_tells(app: Flask, method: str) -> None:
    for browser in _callers(app):
        for address in ADDRESSES:
            unknown = "/nimda" + address.removeprefix("/admin").partition("?")[0]
            query = address.partition("?")[2]
            seen = browser.open(address, method=method, data={"reason": "x"} if method == "POST" else None)
            other = browser.open(
                f"{unknown}?{query}" if query else unknown,
                method=method,
                data={"reason": "x"} if method == "POST" else None,
            )
            assert seen.status_code == 404, address
            assert _told(seen, address) == _told(other, unknown)


def test_a_form_without_its_token_says_nothing_either(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert app.test_client().post("/admin/businesses/1/suspension").status_code == 404
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_who_is_no_admin_any_more_is_out_at_the_next_click(app: Flask) -> None:
    user = a_user(is_platform_admin=True)
    browser = signed_in(app, user)
    assert browser.get("/admin").status_code == 200
    user.is_platform_admin = False
    db.session.commit()
    assert browser.get("/admin").status_code == 404


def test_an_admin_is_told_of_wrong_methods_and_of_what_is_not_there(admin: FlaskClient) -> None:
    assert admin.put("/admin").status_code == 405
    for address in ("/admin/businesses/999", "/admin/reviews/1/999", "/admin/businesses/0", "/admin/x"):
        assert admin.get(address).status_code == 404


def test_no_page_of_others_names_it(app: Flask) -> None:
    shop = a_shop()
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    for address in (f"/manage/{shop.business.slug}/", "/account/", "/", "/robots.txt"):
        assert not re.search(r"[\"'/]admin\b", owner.get(address).text), address
