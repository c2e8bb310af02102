"""Forms of somebody with a session carry a token, which lives as long as the session."""

import re
from datetime import timedelta

import pytest

from tests.factories import PASSWORD, a_user, signed_in

STALE = "This form is from an earlier session."


@pytest.fixture(autouse=True)
def tokens_needed(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


def token_on(page):
    return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)[1]


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/account/password"])
def test_without_a_token_nothing_is_done(app, path):
    browser = signed_in(app, a_user())
    answer = browser.post(
        path, data={"email": "x", "password": "x", "current": PASSWORD, "new": "another good one"}
    )
    assert answer.status_code == 400
    assert STALE in answer.text
    assert browser.get("/account/").status_code == 200


def test_a_token_of_another_session_is_refused(app):
    theirs = token_on(signed_in(app, a_user()).get("/account/"))
    mine = signed_in(app, a_user())
    mine.get("/account/")
    assert mine.post("/sign-out", data={"csrf_token": theirs}).status_code == 400


def test_the_token_of_the_page_signs_in_and_out(app, client):
    user = a_user()
    form = {"email": user.email, "password": PASSWORD, "csrf_token": token_on(client.get("/sign-in"))}
    assert client.post("/sign-in", data=form).status_code == 303
    token = token_on(client.get("/account/"))
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303


def test_a_page_from_before_signing_in_is_refused_afterwards(app, client):
    user = a_user()
    before = token_on(client.get("/sign-in"))
    client.post("/sign-in", data={"email": user.email, "password": PASSWORD, "csrf_token": before})
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_a_lone_button_sends_the_token_as_a_header(app):
    browser = signed_in(app, a_user())
    token = token_on(browser.get("/account/"))
    assert browser.post("/sign-out", headers={"X-CSRFToken": token}).status_code == 303


def test_a_page_of_two_hours_ago_still_works_over_https(app, frozen, monkeypatch):
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    user, browser = a_user(), app.test_client()

    def open_at_home(path, **more):
        return browser.open(
            path, base_url="https://localhost", headers={"Referer": "https://localhost/"}, **more
        )

    form = {"email": user.email, "password": PASSWORD, "csrf_token": token_on(open_at_home("/sign-in"))}
    assert open_at_home("/sign-in", method="POST", data=form).status_code == 303
    page = open_at_home("/account/password")
    assert page.headers["Referrer-Policy"] == "same-origin"
    frozen.shift(timedelta(hours=2))
    change = {"current": PASSWORD, "new": "another good one", "csrf_token": token_on(page)}
    assert open_at_home("/account/password", method="POST", data=change).status_code == 303


def test_https_without_a_referer_is_refused(app, client, monkeypatch):
    answer = client.post("/sign-in", base_url="https://localhost", data={"csrf_token": "x"})
    assert answer.status_code == 400
