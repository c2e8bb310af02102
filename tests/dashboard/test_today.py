from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.appointments.models import Booking
from app.core.db import db
from tests.conftest import NOW
from tests.dashboard.shops import a_visit_to, at
from tests.factories import a_class_date, a_membership, a_shop, a_user, hire, set_week, signed_in
from tests.reading import rows, soup, words


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2)


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business, "owner").user)


@pytest.fixture
def page(shop, owner):
    """Asks for the page of today, or of another day, as the owner."""
    return lambda query="": owner.get(f"/manage/{shop.business.slug}/{query}")


def test_today_has_its_own_heading_and_its_list_below(shop, page):
    a_visit_to(shop, "10:00")
    today = soup(page())
    assert words(today.select_one("h1")) == "Today, Monday 1 March"
    parts = [it["id"] for it in today.select("#today section, #day, #week")]
    assert parts == ["next", "attention", "gaps", "day", "week"]
    assert len(today.select("#day .agenda-item")) == 1


@pytest.mark.parametrize("query", ["?date=2027-03-02", "?date=2027-02-28"])
def test_another_day_is_its_list_alone(shop, page, query):
    answer = page(query)
    assert not soup(answer).select("#today")
    assert words(soup(answer).select_one("h1")) == "Day"


def test_todays_own_date_is_today(page):
    assert soup(page("?date=2027-03-01")).select_one("#today #next")


def test_until_an_evening_past_midnight_ends_it_is_still_today(app, shop, frozen):
    set_week(shop.business.id, {0: [(1080, 1560)]})
    a_visit_to(shop, "2027-03-02 00:30", customer="Night owl")
    frozen.move_to(at("2027-03-01 23:30"))
    client = signed_in(app, a_membership(shop.business).user)
    today = soup(client.get(f"/manage/{shop.business.slug}/"))
    assert words(today.select_one("h1")) == "Today, Monday 1 March"
    assert words(today.select_one(".turn-visit")) == "01:30 Night owl Haircut in 1 h"


def test_who_comes_is_said_with_what_there_is_to_know(shop, page):
    a_visit_to(shop, "08:47", customer="Late")
    a_visit_to(shop, "09:40", customer="Here early", arrived_at=at("08:58"), note="Nut allergy")
    a_visit_to(shop, "08:30", customer="Inside", arrived_at=NOW, person=shop.people[1], member_note="Regular")
    answer = page()
    assert rows(answer, ".turn-visit") == [
        "09:47 Late Haircut 13 min late",
        "10:40 Here early Haircut Waiting for 2 min",
        "09:30 Inside Haircut Until 10:15",
    ]
    assert [words(it) for it in soup(answer).select(".turn-person span:last-child")] == ["Maya", "Tomás"]
    assert len(soup(answer).select(".turn-visit [aria-label='With a note']")) == 2
    assert "Nut allergy" not in str(soup(answer).select_one("#next"))


def test_a_class_says_how_full_it_is(app, frozen):
    shop = a_shop(capacity=8, minutes=60)
    a_class_date(shop, at("10:00")).places_taken = 3
    client = signed_in(app, a_membership(shop.business).user)
    assert rows(client.get(f"/manage/{shop.business.slug}/"), ".turn-visit") == [
        "11:00 Haircut 3 of 8 places taken in 1 h"
    ]


def test_who_works_alone_is_not_told_their_own_name(app, frozen):
    shop = a_shop()
    a_visit_to(shop, "10:00")
    client = signed_in(app, a_membership(shop.business).user)
    today = soup(client.get(f"/manage/{shop.business.slug}/"))
    assert today.select(".turn-visit")
    assert not today.select(".turn-person, .free-person")


def test_a_day_with_nobody_left_says_so(shop, page):
    assert "Nobody is booked today." in words(soup(page()).select_one("#next"))
    a_visit_to(shop, "08:00", status="completed")
    assert "Nobody else comes today." in words(soup(page()).select_one("#next"))
    assert "Nothing needs you." in words(soup(page()).select_one("#attention"))


def test_only_so_many_are_shown_at_once(shop, page):
    for n in range(10):
        person = hire(shop.business.id, f"Person {n}")
        a_visit_to(shop, "19:00", person=person, customer=f"Guest {n}")
    today = soup(page())
    assert len(today.select(".turn")) == 8
    assert words(today.select_one("#next .today-more")) == "2 more people have somebody today"
    assert len(today.select("#attention .notices-more .notice")) == 4
    assert words(today.select_one("#attention summary")) == "4 more"


def test_what_wants_a_look_leads_there(shop, page):
    visit = a_visit_to(shop, "17:30")
    (line,) = soup(page()).select(".notice")
    assert words(line) == "Olivia Park comes at 18:30, outside your hours"
    assert line.select_one("a")["href"] == f"/manage/{shop.business.slug}/appointments/{visit.appointment_id}"


