from datetime import timedelta

import pytest

from app.dashboard.requests import SHOWN, requests_to
from tests.conftest import NOW
from tests.dashboard.shops import a_visit_to
from tests.factories import a_membership, a_shop, a_user, signed_in
from tests.reading import rows, soup, words

pytestmark = pytest.mark.usefixtures("app", "frozen")


def a_request(shop, when="2027-03-05 10:00", *, hours=1, **more):
    return a_visit_to(shop, when, status="requested", created_at=NOW - timedelta(hours=hours), **more)


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2)


@pytest.fixture
def owner(shop):
    return a_membership(shop.business)


def test_the_oldest_come_first_and_are_counted_beyond_those_shown(shop, owner):
    for n in range(SHOWN + 2):
        a_request(shop, f"2027-03-05 {8 + n:02}:00", hours=10 + n, customer=f"Guest {n}")
    found = requests_to(owner, NOW)
    assert [it.customer for it in found.oldest] == [f"Guest {n}" for n in (6, 5, 4, 3, 2)]
    assert (found.number, len(found.running_out)) == (7, 0)


def test_a_request_runs_out_after_two_days_or_when_it_would_begin(shop, owner):
    a_request(shop, hours=40, customer="Old")
    a_request(shop, "2027-03-01 15:00", hours=1, customer="Today")
    a_request(shop, "2027-03-05 12:00", hours=30, customer="Calm")
    soon = requests_to(owner, NOW, shown=1).running_out
    assert [(it.customer, it.until) for it in soon] == [
        ("Today", NOW + timedelta(hours=6)),
        ("Old", NOW + timedelta(hours=8)),
    ]


def test_what_ran_out_was_answered_or_belongs_to_others_is_no_request(shop, owner):
    a_request(shop, hours=48)
    a_request(shop, "2027-03-01 09:00", person=shop.people[1])
    a_request(a_shop())
    a_visit_to(shop, "2027-03-05 15:00")
    found = requests_to(owner, NOW)
    assert (found.number, list(found.oldest)) == (0, [])


def test_staff_answer_for_their_own_time(shop):
    user = a_user()
    shop.people[1].user_id = user.id
    a_request(shop, customer="Of Maya")
    a_request(shop, customer="Of Tomás", person=shop.people[1])
    found = requests_to(a_membership(shop.business, "staff", user), NOW)
    assert ([it.customer for it in found.oldest], found.number) == (["Of Tomás"], 1)


def test_the_page_of_all_requests_shows_them_all(app, shop, owner):
    client = signed_in(app, owner.user)
    address = f"/manage/{shop.business.slug}/requests"
    assert "Nothing waits for an answer" in client.get(address).text
    for n in range(SHOWN + 1):
        a_request(shop, f"2027-03-05 {8 + n:02}:00", customer=f"Guest {n}")
    page = client.get(address)
    assert len(rows(page, ".request")) == SHOWN + 1
    today = soup(client.get(f"/manage/{shop.business.slug}/"))
    assert words(today.select_one("#requests h2")) == "Requests to answer 6"
    assert words(today.select_one(f"#requests a[href='{address}']")) == "All 6 requests"


def test_a_request_says_who_what_when_and_until_when(app, shop, owner):
    a_request(shop, hours=40, customer="<b>Ada</b>", note="Please call", places=2)
    page = soup(signed_in(app, owner.user).get(f"/manage/{shop.business.slug}/"))
    said = words(page.select_one(".request"))
    for text in ("<b>Ada</b>", "Fri 5 Mar, 11:00", "Haircut", "2 places", "with Maya", "Runs out at 18:00"):
        assert text in said
    assert page.select_one(".request [aria-label='With a note']")


def answered(page):
    found = soup(page).select_one("#answered")
    return words(found) if found else None


@pytest.mark.parametrize(("back", "home"), [("today", ""), ("requests", "requests")])
def test_what_is_accepted_on_a_page_of_requests_leads_back_there_with_a_word(app, shop, owner, back, home):
    it, client = a_request(shop, customer="Ada"), signed_in(app, owner.user)
    address = f"/manage/{shop.business.slug}/{home}"
    form = soup(client.get(address)).select_one(".request form")
    assert form.select_one("[name=back]")["value"] == back
    answer = client.post(form["action"], data={"back": back})
    assert (answer.status_code, answer.location) == (303, f"{address}?answered={it.id}")
    page = client.get(answer.location)
    assert answered(page) == "Accepted Ada, Haircut, Fri 5 Mar, 11:00"
    assert not soup(page).select("#requests, .request, .flashes")


def test_what_is_declined_on_the_page_of_today_can_be_undone_there(app, shop, owner):
    it, client = a_request(shop, customer="Ada"), signed_in(app, owner.user)
    today = f"/manage/{shop.business.slug}/"
    question = soup(client.get(soup(client.get(today)).select_one(".request a.button")["href"]))
    form = question.select_one("#ending form")
    assert question.select_one("#ending .buttons a")["href"] == today
    sent = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    page = client.get(client.post(form["action"], data=sent).location)
    assert answered(page) == "Declined Ada, Haircut, Fri 5 Mar, 11:00 Undo"
    undo = soup(page).select_one("#answered form")
    answer = client.post(undo["action"], data={"back": undo.select_one("[name=back]")["value"]})
    assert answer.location == f"{today}?answered={it.id}"
    assert answered(client.get(answer.location)).startswith("Booked again Ada")


@pytest.mark.parametrize("wrong", ["0", "x", "-1", "1.5", "²", "9" * 18, "9" * 40])
def test_an_odd_answer_is_none(app, shop, owner, wrong):
    for page in ("", "requests"):
        answer = signed_in(app, owner.user).get(f"/manage/{shop.business.slug}/{page}?answered={wrong}")
        assert (answer.status_code, answered(answer)) == (200, None)


def test_of_an_answer_nobody_else_hears_and_not_for_ever(app, shop, owner, frozen):
    it, client = a_request(shop, person=shop.people[1]), signed_in(app, owner.user)
    client.post(f"/manage/{shop.business.slug}/bookings/{it.id}/acceptance")
    page = f"/manage/{shop.business.slug}/?answered={it.id}"
    assert answered(client.get(page))
    colleague = a_membership(shop.business, "staff").user
    elsewhere = a_membership(a_shop().business)
    assert answered(signed_in(app, colleague).get(page)) is None
    theirs = f"/manage/{elsewhere.business.slug}/?answered={it.id}"
    assert answered(signed_in(app, elsewhere.user).get(theirs)) is None
    frozen.shift(timedelta(minutes=31))
    assert answered(client.get(page)) is None
