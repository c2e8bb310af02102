"""The flow in a frame on somebody else's website: the same pages, and nothing that a frame must not have."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from app.appointments.finding import receipt_token
from app.appointments.flow.forms.wish import new_flow
from app.appointments.models import Booking
from app.businesses.models import FormerSlug
from app.core.db import db
from tests.factories import a_booking, a_business, a_membership, a_shop, berlin, signed_in
from tests.reading import soup, words

STRANGE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe", "Origin": "null"}
ANN = {"name": "Olivia Park", "email": "olivia@example.com"}


def wish(shop, **more):
    flow = new_flow(shop.business.id)
    start = berlin("2027-03-02 10:00").isoformat()
    return {"service": shop.service.id, "staff": "any", "start": start, "flow": flow, **more}


def book(browser, shop, frame, **headers):
    """Through every step, as a browser does; the answer with the receipt."""
    held = browser.post(f"{frame}/book/holds", data=wish(shop), headers=headers)
    assert held.status_code == 303, held.text
    form = soup(browser.get(held.location, headers=headers)).select_one("form.booking")
    booked = browser.post(form["action"], data=ANN, headers=headers)
    assert booked.status_code == 303, booked.text
    return browser.get(booked.location, headers=headers), [held, booked]


def pages(browser, shop, frame):
    """A page of each kind that the frame shows."""
    token = receipt_token(a_booking(shop, berlin("2027-03-05 10:00"), person=shop.person))
    held = browser.post(f"{frame}/book/holds", data=wish(shop)).location
    query = f"?service={shop.service.id}&date=2027-03-02"
    for address in (
        *(f"{frame}/book", f"{frame}/book{query}", f"{frame}/book{query}&month=2027-03", held),
        *(f"{frame}/bookings/{token}{it}" for it in ("", "/new-time", "/cancellation", "/details")),
        f"{frame}/bookings/nonsense",
    ):
        yield address, browser.get(address)


def test_somebody_books_in_the_frame(client, shop, frame):
    receipt, _steps = book(client, shop, frame)
    assert "Olivia Park" in receipt.text or "olivia@example.com" in receipt.text
    booking = db.session.scalars(db.select(Booking)).one()
    assert (booking.status, booking.source) == ("confirmed", "widget")


def test_on_our_own_page_it_came_from_the_web(client, shop):
    book(client, shop, f"/b/{shop.business.slug}")
    assert db.session.scalars(db.select(Booking)).one().source == "web"


def test_a_frame_that_is_a_stranger_to_itself_can_book(client, shop, frame):
    receipt, _steps = book(client, shop, frame, **STRANGE)
    assert receipt.status_code == 200
    assert (
        client.post(f"/b/{shop.business.slug}/book/holds", data=wish(shop), headers=STRANGE).status_code
        == 400
    )


def test_another_website_sends_no_form(client, shop, frame):
    evil = STRANGE | {"Origin": "https://www.ann.example", "Sec-Fetch-Dest": "empty"}
    assert client.post(f"{frame}/book/holds", data=wish(shop), headers=evil).status_code == 400
    assert not db.session.scalars(db.select(Booking)).all()


def test_a_link_from_elsewhere_brings_no_flow_into_the_frame(client, shop, frame):
    flow = new_flow(shop.business.id)
    ways = {"iframe": None, "empty": flow, "document": None}
    for dest, kept in ways.items():
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": dest}
        page = client.get(f"{frame}/book?service={shop.service.id}&flow={flow}", headers=headers)
        shown = soup(page).select_one("input[name=flow]")["value"]
        assert (shown == flow) == (kept is not None), dest


def test_every_step_leads_to_the_next_one_inside_of_the_frame(client, shop, frame):
    _receipt, steps = book(client, shop, frame)
    assert all(it.location.startswith(f"{frame}/") for it in steps)


def test_each_link_stays_in_the_frame_or_opens_a_window_of_its_own(client, shop, frame):
    for address, page in pages(client, shop, frame):
        assert page.status_code in (200, 404), address
        for link in soup(page).select("a[href]"):
            href = link["href"]
            stays = href.startswith((f"{frame}/", "#", "tel:", "mailto:"))
            assert stays or link.get("target") == "_blank", f"{address}: {link}"
        for form in soup(page).select("form[action]"):
            assert form["action"].startswith(f"{frame}/"), f"{address}: {form['action']}"


def test_no_page_sets_a_cookie_or_keeps_out_of_frames(client, shop, frame):
    for address, page in pages(client, shop, frame):
        assert "Set-Cookie" not in page.headers, address
        assert "X-Frame-Options" not in page.headers, address
        assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin", address
        assert "Access-Control-Allow-Credentials" not in page.headers, address


def test_nobody_is_signed_in_there(app, client, shop, frame):
    member = signed_in(app, a_membership(shop.business).user)
    flow = new_flow(shop.business.id)
    address = f"{frame}/book?service={shop.service.id}&date=2027-03-02&flow={flow}"
    assert member.get(address).text == client.get(address).text
    held = client.post(f"{frame}/book/holds", data=wish(shop)).location
    assert soup(member.get(held)).select_one("#name").get("value", "") == ""


def test_the_websites_of_the_list_may_show_it(client, shop, frame):
    policy = client.get(f"{frame}/book").headers["Content-Security-Policy"]
    ancestors = re.search("frame-ancestors ([^;]*)", policy)[1].split()
    assert ancestors == ["'self'", "https://www.ann.example", "https://ann.example"]


def test_a_business_without_a_list_lets_nobody_in_but_us(client, app, frozen):
    shop = a_shop()
    policy = client.get(f"/w/{shop.business.slug}/book").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy.split("; ")


def test_any_website_may_show_it_if_the_owner_says_so(client, shop, frame):
    shop.business.framed_anywhere = True
    assert "frame-ancestors" not in client.get(f"{frame}/book").headers["Content-Security-Policy"]


def test_a_suspended_business_says_so_in_any_frame(client, shop):
    shop.business.status = "suspended"
    db.session.commit()
    answer = client.get(f"/w/{shop.business.slug}/book")
    assert answer.status_code == 404
    assert "This page is switched off at the moment." in answer.text
    unknown = client.get("/w/no-such-shop/book")
    assert answer.headers["Content-Security-Policy"] == unknown.headers["Content-Security-Policy"]


def test_a_business_that_is_not_open_looks_like_none_even_to_its_members(app, client):
    shop = a_shop()
    shop.business.status = "draft"
    db.session.commit()
    member = signed_in(app, a_membership(shop.business).user)
    shown, unknown = member.get(f"/w/{shop.business.slug}/book"), client.get("/w/no-such-shop/book")
    assert shown.status_code == unknown.status_code == 404
    clean = [
        re.sub(r"reference \w+", "", it.text.replace(shop.business.slug, "X")) for it in (shown, unknown)
    ]
    assert clean[0] == clean[1]
    policies = [it.headers["Content-Security-Policy"] for it in (shown, unknown)]
    assert policies[0] == policies[1]


def test_who_began_before_it_paused_is_told_that_nothing_is_booked(client, shop, frame):
    form = wish(shop)
    shop.business.status = "draft"
    db.session.commit()
    answer = client.post(f"{frame}/book/holds", data=form)
    assert answer.status_code == 409
    assert "Nothing was booked" in answer.text


def test_the_visit_of_another_business_is_not_there(client, shop, frame):
    other = a_shop()
    booking = a_booking(other, berlin("2027-03-05 10:00"))
    assert client.get(f"{frame}/bookings/{receipt_token(booking)}").status_code == 404
    assert client.get(f"/bookings/{receipt_token(booking)}").status_code == 200


def test_the_looks_go_along_from_page_to_page(client, shop, frame):
    looks = {"hue": "42", "theme": "dark", "mode": "inline", "host": "https://ann.example", "lang": "de"}
    page = client.get(
        f"{frame}/book", query_string=looks | {"service": shop.service.id, "date": "2027-03-02"}
    )
    root = soup(page).html
    assert root["lang"] == "de"
    assert set(root["class"]) == {"hue-40", "theme-dark", "mode-inline"}
    assert soup(page).body["data-host"] == "https://ann.example"
    kept = looks | {"hue": "40"}
    for link in soup(page).select(f"a[href^='{frame}/'], form[action]"):
        query = parse_qs(urlsplit(link.get("href") or link["action"]).query)
        assert {name: query[name][0] for name in kept} == kept, link
    hidden = {it["name"]: it["value"] for it in soup(page).select("noscript input")}
    assert hidden == kept
    held = client.post(soup(page).select_one("form")["action"], data=wish(shop))
    assert parse_qs(urlsplit(held.location).query)["theme"] == ["dark"]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"hue": "-5"},
        {"hue": "1e3"},
        {"hue": "٤٢"},
        {"theme": '"><script>alert(1)</script>'},
        {"mode": "fullscreen"},
        {"host": "javascript:alert(1)"},
        {"host": "https://evil.example/path"},
        {"host": "https://a b"},
        {"host": "https://" + "a" * 400},
    ],
)
def test_looks_that_make_no_sense_are_left_out(client, shop, frame, nonsense):
    plain, odd = client.get(f"{frame}/book"), client.get(f"{frame}/book", query_string=nonsense)
    assert odd.status_code == 200
    assert set(soup(odd).html["class"]) == set(soup(plain).html["class"])
    assert soup(odd).body["data-host"] == ""
    assert "alert(1)" not in odd.text


def test_a_part_of_the_page_is_answered_to_a_stranger(client, shop, frame):
    asked = {
        "Origin": "null",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "hx-request",
    }
    before = client.options(f"{frame}/book", headers=asked)
    assert before.headers["Access-Control-Allow-Origin"] == "*"
    assert "HX-Request" in before.headers["Access-Control-Allow-Headers"]
    part = client.get(
        f"{frame}/book/slots?service={shop.service.id}", headers=STRANGE | {"HX-Request": "true"}
    )
    assert part.headers["Access-Control-Allow-Origin"] == "*"
    assert soup(part).select_one("#slots")


def test_its_token_opens_no_member_s_form(app, shop, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    member = signed_in(app, a_membership(shop.business).user)
    form = {"csrf_token": new_flow(shop.business.id), "name": "Stolen"}
    answer = member.post(f"/manage/{shop.business.slug}/settings", data=form)
    assert answer.status_code == 400
    db.session.refresh(shop.business)
    assert shop.business.name != "Stolen"


def test_a_page_of_members_stands_in_nobody_s_frame(app, shop):
    shop.business.framed_anywhere = True
    member = signed_in(app, a_membership(shop.business).user)
    page = member.get(f"/manage/{shop.business.slug}/calendar")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_its_icons_and_style_and_script_are_its_own(client, shop, frame):
    page = soup(client.get(f"{frame}/book?service={shop.service.id}"))
    assert len(page.select("link[rel=stylesheet]")) == len(page.select("script")) == 1
    assert not page.select("use, link[rel=preload]")
    assert page.select_one("svg.icon path, svg.icon circle, svg.icon rect")


def test_an_error_stands_in_the_frame_too(client, shop, frame):
    page = client.get(f"{frame}/bookings/nonsense")
    assert page.status_code == 404
    assert soup(page).select_one(".widget")
    assert words(soup(page).h1)


def test_an_address_the_business_had_before_leads_on(client, shop):
    db.session.add(FormerSlug(slug="ann-before", business_id=shop.business.id))
    db.session.commit()
    answer = client.get("/w/ann-before/book?theme=dark")
    assert answer.status_code == 301
    assert answer.location.endswith(f"/w/{shop.business.slug}/book?theme=dark")
    assert "X-Frame-Options" not in answer.headers


def test_the_list_costs_no_statement(client, shop, frame, queries):
    query = f"/book?service={shop.service.id}&date=2027-03-02"
    with queries() as ours:
        client.get(f"/b/{shop.business.slug}{query}")
    with queries() as framed:
        client.get(f"{frame}{query}")
    assert len(framed) == len(ours)


def test_nothing_of_another_business_is_reached_by_a_slug_alone(client, shop, frame):
    stranger = a_business("bob")
    held = client.post(f"{frame}/book/holds", data=wish(shop)).location
    assert client.get(held.replace(frame, f"/w/{stranger.slug}")).status_code == 404
