from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.auth import sessions
from app.auth.guards import DEVICE_COOKIE
from app.auth.models import UserSession
from app.auth.passwords import is_right
from app.core import clock
from app.core.db import db
from tests.auth.test_returning import ELSEWHERE
from tests.factories import PASSWORD, a_business, a_membership, a_user, signed_in
from tests.reading import soup

SESSION = "daybook"
REFUSED = "The e-mail address or the password is not right."


@pytest.fixture
def user(app):
    return a_user("maya@linden.example")


def sign_in(browser, password=PASSWORD, email="maya@linden.example", **more):
    return browser.post("/sign-in", data={"email": email, "password": password} | more)


def cookie_of(browser):
    return browser.get_cookie(SESSION).value


def replay(app, value):
    browser = app.test_client()
    browser.set_cookie(SESSION, value)
    return browser.get("/account/")


# Signing in


def test_the_sign_in_page_has_a_form_and_is_private(client):
    page = client.get("/sign-in")
    assert page.status_code == 200
    assert soup(page).select_one("form[method=post][action='/sign-in'] input[type=password]")
    assert soup(page).select_one("input[name=remember][type=checkbox]:not([checked])")
    assert "private" in page.headers["Cache-Control"]


def test_signing_in_leads_to_the_day_of_the_only_business(client, user):
    business = a_business()
    a_membership(business, user=user)
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, f"/manage/{business.slug}/")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("businesses", [0, 2])
def test_signing_in_leads_to_the_list_where_there_is_not_exactly_one_business(client, user, businesses):
    for _ in range(businesses):
        a_membership(a_business(), user=user)
    assert sign_in(client).location == "/account/"


def test_a_wrong_password_is_refused_with_what_was_typed_kept(client, user):
    answer = sign_in(client, password="wrong")
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert soup(answer).select_one("input[name=email]")["value"] == "maya@linden.example"
    assert not soup(answer).select_one("input[name=password]").get("value")
    assert client.get_cookie(DEVICE_COOKIE, path="/sign-in") is None
    assert client.get("/account/").status_code == 303


def test_the_answer_does_not_tell_whether_there_is_such_an_account(client, user):
    a_user("closed@linden.example", active=False)
    known, unknown, closed = (
        sign_in(client, password="wrong", email=email)
        for email in ("maya@linden.example", "nobody@linden.example", "closed@linden.example")
    )
    assert known.status_code == unknown.status_code == closed.status_code == 422
    bodies = {
        answer.text.replace(email, "X")
        for answer, email in [
            (known, "maya@linden.example"),
            (unknown, "nobody@linden.example"),
            (closed, "closed@linden.example"),
        ]
    }
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ({}, "email"),
        ({"email": "", "password": PASSWORD}, "email"),
        ({"email": "maya@linden.example"}, "password"),
        ({"email": "x" * 10_000, "password": PASSWORD}, "email"),
        ({"email": "maya@linden.example", "password": "x" * 10_000}, "password"),
    ],
)
def test_what_is_missing_or_far_too_long_is_said_beside_its_field(client, user, typed, name):
    answer = client.post("/sign-in", data=typed)
    assert answer.status_code == 422
    assert soup(answer).select_one(f"#{name}-error")


@pytest.mark.parametrize(
    "email", ["\x00", "maya@linden.example\x00\x00", "\ud800", "'; DROP TABLE users; --"]
)
def test_odd_bytes_are_no_more_than_a_wrong_address(client, user, email):
    answer = client.post(
        "/sign-in", data={"email": email.encode("utf-8", "surrogatepass"), "password": "wrong"}
    )
    assert answer.status_code == 422


def test_who_is_signed_in_needs_no_sign_in_page(app, user):
    browser = signed_in(app, user)
    assert browser.get("/sign-in").location == "/account/"
    assert browser.get("/sign-in?next=/account/password").location == "/account/password"


# Where to


def test_after_signing_in_the_page_asked_for_comes(client, user):
    asked = client.get("/account/password")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=/account/password")
    form = soup(client.get(asked.location)).select_one("input[name=next]")
    assert sign_in(client, next=form["value"]).location == "/account/password"


@pytest.mark.parametrize("path", ELSEWHERE)
def test_no_next_leads_to_another_site(client, user, path):
    assert sign_in(client, next=path or "").location == "/account/"


