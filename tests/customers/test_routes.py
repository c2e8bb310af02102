"""The list of customers and the page of each, and what staff see of them."""

from datetime import timedelta

import pytest

from app.appointments.cancelling import cancel
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact, meet
from app.customers.searching import PAGE, find_customer, matches
from app.customers.wording import remember_words
from tests.conftest import NOW
from tests.factories import (
    a_booking,
    a_business,
    a_membership,
    a_shop,
    a_user,
    a_visit,
    berlin,
    by_the_system,
    hire,
    signed_in,
)
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")
HTMX = {"HX-Request": "true"}
TEN = berlin("2027-03-02 10:00")


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


@pytest.fixture
def page(shop):
    return f"/manage/{shop.business.slug}/customers"


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


@pytest.fixture
def maya(app, shop):
    user = a_user()
    shop.person.user_id = user.id
    return signed_in(app, a_membership(shop.business, "staff", user).user)


def titles(response):
    return [it.text.strip() for it in soup(response).select("#customers .row-title")]


def known(shop, name, email=None, phone=None):
    return meet(shop.business.id, Contact(name, email, phone), clock.now())


def of_visit(booking):
    """The customer of a visit whose rows were written directly."""
    return booking.customer_id


def test_customers_are_listed_with_how_to_reach_them_and_found(shop, page, manager):
    known(shop, "Zoe Gray", "zoe@example.com", "+4930123456")
    known(shop, "Ann Lee")
    answer = manager.get(page)
    assert titles(answer) == ["Ann Lee", "Zoe Gray"]
    assert "zoe@example.com · +49 30 123456" in " ".join(soup(answer).text.split())
    assert titles(manager.get(f"{page}?q=gr")) == ["Zoe Gray"]
    nobody = manager.get(f"{page}?q=nobody")
    assert "Nobody is called that" in nobody.text
    assert soup(nobody).select_one("[name=q]")["value"] == "nobody"


def test_a_fragment_is_the_list_alone(shop, page, manager):
    known(shop, "Ann Lee")
    answer = manager.get(f"{page}?q=ann", headers=HTMX)
    assert [it["id"] for it in soup(answer).find_all(recursive=False)] == ["customers"]


def test_an_empty_list_says_how_it_fills(page, manager, maya):
    assert "appears here by themselves" in manager.get(page).text
    assert "as soon as they have an appointment with you" in maya.get(page).text


def test_a_long_list_has_pages(shop, page, manager):
    for number in range(PAGE + 2):
        known(shop, f"Person {number:02}")
    first = soup(manager.get(page))
    assert len(first.select("#customers .row")) == PAGE
    following = first.select_one(".pagination a[rel=next]")["href"]
    assert titles(manager.get(following)) == ["Person 50", "Person 51"]
    for odd in ("0", "x", "99", "-1", "9" * 30):
        assert manager.get(f"{page}?page={odd}").status_code == 200


@pytest.mark.parametrize("q", ["%00", "x" * 5000, "%25", "_", "'", "\u202e", "%E2%80%8B"])
def test_odd_words_find_nobody_and_break_nothing(shop, page, manager, q):
    known(shop, "Ann Lee")
    assert manager.get(f"{page}?q={q}").status_code == 200
    assert manager.get(f"{page}/matches?q={q}", headers=HTMX).status_code == 200


def test_a_page_shows_what_is_ahead_what_was_and_what_it_comes_to(shop, page, manager):
    person = hire(shop.business.id, "June")
    customer = of_visit(a_visit(shop.business, NOW - timedelta(days=3), person=person))
    for at, status in (
        (NOW - timedelta(days=2), "no_show"),
        (NOW - timedelta(days=1), "cancelled"),
        (NOW + timedelta(days=1), "confirmed"),
    ):
        a_visit(shop.business, at, person=person, status=status).customer_id = customer
    db.session.commit()
    answer = manager.get(f"{page}/{customer}")
    parts = soup(answer)
    assert [len(it.select(".row")) for it in parts.select(".rows")] == [1, 3]
    facts = {it.dt.text: it.dd.text.strip() for it in parts.select(".customer-facts .details-list div")}
    sums = [facts[it] for it in ("Visits", "Did not come", "Cancelled", "Spent")]
    assert sums == ["1", "1", "1", "€45.00"]


def test_what_was_long_ago_is_on_further_pages(shop, page, manager):
    person = hire(shop.business.id, "June")
    customer = of_visit(a_visit(shop.business, NOW - timedelta(days=100), person=person))
    for day in range(1, 22):
        a_visit(shop.business, NOW - timedelta(days=day), person=person).customer_id = customer
    db.session.commit()
    first = soup(manager.get(f"{page}/{customer}"))
    assert len(first.select(".visit-rows .row")) == 20
    last = soup(manager.get(first.select_one(".pagination a[rel=next]")["href"]))
    assert len(last.select(".visit-rows .row")) == 2


