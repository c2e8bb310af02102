"""Who gets a fragment, who gets a page, and what htmx is told."""

from typing import Any

import pytest
from flask import Flask, Response

from app.core import hx

HTMX = {"HX-Request": "true"}
BOOSTED = {"HX-Request": "true", "HX-Boosted": "true"}
HISTORY = {"HX-Request": "true", "HX-History-Restore-Request": "true"}


@pytest.mark.parametrize(
    ("headers", "wanted"), [({}, False), (HTMX, True), (BOOSTED, False), (HISTORY, False)]
)
def test_only_a_targeted_request_wants_a_fragment(app: Flask, headers: dict[str, str], wanted: bool) -> None:
    with app.test_request_context(headers=headers):
        assert hx.wants_partial() is wanted


def test_a_fragment_is_sent_elsewhere_by_htmx_and_a_page_by_the_browser(app: Flask) -> None:
    with app.test_request_context():
        page = hx.go_to("/b/ann/")
        assert (page.status_code, page.location) == (303, "/b/ann/")
    with app.test_request_context(headers=HTMX):
        fragment = hx.go_to("/b/ann/")
        assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (204, "/b/ann/")


@pytest.mark.parametrize("headers", [HTMX, BOOSTED])
def test_somebody_signed_out_is_sent_to_sign_in_by_a_full_load(app: Flask, headers: dict[str, str]) -> None:
    with app.test_request_context(headers=headers):
        answer = hx.sign_in_first("/sign-in")
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")
    with app.test_request_context():
        assert hx.sign_in_first("/sign-in").status_code == 303


@pytest.mark.parametrize(
    ("path", "headers", "page"),
    [
        ("/manage/ann/?day=2027-03-01", {}, "/manage/ann/?day=2027-03-01"),
        ("/manage/ann/", {}, "/manage/ann/"),
        (
            "/slots?x=1",
            HTMX | {"HX-Current-URL": "https://book.example/b/ann/book?day=1"},
            "/b/ann/book?day=1",
        ),
        ("/slots?x=1", HTMX | {"HX-Current-URL": "https://book.example/b/ann/book"}, "/b/ann/book"),
        ("/slots?x=1", HTMX | {"HX-Current-URL": "http://[odd"}, "/"),
        ("/slots?x=1", BOOSTED | {"HX-Current-URL": "https://book.example/elsewhere"}, "/slots?x=1"),
    ],
)
def test_the_current_page_is_never_the_fragment(
    app: Flask, path: str, headers: dict[str, str], page: str
) -> None:
    with app.test_request_context(path, headers=headers):
        assert hx.current_page() == page


def test_an_alert_goes_into_the_alert_region(app: Flask) -> None:
    with app.test_request_context(headers=HTMX):
        answer = hx.alert("That was too late.", 422)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#alert"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert "That was too late." in answer.get_data(as_text=True)


def test_what_a_form_has_answered_is_found_again_at_its_address(app: Flask) -> None:
    with app.test_request_context(headers=HTMX):
        assert hx.at_address(Response(), "/b/ann/order").headers["HX-Replace-Url"] == "/b/ann/order"


@pytest.mark.parametrize(
    ("headers", "status", "pushed"),
    [(HTMX, 200, None), (HTMX, 422, "false"), (BOOSTED, 500, "false"), ({}, 422, None)],
)
def test_a_refused_address_stays_out_of_the_address_bar(
    app: Flask, headers: dict[str, str], status: int, pushed: str | None
) -> None:
    with app.test_request_context(headers=headers):
        answer = hx.finish(Response(status=status))
    assert answer.headers.get("HX-Push-Url") == pushed
    assert "HX-Request" in answer.headers["Vary"]


def test_the_helper_chooses_between_page_and_partial(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(hx, "render_template", lambda name, **_context: drawn.append(name) or name)
    with app.test_request_context():
        assert hx.render("page.html", "_part.html", status=409).status_code == 409
    with app.test_request_context(headers=HTMX):
        hx.render("page.html", "_part.html")
    assert drawn == ["page.html", "_part.html"]