def test_a_request_is_answered_from_here(shop, page, owner):
    request = a_visit_to(shop, "2027-03-02 10:00", status="requested", created_at=NOW)
    today = soup(page())
    form = today.select_one(".request form[method=post]")
    assert form.select_one("[aria-label='Accept Olivia Park']")
    assert owner.get(today.select_one("[aria-label='Decline Olivia Park']")["href"]).status_code == 200
    assert owner.post(form["action"]).status_code == 303
    assert db.session.get_one(Booking, (shop.business.id, request.id)).status == "confirmed"
    assert not soup(page()).select("#requests")


def test_a_gap_leads_to_a_booking_in_it(shop, page, owner):
    a_visit_to(shop, "10:00")
    gap = soup(page()).select_one(".gap")
    assert gap["aria-label"] == "Book Maya, 10:00–11:00"
    asked = parse_qs(urlsplit(gap["href"]).query)
    assert asked == {"date": ["2027-03-01"], "time": ["10:00"], "person": [str(shop.person.resource_id)]}
    form = soup(owner.get(gap["href"]))
    assert form.select_one("[name=date]")["value"] == "2027-03-01"
    assert form.select_one("[name=time]")["value"] == "10:00"


def test_the_week_is_drawn_and_told_in_a_table(shop, page):
    a_visit_to(shop, "10:00", minutes=60)
    a_visit_to(shop, "2027-03-02 10:00", minutes=30, person=shop.people[1])
    a_visit_to(shop, "2027-02-22 10:00", minutes=90)
    a_visit_to(shop, "2027-03-03 10:00", status="no_show")
    week = soup(page()).select_one("#week")
    assert [words(it) for it in week.select(".figure")] == [
        "Bookings 2 last week 1",
        "Booked time 1 h 30 min last week 1 h 30 min",
        "Of open time 2% last week 2%",
        "Expected €90.00 last week €45.00",
        "Cancelled 0 last week 0",
        "Did not come 1 last week 0",
    ]
    table = [[words(it) for it in row.select("th, td")] for row in week.select("details tbody tr")]
    assert table[0] == ["Mon 1 Mar", "1", "1", "1 h", "6%", "1 h 30 min", "€45.00", "€45.00", "0", "0"]
    assert table[5][:5] == ["Sat 6 Mar", "0", "0", "0 min", "closed"]
    assert table[7] == ["Together", "2", "1", "1 h 30 min", "2%", "1 h 30 min", "€90.00", "€45.00", "0", "1"]
    drawing = week.select_one("svg[role=img]")
    assert len(drawing.select("rect.bar-after")) == 2
    assert len(drawing.select("rect.bar-before")) == 1
    assert "Mon: 1, last week 1." in words(drawing.select_one("desc"))
    assert drawing["aria-labelledby"].split() == [it["id"] for it in drawing.select("title, desc")]


def test_staff_see_their_own_and_no_sum_of_money(app, shop):
    user = a_user()
    shop.people[1].user_id = user.id
    a_visit_to(shop, "10:00", customer="Of Maya")
    a_visit_to(shop, "10:00", customer="Of Tomás", person=shop.people[1])
    client = signed_in(app, a_membership(shop.business, "staff", user).user)
    today = soup(client.get(f"/manage/{shop.business.slug}/"))
    assert "Of Maya" not in today.text
    assert [words(it) for it in today.select(".turn-who")] == ["Of Tomás"]
    week = words(today.select_one("#week"))
    assert "Your week" in week
    assert "€" not in week
    assert "Expected" not in week


def test_a_draft_without_bookings_has_its_check_list_alone(shop, page):
    shop.business.status = "draft"
    today = soup(page())
    assert today.select_one("#set-up")
    assert not today.select("#today, #day")


def test_a_page_that_takes_a_break_still_has_its_day(shop, page):
    shop.business.status = "draft"
    a_visit_to(shop, "10:00")
    today = soup(page())
    assert today.select_one("#set-up")
    assert words(today.select_one(".notice")) == "Your page is closed, so nobody can book"
    assert today.select_one(".notice a")["href"].endswith("/#set-up")


def test_what_customers_are_called_is_text(shop, page):
    a_visit_to(shop, "17:30", customer="<i>Zoe</i>")
    assert "<i>Zoe" not in page().text


def test_a_full_day_takes_sixteen_statements(shop, page, queries):
    page()
    counts = []
    for round_ in range(2):
        for n in range(6):
            person = hire(shop.business.id, f"Person {round_}-{n}")
            a_visit_to(shop, "17:30", person=person)
            a_visit_to(shop, "2027-03-04 10:00", person=person, status="requested", created_at=NOW)
            a_visit_to(shop, "2027-02-24 10:00", person=person, created_at=NOW - timedelta(days=9))
        db.session.commit()
        with queries() as said:
            page()
        counts.append(len(said))
    assert counts == [16, 16]
