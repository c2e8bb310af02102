"""Every failure has a page with a sentence, drawn without database and session, or an alert for htmx."""

import ast
import re
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response, abort
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from app import create_app
from app.config import trusted_hosts
from app.core.db import db, retrying
from app.core.errors import Conflict, DomainError, TemporarilyUnavailable
from app.error_pages import PAGES, SECRETS
from tests.conftest import settings
from tests.house_rules.markup import faults
from tests.house_rules.source import dotted, modules
from tests.reading import soup

NOWHERE = "postgresql+psycopg2://nobody@/nothing?host=/nonexistent"
HTMX = {"HX-Request": "true"}


class TooLate(DomainError):
    message = "This can no longer be cancelled."


class AsksTheDatabase:
    def __str__(self) -> str:
        return str(db.session.execute(text("SELECT 1")))


@pytest.fixture(scope="module")
def failing() -> Flask:
    """An application without a database and with addresses that fail in every way."""
    app = create_app(settings(NOWHERE))
    failures: dict[str, Exception] = {
        "rule": TooLate(),
        "conflict": Conflict("Somebody was faster."),
        "busy": TemporarilyUnavailable(),
        "pool": PoolTimeout(),
        "fault": ZeroDivisionError("a secret in a trace"),
        "page": TooLate(AsksTheDatabase()),  # type: ignore[arg-type]
        "login": Unauthorized(www_authenticate=WWWAuthenticate("basic")),
    }

    @app.get("/status/<int:code>")
    def status(code: int) -> Response:
        abort(code)

    @app.route("/fails/<name>", methods=["GET", "POST"])
    def fails(name: str) -> Response:
        raise failures[name]

    @app.get("/sqlstate/<state>")
    def refused(state: str) -> Response:
        raise database_error(state)

    @app.post("/acts/<name>")
    def acts(name: str) -> Response:
        raise failures[name]

    @app.get("/acts/<path:other>")
    def another_noun(other: str) -> Response:
        abort(404)

    @app.get("/query")
    def query() -> Response:
        db.session.execute(text("SELECT 1"))
        raise AssertionError

    @app.get("/lost")
    def lost() -> Response:
        raise InterfaceError("SELECT 1", {}, SimpleNamespace(pgcode=None), connection_invalidated=True)

    return app


def database_error(state: str) -> DBAPIError:
    """What SQLAlchemy raises for an SQLSTATE."""
    return OperationalError("INSERT …", {}, SimpleNamespace(pgcode=state))  # type: ignore[arg-type]


@pytest.fixture
def browser(failing: Flask) -> FlaskClient:
    """A browser in front of the application that fails."""
    return failing.test_client()


@pytest.mark.parametrize("code", sorted(PAGES))
def test_every_status_has_a_page_without_database_session_or_cookie(browser: FlaskClient, code: int) -> None:
    answer = browser.get(f"/status/{code}")
    page = soup(answer)
    assert answer.status_code == code
    assert len(page.select("h1")) == 1
    assert page.select_one("h1").text.strip()  # type: ignore[union-attr]
    assert page.select_one("html")["lang"]  # type: ignore[index]
    assert page.title.text.strip() != "Daybook"  # type: ignore[union-attr]
    assert list(faults(answer.text)) == []
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("code", "shown"), [(418, 400), (451, 400), (501, 500), (502, 500)])
def test_a_status_without_a_page_of_its_own_takes_the_nearest(
    browser: FlaskClient, code: int, shown: int
) -> None:
    assert browser.get(f"/status/{code}").status_code == shown


@pytest.mark.parametrize("code", sorted(PAGES))
def test_a_fragment_that_fails_becomes_an_alert(browser: FlaskClient, code: int) -> None:
    answer = browser.get(f"/status/{code}", headers=HTMX)
    page = soup(answer)
    assert answer.status_code == code
    assert answer.headers["HX-Retarget"] == "#alert"
    assert answer.headers["HX-Push-Url"] == "false"
    assert page.select_one("html") is None
    assert page.text.strip()


def test_a_boosted_link_that_fails_gets_the_whole_page(browser: FlaskClient) -> None:
    answer = browser.get("/status/404", headers=HTMX | {"HX-Boosted": "true"})
    assert "<html" in answer.text
    assert "HX-Retarget" not in answer.headers