@pytest.mark.parametrize("path", ELSEWHERE)
def test_the_sign_in_page_keeps_no_next_of_another_site(client, path):
    page = client.get("/sign-in", query_string={"next": path or ""})
    assert not soup(page).select_one("input[name=next]").get("value")


def test_a_fragment_is_told_to_load_the_sign_in_page_and_comes_back_to_its_page(client):
    answer = client.get(
        "/account/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/manage/x/?date=2027-03-01"},
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/manage/x/?date%3D2027-03-01"


def test_a_boosted_link_loads_the_sign_in_page_in_full(client):
    answer = client.get("/account/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in?next=/account/")


def test_a_post_comes_back_to_the_page_its_form_stood_on(client):
    stood_on = "http://localhost/account/password?lang=en-GB"
    answer = client.post("/account/password", headers={"Referer": stood_on})
    assert answer.location == "/sign-in?next=/account/password?lang%3Den-GB"
    answer = client.post("/account/password", headers={"Referer": "http://evil.example/x"})
    assert answer.location == "/sign-in"


# Sessions


def test_each_sign_in_has_a_new_token_and_the_old_one_dies(app, client, user):
    sign_in(client)
    first = cookie_of(client)
    sign_in(client)
    assert cookie_of(client) != first
    assert replay(app, first).status_code == 303
    assert client.get("/account/").status_code == 200


def test_a_token_planted_before_signing_in_is_worth_nothing_after(app, client, user):
    client.get("/sign-in")
    planted = client.get_cookie(SESSION)
    sign_in(client)
    assert planted is None or replay(app, planted.value).status_code == 303


def test_a_replayed_cookie_is_dead_after_signing_out(app, client, user):
    sign_in(client)
    kept = cookie_of(client)
    assert replay(app, kept).status_code == 200
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert replay(app, kept).status_code == 303
    assert "You are signed out." in client.get("/sign-in").text


def test_signing_out_is_a_post_and_harms_nobody_who_is_out(client, user):
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert client.get("/account/").status_code == 200
    assert client.post("/sign-out").status_code == 303
    assert client.post("/sign-out").status_code == 303


def test_a_forged_cookie_opens_nothing(app, client, user):
    sign_in(client)
    value = cookie_of(client)
    assert replay(app, value[:-4] + "AAAA").status_code == 303
    assert replay(app, "nonsense").status_code == 303


def test_without_keep_me_signed_in_the_cookie_ends_with_the_browser_and_after_twelve_idle_hours(
    client, user, frozen
):
    answer = sign_in(client)
    cookie = next(it for it in answer.headers.getlist("Set-Cookie") if it.startswith("daybook="))
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    frozen.shift(timedelta(hours=11))
    assert client.get("/account/").status_code == 200
    frozen.shift(timedelta(hours=11))
    assert client.get("/account/").status_code == 200
    frozen.shift(timedelta(hours=12))
    assert client.get("/account/").status_code == 303


def test_keep_me_signed_in_lasts_thirty_idle_days_and_ninety_in_all(client, user, frozen):
    sign_in(client, remember="y")
    for _ in range(3):
        frozen.shift(timedelta(days=29))
        assert client.get("/account/").status_code == 200
    frozen.shift(timedelta(days=3))
    assert client.get("/account/").status_code == 303


def test_use_is_noted_at_most_once_a_minute(client, user, frozen):
    sign_in(client)
    first = clock.now()
    frozen.shift(59)
    client.get("/account/")
    assert db.session.scalar(select(UserSession.last_used_at)) == first
    frozen.shift(1)
    client.get("/account/")
    assert db.session.scalar(select(UserSession.last_used_at)) == first + timedelta(seconds=60)


def test_a_closed_account_is_out_at_the_next_click(client, user):
    sign_in(client)
    user.active = False
    assert client.get("/account/").status_code == 303
    assert sign_in(client).status_code == 422


@pytest.mark.parametrize("address", ["/account/", "/manage/ann-salon/", "/sign-in"])
def test_a_lost_database_is_said_and_does_not_break_the_error_page(app, user, monkeypatch, address):
    browser = signed_in(app, user)

    def lost(token, now):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(sessions, "find_session", lost)
    answer = browser.get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_public_pages_never_ask_who_is_signed_in(app, user, monkeypatch):
    browser, business = signed_in(app, user), a_business()
    monkeypatch.setattr(sessions, "find_session", lambda token, now: pytest.fail("asked who is signed in"))
    for address in ("/", f"/b/{business.slug}/imprint", f"/b/{business.slug}/book", "/nowhere"):
        answer = browser.get(address)
        assert answer.status_code in (200, 404), address
        assert "Set-Cookie" not in answer.headers