def test_staff_see_who_comes_to_them_and_only_that(shop, page, maya):
    mine = a_booking(shop, TEN, person=shop.person, email="mine@example.com")
    other = a_booking(shop, TEN, person=shop.people[1], email="other@example.com")
    a_booking(shop, TEN + timedelta(hours=1), person=shop.people[1], email="mine@example.com")
    assert len(titles(maya.get(page))) == 1
    own = maya.get(f"{page}/{mine.customer_id}")
    assert own.status_code == 200
    [link] = soup(own).select(".visit-rows .row-title a")
    assert maya.get(link["href"]).status_code == 200
    assert "Spent" not in own.text
    assert maya.get(f"{page}/{other.customer_id}").status_code == 403


def test_staff_find_everybody_they_may_book_for_and_not_how_to_reach_them(shop, page, maya, manager):
    known(shop, "Zoe Gray", "zoe@example.com", "+4930123456")
    text = maya.get(f"{page}/matches?q=zoe", headers=HTMX).text
    assert "Zoe Gray" in text
    assert "z•••@example.com" in text
    assert "••• 456" in text
    assert "zoe@example.com" not in text
    assert "30123" not in text
    assert "zoe@example.com" in manager.get(f"{page}/matches?q=zoe", headers=HTMX).text


def test_matches_are_options_of_a_list_with_the_last_visit(shop, page, manager):
    customer = of_visit(a_visit(shop.business, NOW - timedelta(days=3)))
    a_visit(
        shop.business, NOW + timedelta(days=3), person=hire(shop.business.id, "June")
    ).customer_id = customer
    remember_words(find_customer(shop.business.id, customer))
    [option] = soup(manager.get(f"{page}/matches?q=oli", headers=HTMX)).select(
        "[role=listbox] > [role=option]"
    )
    assert (option["id"], option["data-customer"]) == (f"match-{customer}", str(customer))
    assert "Last here 26 Feb 2027" in " ".join(option.text.split())


def test_matches_without_htmx_lead_to_the_list(shop, page, manager):
    answer = manager.get(f"{page}/matches?q=ann")
    assert (answer.status_code, answer.location) == (303, f"{page}?q=ann")


def test_nobody_sees_the_customers_of_another_business(app, shop, page):
    ann = known(shop, "Ann Lee")
    elsewhere = a_business()
    stranger = signed_in(app, a_membership(elsewhere, "owner").user)
    assert stranger.get(f"{page}/{ann.id}").status_code == 404
    assert stranger.get(f"/manage/{elsewhere.slug}/customers/{ann.id}").status_code == 404
    assert matches(elsewhere.id, "ann") == []


def test_whoever_was_erased_has_no_page(shop, page, manager):
    ann = known(shop, "Ann Lee")
    ann.erased_at = clock.now()
    db.session.commit()
    assert manager.get(f"{page}/{ann.id}").status_code == 404


def test_the_number_of_statements_grows_with_nothing(shop, page, manager, queries):
    counts = []
    for _ in range(2):
        for number in range(10):
            known(shop, f"Person {number}")
        a_booking(shop, TEN + timedelta(days=len(counts)), email="olivia@example.com")
        [olivia] = matches(shop.business.id, "olivia")
        seen = []
        for address in (page, f"{page}/{olivia.id}"):
            with queries() as sent:
                assert manager.get(address).status_code == 200
            seen.append(len(sent))
        with queries() as sent:
            manager.get(f"{page}/matches?q=person", headers=HTMX)
        counts.append([*seen, len(sent)])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 13


def test_staff_cannot_guess_what_is_hidden_of_somebody_by_searching_for_it(shop, page, maya, manager):
    known(shop, "Olivia Park", "olivia.secret@example.com", "+4930123456")
    for typed, hits in (("oli", 1), ("456", 1), ("3456", 0), ("+49 30 123456", 0), ("secret", 0)):
        assert (typed, len(titles_of(maya, page, typed))) == (typed, hits)
        assert len(titles_of(manager, page, typed)) == 1


def titles_of(browser, page, typed):
    answer = browser.get(f"{page}/matches", query_string={"q": typed}, headers=HTMX)
    return soup(answer).select("[role=option]")


def test_a_booking_that_was_cancelled_opens_nobodys_page_to_staff(shop, page, maya):
    booking = a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person)
    customer = booking.customer_id
    assert maya.get(f"{page}/{customer}").status_code == 200
    by_the_system(cancel)(shop.business, booking)
    assert maya.get(f"{page}/{customer}").status_code == 403
