"""What the widget's script reports of a website: believed where the browser says the same, and little of it kept."""

from datetime import timedelta

import pytest
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.limits import limiter
from app.sites.allowing import allow_site
from app.sites.models import Sighting
from tests.factories import a_business, by_the_system

SITE, OTHER = "https://example.com", "https://other.com"
HOME = "http://localhost:8000"
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def business(app):
    business = a_business()
    by_the_system(allow_site)(business, "example.com", home=HOME)
    return business


def beacon(client, business, origin=SITE, state="works", **more):
    """As the script sends it from a page of `origin`."""
    headers = {"Origin": origin, "Referer": f"{origin}/", "Sec-Fetch-Site": "cross-site"} | more.pop(
        "headers", {}
    )
    data = {"origin": origin, "state": state} | more.pop("data", {})
    return client.post(f"/w/{business.slug}/sightings", data=data, headers=headers, **more)


def script(client, business, origin=SITE, state="works", **headers):
    """As a <script> of a page of `origin` asks for it."""
    query = {"origin": origin, "state": state}
    headers = {"Referer": f"{origin}/", "Sec-Fetch-Site": "cross-site"} | headers
    return client.get(f"/w/{business.slug}/sightings.js", query_string=query, headers=headers)


def known():
    db.session.expire_all()
    return {it.origin: it.blocked_by for it in db.session.scalars(select(Sighting))}


@pytest.mark.parametrize(
    ("origin", "state", "blocked_by"),
    [(SITE, "works", None), (SITE, "frame-src", "frame-src"), (OTHER, "us", "us")],
)
@pytest.mark.parametrize("send", [beacon, script])
def test_a_sighting_is_kept_and_the_answer_says_nothing(client, business, send, origin, state, blocked_by):
    answer = send(client, business, origin, state)
    assert (answer.status_code, answer.data) == ((204, b"") if send is beacon else (200, b""))
    assert known() == {origin: blocked_by}


def test_the_answers_can_be_had_from_any_website_and_are_not_kept(client, business):
    empty = script(client, business)
    assert empty.mimetype == "text/javascript"
    for answer in (empty, beacon(client, business)):
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OTHER},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://example.com.evil.com"},
        {"Origin": "HTTPS://EXAMPLE.COM"},
        {"Origin": "http://example.com"},
        {"Origin": f"{SITE}, {SITE}"},
    ],
)
def test_a_page_cannot_speak_for_another_website(client, business, headers):
    assert beacon(client, business, state="us", headers=headers).status_code == 204
    assert known() == {}


@pytest.mark.parametrize(
    "referer",
    ["", OTHER, "null", "https://example.com.evil.com/", "https://me@example.com/", "http://example.com/"],
)
def test_a_script_of_a_page_cannot_speak_for_another_website(client, business, referer):
    assert script(client, business, state="us", Referer=referer).status_code == 200
    assert known() == {}


def test_a_beacon_without_an_origin_header_is_nobodys(client, business):
    answer = client.post(f"/w/{business.slug}/sightings", data={"origin": SITE, "state": "works"})
    assert (answer.status_code, known()) == (204, {})


@pytest.mark.parametrize("state", ["", "great", "works\n", "null", "x" * 5000])
def test_unknown_states_are_left_out(client, business, state):
    assert beacon(client, business, state=state).status_code == 204
    assert script(client, business, state=state).status_code == 200
    assert known() == {}


def test_our_own_pages_are_no_website(client, business):
    beacon(client, business, HOME, "us")
    script(client, business, HOME, "us")
    assert known() == {}


def test_that_it_works_counts_only_where_it_may_be_shown(client, business):
    beacon(client, business, OTHER, "works")
    assert known() == {}
    business.framed_anywhere = True
    beacon(client, business, OTHER, "works")
    assert known() == {OTHER: None}


@pytest.mark.parametrize("status", ["draft", "suspended", None])
def test_a_business_that_is_not_open_looks_like_none(client, business, status):
    if status:
        business.status = status
    else:
        business.slug = "elsewhere"
    slug = business.slug if status else "nowhere"
    db.session.commit()
    form = {"origin": OTHER, "state": "us"}
    assert client.post(f"/w/{slug}/sightings", data=form, headers={"Origin": OTHER}).status_code == 404
    answer = client.get(f"/w/{slug}/sightings.js", query_string=form, headers={"Referer": f"{OTHER}/"})
    assert answer.status_code == 404
    assert known() == {}


def test_the_second_within_a_minute_changes_nothing(client, business, frozen):
    beacon(client, business)
    frozen.shift(30)
    beacon(client, business, state="frame-src")
    script(client, business, state="frame-src")
    assert known() == {SITE: None}
    frozen.shift(31)
    script(client, business, state="frame-src")
    assert known() == {SITE: "frame-src"}


def test_a_body_that_is_no_form_is_refused(client, business):
    for kind in ("text/plain;charset=UTF-8", "application/json"):
        sent = {"data": "origin=https%3A%2F%2Fexample.com&state=works", "content_type": kind}
        answer = client.post(f"/w/{business.slug}/sightings", headers={"Origin": SITE}, **sent)
        assert answer.status_code == 415
    assert known() == {}


def test_the_body_that_browsers_send_is_a_form(client, business):
    kind = "application/x-www-form-urlencoded;charset=UTF-8"
    body = "origin=https%3A%2F%2Fexample.com&state=works"
    answer = client.post(
        f"/w/{business.slug}/sightings", data=body, content_type=kind, headers={"Origin": SITE}
    )
    assert (answer.status_code, known()) == (204, {SITE: None})


@pytest.fixture
def limited(monkeypatch):
    """Requests are counted in this test, from nothing."""
    storage = MemoryStorage()
    monkeypatch.setattr(limiter, "_storage", storage)
    monkeypatch.setattr(limiter, "_limiter", FixedWindowRateLimiter(storage))
    monkeypatch.setattr(limiter, "enabled", True)
    monkeypatch.setattr(limiter, "initialized", True)
    monkeypatch.setattr(limiter, "_request_identifier", lambda: "sightings")


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("send", [beacon, script])
def test_a_flood_is_held_back(client, business, send):
    answers = [send(client, business, f"https://flood{it}.com", "us").status_code for it in range(35)]
    assert answers[30:] == [429] * 5
    assert 429 not in answers[:30]
    assert len(known()) == 30


def test_nothing_of_the_visitor_is_kept_or_logged(client, business, capsys):
    beacon(
        client,
        business,
        headers={"User-Agent": "a browser of mine"},
        environ_base={"REMOTE_ADDR": "203.0.113.9"},
    )
    row = db.session.scalars(select(Sighting)).one()
    assert {it.key: getattr(row, it.key) for it in Sighting.__table__.columns} == {
        "business_id": business.id,
        "origin": SITE,
        "seen_at": clock.now(),
        "blocked_by": None,
    }
    said = "".join(capsys.readouterr())
    assert not [it for it in ("203.0.113.9", "a browser of mine", SITE) if it in said]
    assert row.seen_at + timedelta(days=90)
