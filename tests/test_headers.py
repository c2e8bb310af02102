"""What every answer tells the browser: errors, assets and redirects too."""

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.assets import asset
from app.headers import POLICIES, content_policy
from tests.conftest import settings
from tests.house_rules.markup import faults

NOWHERE = "postgresql+psycopg2://nobody@/nothing?host=/nonexistent"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


# Styles and scripts are the same for everybody, and a frame of ours may be a stranger to us.
FOR_ANYBODY = {"Cross-Origin-Resource-Policy": "cross-origin"}


@pytest.fixture(scope="module")
def stranded() -> Flask:
    """An application without a database, one address of which fails."""
    app = create_app(settings(NOWHERE, SESSION_COOKIE_SECURE=True))

    @app.get("/fault")
    def fault() -> str:
        raise ZeroDivisionError

    return app


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/healthz", 405),
        ("OPTIONS", "/healthz", 200),
        ("HEAD", "/healthz", 200),
        ("GET", "/fault", 500),
        ("GET", "/readyz", 503),
        ("GET", "/favicon.ico", 200),
        ("GET", "/assets/0/css/app.css", 200),
        ("GET", "/assets/0/nothing.css", 404),
        ("GET", "/b/ann", 308),
        ("GET", "/%00", 404),
        ("POST", "/nowhere", 404),
    ],
)
def test_every_answer_carries_the_security_headers(
    stranded: Flask, method: str, path: str, status: int
) -> None:
    answer = stranded.test_client().open(path, method=method)
    assert answer.status_code == status
    is_asset = status == 200 and path.startswith(("/assets", "/favicon"))
    assert_secure(answer, FOR_ANYBODY if is_asset else {})


def assert_secure(answer: TestResponse, otherwise: Mapping[str, str] = {}) -> None:
    """The headers that no answer may lack."""
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS | otherwise
    assert answer.headers["Content-Security-Policy"] == content_policy("page")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Permissions-Policy" in answer.headers
    assert "Cache-Control" in answer.headers
    assert "Server" not in answer.headers


@pytest.mark.parametrize("layout", sorted(POLICIES.keys() - {"letter", "payment"}))
def test_the_content_policy_allows_nothing_inline_and_nothing_by_default(layout: str) -> None:
    policy = content_policy(layout)
    assert "unsafe" not in policy
    assert "*" not in policy
    assert re.search(r"(^|; )default-src 'none'(;|$)", policy)
    assert re.search(r"(^|; )script-src 'self'(;|$)", policy)
    assert re.search(r"(^|; )base-uri 'none'(;|$)", policy)
    assert "frame-ancestors" in policy
    assert "form-action" in policy


def test_where_people_pay_stripe_is_let_in_and_nobody_else(app: Flask) -> None:
    policy = content_policy("payment")
    assert "unsafe" not in policy
    for name in (
        "script-src 'self' https://js.stripe.com https://*.js.stripe.com",
        "connect-src 'self' https://api.stripe.com",
        "form-action 'self' https://checkout.stripe.com",
    ):
        assert name in policy.split("; ")
    for name in ("default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert name in policy.split("; ")


def test_a_mail_in_a_frame_may_have_styles_and_nothing_that_runs() -> None:
    policy = content_policy("letter")
    assert policy.count("unsafe") == 1
    assert "style-src 'unsafe-inline'" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert re.search(r"(^|; )sandbox allow-popups", policy)
    assert "script" not in policy


def test_plain_http_promises_no_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


def test_pages_are_asked_for_again_and_posts_are_not_kept(stranded: Flask) -> None:
    browser = stranded.test_client()
    assert browser.get("/nowhere").headers["Cache-Control"] == "private, no-cache"
    assert browser.post("/nowhere").headers["Cache-Control"] == "no-store"


def test_an_asset_keeps_its_own_cache_rule(stranded: Flask) -> None:
    with stranded.test_request_context():
        address = asset("favicon.svg")
    assert "immutable" in stranded.test_client().get(address).headers["Cache-Control"]


def test_fragments_and_pages_are_told_apart_by_caches(stranded: Flask) -> None:
    assert "HX-Request" in stranded.test_client().get("/nowhere").headers["Vary"]


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        '<p style="color: red">',
        "<p title='a > b' style=x>",
        "<style>p {}</style>",
        '<button onclick="x()">',
        '<div hx-on:click="x()">',
        '<a href="javascript:x()">',
    ],
)
def test_the_eye_that_reads_every_page_sees_what_is_inline(markup: str) -> None:
    assert list(faults(markup))


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="/assets/0/js/app.js" defer></script>',
        '<p title="style = on">on = style</p>',
        "<p>&lt;style&gt;</p>",
    ],
)
def test_the_eye_that_reads_every_page_passes_what_is_not(markup: str) -> None:
    assert not list(faults(markup))
