"""Somebody signs in with a browser their account does not know."""

import pytest

from app.auth.browsers import browser_of, rough_address
from app.auth.sessions import sessions_of
from app.core import clock
from tests.auth.mails import links_in, planned, sent, text_of
from tests.factories import PASSWORD, a_user, signed_in
from tests.reading import rows, soup

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def user(app):
    return a_user("maya@linden.example", zone="Europe/Berlin")


def sign_in(browser, user, **more):
    data = {"email": user.email, "password": PASSWORD}
    return browser.post("/sign-in", data=data, headers={"User-Agent": FIREFOX}, **more)


def test_the_very_first_sign_in_is_no_news(client, user):
    sign_in(client, user)
    assert planned() == []


def test_a_browser_that_knows_the_account_is_no_news(client, user):
    sign_in(client, user)
    client.post("/sign-out")
    sign_in(client, user)
    assert planned() == []


def test_another_browser_is_told_with_what_a_person_can_use(app, client, user):
    sign_in(client, user)
    sign_in(app.test_client(), user, environ_overrides={"REMOTE_ADDR": "203.0.113.77"})
    [row] = planned("new_sign_in")
    mail = sent(row)
    text = text_of(mail)
    assert mail["subject"] == "A new sign-in to your account"
    assert "With: Firefox on Windows" in text
    assert "203.0.113.x" in text
    assert "203.0.113.77" not in str(mail)
    assert "Monday 1 March 2027 at 10:00, Berlin time" in text
    assert links_in(mail) == ["/account/sessions", "/password-reset"]


def test_a_wrong_password_tells_nobody_anything(app, client, user):
    sign_in(client, user)
    app.test_client().post("/sign-in", data={"email": user.email, "password": "wrong"})
    assert planned() == []


@pytest.mark.parametrize(
    ("agent", "name", "system"),
    [
        (FIREFOX, "Firefox", "Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge",
            "Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome",
            "Android",
        ),
        ("curl/8.0", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent, name, system):
    found = browser_of(agent)
    assert (found.name, found.system) == (name, system)


@pytest.mark.parametrize(
    ("address", "rough"),
    [
        ("203.0.113.77", "203.0.113.x"),
        ("::ffff:203.0.113.77", "203.0.113.x"),
        ("2001:db8:85a3::7334", "2001:db8:85a3:x"),
        ("unknown", None),
        (None, None),
    ],
)
def test_an_address_says_where_without_saying_who(address, rough):
    assert rough_address(address) == rough


# Where one is signed in


def test_each_browser_is_listed_and_can_be_signed_out(app, client, user):
    sign_in(client, user)
    other = app.test_client()
    sign_in(other, user)
    page = client.get("/account/sessions")
    assert len(rows(page)) == 2
    assert "Firefox on Windows" in rows(page)[0]
    [form] = soup(page).select("form[action*='/ending']:not([action$='sessions/ending'])")
    assert client.post(form["action"]).location == "/account/sessions"
    assert other.get("/account/").status_code == 303
    assert client.get("/account/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(app, user):
    theirs = signed_in(app, a_user())
    mine = signed_in(app, user)
    [row] = sessions_of(user.id, clock.now())
    theirs.post(f"/account/sessions/{row.id}/ending")
    assert mine.get("/account/").status_code == 200


def test_all_others_end_at_once(app, user):
    here, there, third = (signed_in(app, user) for _ in range(3))
    assert here.post("/account/sessions/ending").status_code == 303
    assert [it.get("/account/").status_code for it in (here, there, third)] == [200, 303, 303]