@pytest.mark.parametrize(
    ("path", "code", "sentence"),
    [
        ("/fails/rule", 422, "This can no longer be cancelled."),
        ("/fails/conflict", 409, "Somebody was faster."),
        ("/fails/busy", 503, "nothing was lost"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refusal_nobody_caught_says_its_sentence(
    browser: FlaskClient, path: str, code: int, sentence: str, headers: dict[str, str]
) -> None:
    answer = browser.get(path, headers=headers)
    assert answer.status_code == code
    assert sentence in answer.text


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("22001", 422),
        ("22007", 422),
        ("22P02", 422),
        ("22021", 422),
        ("55P03", 503),
        ("57014", 503),
        ("57P01", 503),
        ("08006", 503),
        ("53300", 503),
        ("53100", 503),
        ("25P03", 503),
        ("40P01", 503),
        ("40001", 503),
        ("23505", 500),
        ("42703", 500),
    ],
)
def test_odd_values_are_refused_and_a_busy_database_is_worth_another_try(
    browser: FlaskClient, state: str, code: int
) -> None:
    answer = browser.get(f"/sqlstate/{state}")
    assert answer.status_code == code
    assert ("Retry-After" in answer.headers) == (code == 503)


@pytest.mark.parametrize("path", ["/query", "/lost", "/fails/pool", "/fails/busy", "/fails/page"])
def test_a_database_that_is_away_is_said_to_be_away(browser: FlaskClient, path: str) -> None:
    browser.set_cookie("daybook", "a-session-that-nobody-can-look-up")
    answer = browser.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert "<h1" in answer.text


def way_on(answer: Any) -> Any:
    """What the page offers first: a form, or else a link."""
    page = soup(answer)
    return page.select_one("main form") or page.select_one("main a.button.primary")


@pytest.mark.parametrize("name", ["busy", "pool", "fault"])
def test_a_form_that_met_a_fault_is_drawn_again_with_all_its_fields(browser: FlaskClient, name: str) -> None:
    body = {"q": ["<b>", "b"], "note": "one\x00\ntwo", "csrf_token": "as it was", "": "nameless"}
    form = way_on(browser.post(f"/acts/{name}?a=%22&b=1", data=body))
    assert (form.name, form["method"], form["action"]) == ("form", "post", f"/acts/{name}?a=%22&b=1")
    fields = [(it["name"], it["value"]) for it in form.select("input")]
    assert fields == [
        ("q", "<b>"),
        ("q", "b"),
        ("note", "one\ntwo"),
        ("csrf_token", "as it was"),
        ("", "nameless"),
    ]
    assert form.button.text.strip() == "Try again"


def test_a_page_that_met_a_fault_is_asked_for_once_more_by_its_own_address(browser: FlaskClient) -> None:
    """An empty address would mean the page before it, where a boosted link failed."""
    boosted = {"HX-Request": "true", "HX-Boosted": "true"}
    for headers in ({}, boosted):
        link = way_on(browser.get("/fails/busy?x=ä&y=%0a", headers=headers))
        assert (link.name, link.text.strip()) == ("a", "Try again")
        assert link["href"] in ("/fails/busy?x=%C3%A4&y=%0a", "/fails/busy?x=%C3%A4&y=%0A")


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_password_is_never_written_into_a_page(browser: FlaskClient, name: str) -> None:
    answer = browser.post("/fails/busy", data={"email": "maya@example.com", name: "four quiet herons"})
    assert "four quiet herons" not in answer.text
    assert (way_on(answer).name, way_on(answer)["href"]) == ("a", "/fails/busy")


def test_every_password_field_of_every_form_is_known_as_a_secret() -> None:
    named = {
        node.targets[0].id
        for module in modules()
        if module.name != "app.style_guide"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Call)
        and dotted(node.value.func).endswith(("PasswordField", "PasswordLine"))
    }
    # Codes that let somebody in are typed so that they can be read.
    assert named | {"one_time_code", "recovery_code"} == SECRETS


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/acts/busy", {"password": "four quiet herons"}),
        ("/acts/busy", {"file": (BytesIO(b"GIF89a"), "a.gif")}),
        ("/acts/conflict", {"name": "Olivia"}),
        ("/acts/busy", {"x": "y" * 2_000_000}),
    ],
)
def test_where_neither_form_nor_page_can_come_again_the_start_page_is_the_way_on(
    browser: FlaskClient, path: str, data: dict[str, Any]
) -> None:
    assert way_on(browser.post(path, data=data))["href"] == "/"


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "/\\evil.example", "///evil.example", "/%09/evil.example"]
)
def test_no_address_leads_to_another_site(path: str) -> None:
    app = create_app(settings(NOWHERE))

    @app.before_request
    def busy() -> None:
        raise TemporarilyUnavailable

    answer = app.test_client().get("/", environ_overrides={"PATH_INFO": path})
    assert re.match(r"/(evil|%5C|%25)", way_on(answer)["href"])


def test_a_fault_of_ours_shows_no_trace(browser: FlaskClient) -> None:
    answer = browser.get("/fails/fault")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["X-Request-Id"]


def test_a_wrong_method_says_which_ones_are_right(browser: FlaskClient) -> None:
    answer = browser.post("/status/404")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(("path", "code"), [("/", 400), ("/healthz", 400), ("/%00", 404)])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_host_we_do_not_serve_is_refused(path: str, code: int, headers: dict[str, str]) -> None:
    app = create_app(settings(NOWHERE, TRUSTED_HOSTS=["book.example.com"]))
    answer = app.test_client().get(path, headers=headers | {"Host": "evil.example"})
    assert answer.status_code == code
    assert "Content-Security-Policy" in answer.headers
    assert app.test_client().get("/healthz", headers={"Host": "book.example.com"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("book.example.com", 200),
        ("book.example.com:8000", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("evil.example", 400),
        ("book.example.com.evil.example", 400),
        ("localhost.evil.example", 400),
        ("www.book.example.com", 400),
    ],
)
def test_in_production_only_the_public_address_and_this_machine_are_served(host: str, code: int) -> None:
    trusted = trusted_hosts({}, "https://book.example.com", True)
    app = create_app(settings(NOWHERE, TRUSTED_HOSTS=trusted))
    assert app.test_client().get("/healthz", headers={"Host": host}).status_code == code


def test_a_body_that_is_too_large_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/sign-in", data={"email": "x" * 2_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("fails", "code"), [(["40P01", "40P01"], 200), (["55P03"], 200), (["55P03", "55P03"], 503)]
)
def test_a_deadlock_is_tried_again_and_a_lock_that_stays_taken_is_busy(
    monkeypatch: pytest.MonkeyPatch, fails: list[str], code: int
) -> None:
    app = create_app(settings(NOWHERE))
    left = list(fails)

    @app.get("/act")
    @retrying
    def act() -> Any:
        if left:
            raise database_error(left.pop(0))
        return "done"

    monkeypatch.setattr("app.core.db.time.sleep", lambda _seconds: None)
    answer = app.test_client().get("/act")
    assert answer.status_code == code
    assert ("Retry-After" in answer.headers) == (code == 503)