def test_the_session_knows_where_it_came_from(client, user):
    client.post(
        "/sign-in",
        data={"email": user.email, "password": PASSWORD},
        headers={"User-Agent": "Firefox " + "x" * 1000},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )
    row = db.session.scalar(select(UserSession))
    assert row.address == "192.0.2.7"
    assert len(row.user_agent) == 300


# Slowing down


def test_the_eleventh_try_of_a_minute_waits_whatever_the_password(client, user, counting):
    for _ in range(10):
        assert sign_in(client, password="wrong").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "61"
    assert "Please wait a minute" in answer.text
    assert soup(answer).select_one("input[name=email]")["value"] == "maya@linden.example"
    counting.shift(61)
    assert sign_in(client).status_code == 303


def test_a_browser_that_signed_in_before_is_not_held_up_by_strangers(app, client, user, counting):
    assert sign_in(client).status_code == 303
    client.post("/sign-out")
    strangers = app.test_client()
    for _ in range(10):
        sign_in(strangers, password="wrong")
    assert sign_in(strangers).status_code == 429
    assert sign_in(client).status_code == 303


def test_the_device_cookie_goes_where_accounts_begin_only_and_cannot_be_forged(app, client, user, counting):
    answer = sign_in(client)
    cookies = [it for it in answer.headers.getlist("Set-Cookie") if it.startswith(DEVICE_COOKIE)]
    assert [it.partition("Path=")[2].partition(";")[0] for it in cookies] == ["/sign-in", "/sign-up"]
    assert all("HttpOnly" in it for it in cookies)
    value = client.get_cookie(DEVICE_COOKIE, path="/sign-in").value
    forger = app.test_client()
    forger.set_cookie(DEVICE_COOKIE, value[:-4] + "AAAA", path="/sign-in")
    for _ in range(10):
        sign_in(app.test_client(), password="wrong")
    assert sign_in(forger).status_code == 429


# Changing the password


def test_a_change_of_password_keeps_this_browser_and_ends_the_others(app, client, user):
    sign_in(client)
    before = cookie_of(client)
    elsewhere = signed_in(app, user)
    answer = client.post("/account/password", data={"current": PASSWORD, "new": "another good one"})
    assert (answer.status_code, answer.location) == (303, "/account/")
    assert "Your password is changed." in client.get("/account/").text
    assert elsewhere.get("/account/").status_code == 303
    assert cookie_of(client) != before
    assert replay(app, before).status_code == 303
    assert is_right("another good one", user.password_hash)


def test_a_remembered_browser_stays_remembered(client, user):
    sign_in(client, remember="y")
    answer = client.post("/account/password", data={"current": PASSWORD, "new": "another good one"})
    assert "Expires" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"current": "wrong", "new": "another good one"}, "current", "This is not your current password."),
        ({"current": PASSWORD, "new": "short"}, "new", "at least 10 characters"),
        ({"current": PASSWORD, "new": "maya@linden.example"}, "new", "something else than your name"),
        ({"current": PASSWORD, "new": ""}, "new", "Please type a new password."),
        ({"current": "", "new": "another good one"}, "current", "Please type your current password."),
        ({"current": PASSWORD, "new": "x" * 10_000}, "new", "This is too long."),
    ],
)
def test_a_refused_change_says_why_beside_the_field_and_changes_nothing(app, user, typed, field, sentence):
    browser, elsewhere = signed_in(app, user), signed_in(app, user)
    answer = browser.post("/account/password", data=typed)
    assert answer.status_code == 422
    assert sentence in soup(answer).select_one(f"#{field}-error").text
    assert is_right(PASSWORD, user.password_hash)
    assert elsewhere.get("/account/").status_code == 200


def test_guessing_the_current_password_is_slowed_down(app, user, counting):
    browser = signed_in(app, user)
    for _ in range(10):
        browser.post("/account/password", data={"current": "wrong", "new": "another good one"})
    answer = browser.post("/account/password", data={"current": PASSWORD, "new": "another good one"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "61")
    assert "Please wait a minute" in answer.text


def test_the_password_page_says_how_long_and_needs_a_sign_in(app, client, user):
    assert client.get("/account/password").status_code == 303
    page = signed_in(app, user).get("/account/password")
    assert "At least 10 characters" in page.text
