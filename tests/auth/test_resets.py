"""A forgotten password: one link, used once, and nobody learns who has an account."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth import links
from app.auth.accounts import set_active, set_password
from app.auth.checking import ask_check, ask_new_address
from app.auth.jobs import forget_old_links
from app.auth.links import find_link, make_link, token_of
from app.auth.models import OneTimeLink
from app.auth.passwords import is_right
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.signing import hash_token, one_time_hash, one_time_token
from tests.auth.mails import link_of, links_in, planned, sent, text_of
from tests.factories import PASSWORD, a_user, signed_in
from tests.reading import error, soup, words

NEW = "seven slow rivers"
EMAIL = "maya@linden.example"


@pytest.fixture
def user(app, frozen):
    return a_user(EMAIL)


def ask(browser, email=EMAIL):
    return browser.post("/password-reset", data={"email": email})


def a_link(browser, email=EMAIL):
    assert ask(browser, email).location == "/password-reset/sent"
    return link_of("password_reset")


def test_a_link_by_mail_sets_another_password_and_signs_out_everywhere(app, client, user):
    elsewhere = signed_in(app, user)
    address = a_link(client)
    page = client.get(address)
    assert page.status_code == 200
    assert user.email in page.text
    answer = client.post(address, data={"new": NEW})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    db.session.refresh(user)
    assert is_right(NEW, user.password_hash)
    assert user.email_checked_at is not None
    assert elsewhere.get("/account/").status_code == 303
    assert client.get("/account/").status_code == 303, "nobody is signed in by a link"
    [told] = planned("password_changed")
    assert "another password since" in text_of(sent(told))


def test_somebody_without_a_password_gives_themselves_one(client, user):
    user.password_hash = None
    client.post(a_link(client), data={"new": NEW})
    db.session.refresh(user)
    assert is_right(NEW, user.password_hash)
    assert planned("password_changed") == []


def test_looking_at_a_link_changes_nothing(client, user):
    address = a_link(client)
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert client.post(address, data={"new": NEW}).status_code == 303


@pytest.mark.parametrize("typed", ["short", "", "maya@linden.example", "x" * 2000])
def test_a_weak_password_is_refused_and_the_link_still_works(client, user, typed):
    address = a_link(client)
    answer = client.post(address, data={"new": typed})
    assert answer.status_code == 422
    assert error(answer, "new")
    assert client.post(address, data={"new": NEW}).status_code == 303


def test_known_and_unknown_addresses_are_answered_alike(client, user, queries):
    a_user("closed@linden.example", active=False)
    answers, counts = [], []
    for email in (EMAIL, "nobody@linden.example", "closed@linden.example"):
        with queries() as seen:
            answers.append(ask(client, email))
        counts.append(len(seen))
    assert {(it.status_code, it.location, it.text) for it in answers} == {
        (303, "/password-reset/sent", answers[0].text)
    }
    assert len(set(counts)) == 1, counts
    assert [sent(row) is not None for row in planned("password_reset")] == [True, False, False]
    assert {row.last_error for row in planned("password_reset")[1:]} == {
        "There is no account it could be for."
    }


def test_too_many_mails_are_refused_alike_and_wait_for_nobody_else(client, user, counting):
    for email in (EMAIL, "nobody@linden.example"):
        assert [ask(client, email).status_code for _ in range(6)] == [303] * 5 + [429]
    assert ask(client, "else@linden.example").status_code == 303
    counting.shift(timedelta(hours=1, seconds=1))
    assert ask(client).status_code == 303
    assert client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 303


def test_nobody_keeps_a_link_from_somebody_by_asking_for_an_account_in_their_name(client, user, counting):
    for _ in range(6):
        last = client.post("/account/sign-up", data={"email": EMAIL})
    assert last.status_code == 429
    assert ask(client).status_code == 303


def test_a_link_by_mail_is_void_once_the_password_has_changed(client, user):
    ask_new_address(user, "mallory@evil.example", PASSWORD, now=clock.now())
    set_password(user, NEW, by=SYSTEM, now=clock.now())
    [link] = db.session.scalars(select(OneTimeLink).filter_by(purpose="email_check"))
    assert link.used_at == clock.now()


def test_a_link_works_once(client, user):
    address = a_link(client)
    client.post(address, data={"new": NEW})
    for answer in (client.get(address), client.post(address, data={"new": "nine loud storms"})):
        assert answer.status_code == 410
        assert "used already" in answer.text
        assert soup(answer).select_one("a[href='/password-reset']")
    db.session.refresh(user)
    assert is_right(NEW, user.password_hash)


def test_a_link_runs_out(client, user, frozen):
    address = a_link(client)
    frozen.shift(timedelta(hours=2))
    answer = client.get(address)
    assert answer.status_code == 410
    assert "has run out" in answer.text
    assert client.post(address, data={"new": NEW}).status_code == 410


@pytest.mark.parametrize(
    "spoil", [lambda it: it[:-1] + ("A" if it[-1] != "A" else "B"), lambda it: it + "A", lambda it: "x"]
)
def test_an_altered_link_is_no_link(client, user, spoil):
    address = spoil(a_link(client))
    assert client.get(address).status_code == 404
    assert client.post(address, data={"new": NEW}).status_code == 404


def test_a_link_for_another_purpose_is_no_link(app, client, user):
    ask_check(user, now=clock.now())
    token = link_of("email_check").rpartition("/")[2]
    assert client.get(f"/password-reset/{token}").status_code == 404
    assert client.get(f"/account/sign-up/{token}").status_code == 404
    assert signed_in(app, user).get(f"/confirmation/{token}").status_code == 200


@pytest.mark.parametrize("change", ["password", "email", "closed"])
def test_a_link_dies_with_what_it_was_asked_for(client, user, change):
    address = a_link(client)
    if change == "password":
        set_password(user, NEW, by=SYSTEM, now=clock.now())
    elif change == "email":
        user.email = "new@linden.example"
    else:
        set_active(user, False, by=SYSTEM, now=clock.now())
    assert client.get(address).status_code == 410
    assert client.post(address, data={"new": "nine loud storms"}).status_code == 410


def test_a_mail_of_before_a_change_of_keys_still_works(app, client, user, monkeypatch):
    ask(client)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-of-more-than-32-characters")
    assert client.get(link_of("password_reset")).status_code == 200
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])
    ask(client)
    monkeypatch.setitem(app.config, "SECRET_KEY", "a-third-secret-of-more-than-32-characters")
    assert sent(planned("password_reset")[-1]) is None
    assert planned("password_reset")[-1].last_error == "The key it was made with is gone."


def test_a_row_alone_opens_nothing(app, user):
    link = make_link("reset", user.email, user.id, now=clock.now())
    token = token_of(link)
    assert hash_token(token) == link.token_hash
    assert find_link("reset", link.nonce.hex()) is None
    assert one_time_hash("email_check", link.nonce) != link.token_hash
    assert one_time_token("email_check", link.nonce, link.token_hash) is None
    assert len(token) == 43


def test_a_token_never_leaves_by_a_referrer_or_a_cache(client, user):
    page = client.get(a_link(client))
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "private" in page.headers["Cache-Control"]
    assert soup(page).select_one("meta[name=robots][content=noindex]")
    assert not [
        it for it in soup(page).select("[src], link[href]") if "//" in (it.get("src") or it.get("href"))
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "a@example.com, b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com b@example.com",
        "x",
        "a@b@c.de",
    ],
)
def test_only_one_address_is_one(client, user, typed):
    assert ask(client, typed).status_code == 422
    assert planned() == []


def test_the_mail_says_once_and_until_when(client, user):
    ask(client)
    mail = sent(planned("password_reset")[0])
    assert mail["subject"] == "Choose another password"
    assert [it.addr_spec for it in mail["to"].addresses] == [EMAIL]
    assert "works once, within the next 2 hours" in text_of(mail)
    assert links_in(mail)[0] in mail.get_body(("html",)).get_content()
    assert planned("password_reset")[0].expires_at == clock.now() + timedelta(hours=2)


def test_the_page_of_the_form_says_nothing_of_the_address(client):
    assert "@" not in words(soup(client.get("/password-reset/sent")).main)


def test_old_links_are_forgotten(client, user, frozen, monkeypatch):
    ask(client)
    frozen.shift(links.KEPT + timedelta(hours=1))
    assert forget_old_links() == 0
    frozen.shift(timedelta(hours=2))
    ask(client, "nobody@linden.example")
    assert forget_old_links() == 1
    assert [it.email for it in db.session.scalars(select(OneTimeLink))] == ["nobody@linden.example"]
