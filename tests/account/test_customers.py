"""Somebody who books opens an account, sees what is theirs, and leaves with it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.account.visits import PAGE
from app.appointments.changing import change_status
from app.appointments.finding import hold_token
from app.appointments.settling_up import take_for
from app.auth.accounts import find_user
from app.auth.checking import ask_check
from app.auth.models import OneTimeLink, User
from app.businesses.joining import find_membership
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.customers.linking import link_customers
from app.customers.meeting import Contact
from app.customers.models import Customer, Favourite
from app.notifications.models import Notification
from app.orders.changing import change_order
from app.reviews.finding import review_token
from app.reviews.writing import Said, review
from tests.auth.mails import link_of, planned, sent, text_of
from tests.factories import (
    ANNA,
    PASSWORD,
    a_booking,
    a_hold,
    a_membership,
    a_shop,
    a_user,
    berlin,
    hire,
    signed_in,
)
from tests.orders.kitchen import a_kitchen, an_order
from tests.reading import error, rows, soup, words

EMAIL, NEW = "olivia@example.com", "seven slow rivers"
AT = berlin("2027-03-02 10:00")
pytestmark = pytest.mark.usefixtures("frozen")


def a_customer(email=EMAIL, **more):
    return a_user(email, "Olivia Park", email_checked_at=clock.now(), **more)


def ask(browser, email=EMAIL):
    return browser.post("/account/sign-up", data={"email": email})


def opened(browser, email=EMAIL):
    ask(browser, email)
    return browser.post(link_of("email_check"), data={"name": "Olivia Park", "password": NEW})


# Opening an account


def test_an_account_is_opened_with_a_link_by_mail_and_shows_what_was_booked_before(client):
    a_booking(a_shop(), AT, EMAIL)
    assert ask(client).location == "/account/sign-up/sent"
    assert find_user(EMAIL) is None, "nobody has an account before the address is known to be theirs"
    address = link_of("email_check")
    assert EMAIL in client.get(address).text
    answer = client.post(address, data={"name": "Olivia Park", "password": NEW})
    assert (answer.status_code, answer.location) == (303, "/account/")
    user = find_user(EMAIL)
    assert (user.name, user.email_checked_at, user.language) == ("Olivia Park", clock.now(), "en-GB")
    assert len(soup(client.get("/account/")).select(".visit-rows .row")) == 1


def test_known_and_unknown_addresses_are_answered_alike(client, queries):
    a_user(EMAIL)
    answers, counts = [], []
    for email in (EMAIL, "nobody@example.com"):
        with queries() as seen:
            answers.append(ask(client, email))
        counts.append(len(seen))
    assert len({(it.status_code, it.location, it.text) for it in answers}) == 1
    assert len(set(counts)) == 1
    assert [(it.kind, it.recipient) for it in planned()] == [
        ("account_exists", EMAIL),
        ("email_check", "nobody@example.com"),
    ]
    assert "There is one with this address" in text_of(sent(planned()[0]))


def test_the_link_of_an_account_works_once(client, app):
    ask(client)
    address, form = link_of("email_check"), {"name": "Olivia", "password": NEW}
    assert client.post(address, data=form).status_code == 303
    stranger = app.test_client()
    assert stranger.get(address).status_code == 410
    assert stranger.post(address, data=form).status_code == 410
    assert db.session.scalar(select(User).filter_by(email=EMAIL)) == find_user(EMAIL)


def test_two_links_make_one_account(client, app):
    ask(client)
    first = link_of("email_check")
    ask(client)
    second = link_of("email_check")
    assert client.post(first, data={"name": "Olivia", "password": NEW}).status_code == 303
    answer = app.test_client().post(second, data={"name": "Eve", "password": NEW})
    assert answer.status_code == 409
    assert find_user(EMAIL).name == "Olivia"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "", "password": NEW}, "name"),
        ({"name": "\u200b", "password": NEW}, "name"),
        ({"name": "x" * 121, "password": NEW}, "name"),
        ({"name": "Olivia", "password": "short"}, "password"),
        ({"name": "Olivia Park", "password": "olivia@example.com"}, "password"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_the_link_still_works(client, typed, field):
    ask(client)
    address = link_of("email_check")
    answer = client.post(address, data=typed)
    assert answer.status_code == 422
    assert error(answer, field)
    assert client.post(address, data={"name": "Olivia", "password": NEW}).status_code == 303


def test_a_name_cannot_end_a_header(client):
    ask(client)
    client.post(link_of("email_check"), data={"name": "Olivia\r\nBcc: x@example.com", "password": NEW})
    client.post("/password-reset", data={"email": EMAIL})
    mail = sent(planned("password_reset")[0])
    assert "Bcc" not in mail
    assert [it.addr_spec for it in mail["to"].addresses] == [EMAIL]


def test_a_program_that_fills_in_everything_gets_no_mail(client):
    answer = client.post("/account/sign-up", data={"email": EMAIL, "website": "https://spam.example"})
    assert answer.status_code == 422
    assert planned() == []


# What is theirs


def test_visits_are_listed_by_time_with_their_links(app):
    user, shop = a_customer(), a_shop()
    later = a_booking(shop, berlin("2027-03-04 10:00"), EMAIL)
    sooner = a_booking(shop, AT, EMAIL)
    browser = signed_in(app, user)
    page = browser.get("/account/")
    assert [it.split(",")[0] for it in rows(page, ".visit-rows .row-title")] == ["Tue 2 Mar", "Thu 4 Mar"]
    address = soup(page).select_one(".visit-rows a")["href"]
    assert browser.get(address).status_code == 200
    assert {it.customer_id for it in (later, sooner)} == {sooner.customer_id}


def test_what_was_goes_on_for_pages_and_can_be_booked_again(app, frozen):
    user, shop = a_customer(), a_shop()
    for day in range(2, 27):
        if berlin(f"2027-03-{day:02} 10:00").weekday() < 5:
            a_booking(shop, berlin(f"2027-03-{day:02} 10:00"), EMAIL)
            a_booking(shop, berlin(f"2027-03-{day:02} 12:00"), EMAIL)
    frozen.shift(timedelta(days=60))
    browser = signed_in(app, user)
    page = browser.get("/account/")
    assert len(soup(page).select(".visit-rows .row")) == PAGE
    again = soup(page).select_one(".row-actions a")
    assert (words(again), again["href"]) == ("Book again", f"{shop.page}?service={shop.service.id}")
    assert browser.get(again["href"]).status_code == 200
    last = browser.get("/account/?page=99")
    assert 0 < len(soup(last).select(".visit-rows .row")) < PAGE
    assert browser.get("/account/?page=x").status_code == 200


def test_the_page_asks_as_often_however_much_there_is(app, queries):
    user, counts = a_customer(), []
    browser = signed_in(app, user)
    for number in (1, 5):
        for minute in range(number):
            a_booking(a_shop(), berlin(f"2027-03-0{number % 3 + 2} 1{minute}:00"), EMAIL)
        browser.get("/account/")
        with queries() as seen:
            browser.get("/account/")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 9


def been_there(shop, at, frozen):
    booking = a_booking(shop, at, EMAIL)
    frozen.move_to(at + timedelta(minutes=60))
    change_status(booking, "completed", by=SYSTEM, now=clock.now())
    return booking


def review_links(browser):
    found = soup(browser.get("/account/")).select('.row-actions a[href^="/reviews/"]')
    return [(words(it), it["aria-label"], it["href"]) for it in found]


def test_what_was_done_leads_to_its_review_and_to_what_was_said(app, frozen):
    user, shop, other = a_customer(), a_shop(), a_shop()
    first = been_there(shop, AT, frozen)
    second = been_there(other, AT + timedelta(hours=2), frozen)
    a_booking(shop, AT + timedelta(hours=24), EMAIL)
    browser = signed_in(app, user)
    for label, spoken, address in review_links(browser):
        assert (label, spoken) == ("Write a review", "Write a review of Haircut")
        assert "How was your visit?" in browser.get(address).text
    assert len(review_links(browser)) == 2
    review(shop.business, first, Said(4), by=VISITOR, now=clock.now())
    newer, older = review_links(browser)
    assert (newer[0], older[0]) == ("Write a review", "Your review")
    assert newer[2] == f"/reviews/{review_token(second)}"
    assert "Everybody can read it now." in browser.get(older[2]).text
    frozen.shift(timedelta(days=61))
    later = signed_in(app, user)
    assert [it[0] for it in review_links(later)] == ["Your review"], "it is too late for the other"


def test_of_a_visit_of_two_services_what_has_no_review_yet_comes_first(app, frozen):
    user, shop = a_customer(), a_shop()
    first = been_there(shop, AT, frozen)
    second = been_there(shop, AT + timedelta(hours=1), frozen)
    second.visit = first.visit
    db.session.flush()
    browser = signed_in(app, user)
    assert [it[2] for it in review_links(browser)] == [f"/reviews/{review_token(first)}"]
    review(shop.business, first, Said(4), by=VISITOR, now=clock.now())
    assert [it[2] for it in review_links(browser)] == [f"/reviews/{review_token(second)}"]
    review(shop.business, second, Said(2), by=VISITOR, now=clock.now())
    [said] = review_links(browser)
    assert said[0] == "Your review"


def test_an_order_leads_to_its_review_too(app, frozen):
    user, kitchen = a_customer(), a_kitchen()
    order = an_order(kitchen, contact=Contact("Olivia Park", EMAIL, language="en-GB"))
    browser = signed_in(app, user)
    assert review_links(browser) == []
    for status in ("accepted", "preparing", "ready", "fulfilled"):
        change_order(order, status, by=SYSTEM, now=clock.now())
    [(label, spoken, address)] = review_links(browser)
    assert (label, spoken) == ("Write a review", "Write a review of 1 × Margherita")
    assert address == f"/reviews/{review_token(order)}"


def test_the_ways_to_reviews_cost_one_statement(app, frozen, queries):
    user, counts = a_customer(), []
    for number in range(3):
        been_there(a_shop(), AT + timedelta(days=7 * number), frozen)
        browser = signed_in(app, user)
        browser.get("/account/")
        with queries() as seen:
            browser.get("/account/")
        counts.append((len(seen), sum("FROM reviews" in it for it in seen)))
    assert len(set(counts)) == 1
    assert counts[0][1] == 1


def test_nobody_sees_the_visits_of_somebody_else(app):
    a_customer()
    a_booking(a_shop(), AT, EMAIL)
    other = signed_in(app, a_customer("sam@example.com"))
    assert soup(other.get("/account/")).select(".visit-rows") == []
    assert EMAIL not in other.get("/account/export").text


def test_a_favourite_is_kept_by_the_heart_and_listed(app, client):
    user, shop = a_customer(), a_shop()
    page = f"/b/{shop.business.slug}/"
    assert "favourite" not in client.get(page).text
    browser = signed_in(app, user)
    form = soup(browser.get(page)).select_one("form[action*=favourites]")
    answer = browser.post(form["action"], data={"next": page})
    assert (answer.status_code, answer.location) == (303, page)
    browser.post(form["action"], data={"next": page})
    assert soup(browser.get(page)).select_one("button.favourite")["aria-pressed"] == "true"
    assert words(soup(browser.get("/account/")).select_one("#favourites")) == "Favourites"
    form = soup(browser.get("/account/")).select_one("form[action*=favourites]")
    assert browser.post(form["action"]).location == "/account/"
    assert db.session.scalars(select(Favourite)).all() == []


@pytest.mark.parametrize(
    "next_page", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_the_heart_leads_nowhere_else(app, next_page):
    shop = a_shop()
    answer = signed_in(app, a_customer()).post(
        f"/account/favourites/{shop.business.slug}", data={"next": next_page}
    )
    assert answer.location == "/account/"


def test_a_draft_is_no_favourite(app):
    shop = a_shop()
    shop.business.status = "draft"
    assert signed_in(app, a_customer()).post(f"/account/favourites/{shop.business.slug}").status_code == 404


def test_somebody_signed_in_need_not_type_who_they_are(app, client):
    shop = a_shop()
    booking = a_booking(shop, AT, EMAIL)
    user = a_customer()
    db.session.get_one(Customer, (booking.business_id, booking.customer_id)).phone = "+493012345"
    browser = signed_in(app, user)
    ask_check_now(user)
    held = a_hold(shop, berlin("2027-03-02 12:00"))
    page = f"/b/{shop.business.slug}/book/{hold_token(held)}"
    typed = {
        it: soup(browser.get(page)).select_one(f"#{it}").get("value") for it in ("name", "email", "phone")
    }
    assert typed == {"name": "Olivia Park", "email": EMAIL, "phone": "+493012345"}
    assert not soup(client.get(page)).select_one("#email").get("value")


def ask_check_now(user):
    """As if the address had been checked now."""
    link_customers(user)


def test_name_language_and_messages_are_kept(app):
    user = a_customer()
    browser = signed_in(app, user)
    form = {
        "name": "Olivia P.",
        "language": "de",
        "zone": "America/New_York",
        "wanted": ["reminder:email", "offer:sms"],
    }
    assert browser.post("/account/person", data=form).status_code == 303
    db.session.refresh(user)
    assert (user.name, user.language, user.zone) == ("Olivia P.", "de", "America/New_York")
    assert user.unwanted == ["reminder:sms", "follow_up:email", "follow_up:sms", "offer:email"]
    page = soup(browser.get("/account/person"))
    assert page.html["lang"] == "de"
    assert [it["value"] for it in page.select("#wanted input[checked]")] == form["wanted"]


@pytest.mark.parametrize(
    "wrong",
    [{"language": "xx"}, {"zone": "Mars/Base"}, {"wanted": "everything"}, {"name": " "}, {"name": "x" * 121}],
)
def test_what_nobody_offers_is_refused(app, wrong):
    user = a_customer()
    form = {"name": "Olivia", "language": "", "zone": ""} | wrong
    assert signed_in(app, user).post("/account/person", data=form).status_code == 422


def test_fields_of_nobodys_form_change_nothing(app):
    user = a_customer()
    form = {
        "name": "Olivia",
        "is_platform_admin": "1",
        "email": "x@example.com",
        "email_checked_at": "2020-01-01",
    }
    assert signed_in(app, user).post("/account/person", data=form).status_code == 303
    db.session.refresh(user)
    assert (user.is_platform_admin, user.email) == (False, EMAIL)


# Leaving


def test_everything_kept_about_somebody_is_one_file(app):
    user, shop = a_customer(), a_shop()
    a_booking(shop, AT, EMAIL)
    answer = signed_in(app, user).get("/account/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="daybook-2027-03-01.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    given = json.loads(answer.text)
    assert given["account"]["email"] == EMAIL
    assert given["visits"][0]["services"][0]["name"] == "Haircut"
    assert given["known_to_businesses"] == [
        {"business": shop.business.name, "name": "Olivia Park", "email": EMAIL, "phone": None}
    ]
    assert len(given["sign_ins"]) == 1
    assert "password" not in answer.text


def test_what_somebody_paid_is_in_the_file_and_nobody_else_s_is(app):
    user, shop = a_customer(), a_shop()
    by = {"key": "k" * 16, "by": ANNA, "now": clock.now()}
    take_for(shop.business, a_booking(shop, AT, EMAIL), 2000, "cash", note="Between us", **by)
    other = a_booking(shop, AT + timedelta(hours=2), "somebody@example.com")
    take_for(shop.business, other, 1500, "cash", note=None, **(by | {"key": "other" * 4}))
    db.session.commit()
    answer = signed_in(app, user).get("/account/export")
    [invoice] = json.loads(answer.text)["invoices"]
    assert (invoice["email"], invoice["total"], invoice["paid"], invoice["currency"]) == (
        EMAIL,
        4500,
        2000,
        "EUR",
    )
    assert invoice["lines"] == [{"label": "Haircut", "amount": 4500}]
    assert [(it["method"], it["amount"]) for it in invoice["payments"]] == [("cash", 2000)]
    assert "Between us" not in answer.text


def test_an_account_is_deleted_and_what_is_the_business_s_stays(app):
    user, shop = a_customer(), a_shop()
    booking = a_booking(shop, AT, EMAIL)
    browser, elsewhere = signed_in(app, user), signed_in(app, user)
    browser.post(f"/account/favourites/{shop.business.slug}")
    browser.post("/password-reset", data={"email": EMAIL})
    ask_check(user, now=clock.now())
    page = browser.get("/account/deletion")
    assert "Tue 2 Mar" in page.text
    answer = browser.post("/account/deletion", data={"password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert elsewhere.get("/account/").status_code == 303
    db.session.refresh(user)
    assert (user.name, user.email, user.active) == ("Deleted", f"deleted-{user.id}", False)
    assert user.deleted_at == clock.now()
    assert user.password_hash is None
    customer = db.session.get_one(
        Customer, (booking.business_id, booking.customer_id), populate_existing=True
    )
    assert (customer.email, customer.user_id) == (EMAIL, None)
    db.session.refresh(booking)
    assert booking.status == "confirmed"
    assert db.session.scalars(select(Favourite)).all() == []
    assert db.session.scalars(select(OneTimeLink)).all() == []
    about = db.session.scalars(select(Notification).where(Notification.business_id.is_(None))).all()
    assert {it.recipient for it in about} == {f"deleted-{user.id}"}
    assert {it.status for it in about} == {"cancelled"}


def test_the_address_of_a_deleted_account_can_be_used_again(app, client):
    signed_in(app, a_customer()).post("/account/deletion", data={"password": PASSWORD})
    assert opened(client).status_code == 303
    assert find_user(EMAIL).name == "Olivia Park"
    sign_in = {"email": f"deleted-{find_user(EMAIL).id - 1}", "password": PASSWORD}
    assert app.test_client().post("/sign-in", data=sign_in).status_code == 422


def test_deleting_takes_the_password(app):
    user = a_customer()
    browser = signed_in(app, user)
    for password in ("wrong", ""):
        answer = browser.post("/account/deletion", data={"password": password})
        assert answer.status_code == 422
        assert error(answer, "password")
    assert browser.get("/account/").status_code == 200


def test_the_last_owner_stays_until_there_is_another(app):
    user, shop = a_customer(), a_shop()
    a_membership(shop.business, "owner", user)
    browser = signed_in(app, user)
    answer = browser.post("/account/deletion", data={"password": PASSWORD})
    assert answer.status_code == 422
    assert f"the last owner of {shop.business.name}" in words(soup(answer).main)
    db.session.refresh(user)
    assert user.deleted_at is None
    a_membership(shop.business, "owner")
    person = hire(shop.business.id, "Olivia", user_id=user.id)
    assert browser.post("/account/deletion", data={"password": PASSWORD}).status_code == 303
    assert find_membership(shop.business.slug, user.id) is None
    db.session.refresh(person)
    assert person.user_id is None
