from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.auth.models import UserSession
from app.core.changes import changes_of
from app.core.db import db
from app.schedule.models import ServiceNeedStretch
from tests.factories import (
    a_booking,
    a_business,
    a_hold,
    a_membership,
    a_shop,
    a_user,
    berlin,
    rooms_of,
    signed_in,
)
from tests.reading import soup, words

HTMX = {"HX-Request": "true", "HX-Target": "calendar"}


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2)


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business).user)


def address(shop, **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/manage/{shop.business.slug}/calendar/?{asked}"


def said(response):
    return [" ".join(it.text.split()) for it in soup(response).select(".column .block")]


def poll(shop, browser, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return browser.get(f"/manage/{shop.business.slug}/calendar/changes?{query}", headers=HTMX)


def test_a_day_says_of_each_appointment_who_comes_when_for_what_and_whether_it_is_sure(shop, owner):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.people[1])
    page = owner.get(address(shop, date="2027-03-02"))
    assert page.status_code == 200
    assert said(page) == ["10:00 Olivia Park Haircut, Confirmed"]
    [column] = soup(page).select(f'.column[data-person="{shop.people[1].resource_id}"]')
    assert column.select_one("h3").text.split() == ["T", "Tomás"]
    assert len(column.select("ol.blocks > li")) == 1


def test_a_fragment_is_the_calendar_alone(shop, owner):
    fragment = owner.get(address(shop, view="week", date="2027-03-02"), headers=HTMX)
    [root] = [it for it in soup(fragment).children if it.name]
    assert (root["id"], len(root.select(".column"))) == ("calendar", 7)


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_every_view_shows_the_booking(shop, owner, view):
    a_booking(shop, berlin("2027-03-02 10:00"))
    page = owner.get(address(shop, view=view, date="2027-03-02"))
    assert page.status_code == 200
    if view == "month":
        labels = [it["aria-label"] for it in soup(page).select(".month-cell a")]
        assert labels[1:3] == ["Tuesday 2 March: 1 appointment", "Wednesday 3 March: nothing booked"]
    else:
        assert "Olivia Park" in page.text


def test_a_phone_gets_a_list_unless_it_asks_for_something_else(shop, owner):
    phone = {
        "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605 Mobile/15E148 Safari/604"
    }
    phone["User-Agent"] += " Mobi"
    assert soup(owner.get(address(shop), headers=phone)).select_one(".view-agenda")
    assert soup(owner.get(address(shop, view="day"), headers=phone)).select_one(".view-day")
    assert soup(owner.get(address(shop))).select_one(".view-day")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"date": "2027-02-30"}, "There is no such day"),
        ({"date": "1999-12-31"}, "There is no such day"),
        ({"view": "decade"}, "There is no such view"),
    ],
)
def test_what_there_is_not_is_said_and_today_is_shown(shop, owner, query, sentence):
    page = owner.get(address(shop, **query))
    assert page.status_code == 422
    assert sentence in page.text
    assert "Monday 1 March 2027" in page.text


@pytest.mark.parametrize("who", ["0", "-1", "1.5", "x", "9" * 30, "%00", "１"])
def test_odd_ids_choose_nobody(shop, owner, who):
    page = owner.get(address(shop, who=who))
    assert page.status_code == 200
    assert len(soup(page).select(".column")) == 2


def test_a_colleagues_appointment_has_no_name_and_no_link_for_staff(app, shop):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.people[1])
    user = a_membership(shop.business, "staff").user
    shop.people[0].user_id = user.id
    db.session.flush()
    for view in ("day", "week", "agenda"):
        page = signed_in(app, user).get(address(shop, view=view, date="2027-03-02"))
        assert "Busy" in page.text
        assert "Olivia" not in page.text
        assert "Haircut" not in page.text
        assert not soup(page).select(".block a, .agenda-link")


def test_an_open_calendar_is_told_nothing_while_nothing_changes(shop, owner):
    a_booking(shop, berlin("2027-03-02 10:00"))
    count = changes_of(shop.business.id)
    db.session.commit()
    count = changes_of(shop.business.id)
    assert poll(shop, owner, since=count, today="2027-03-01").status_code == 204


def test_an_open_calendar_sees_what_another_browser_books(shop, owner):
    page = owner.get(address(shop, date="2027-03-02"))
    count = soup(page).select_one("#calendar")["data-count"]
    a_booking(shop, berlin("2027-03-02 10:00"))
    answer = poll(shop, owner, since=count, today="2027-03-01", view="day", date="2027-03-02")
    assert answer.status_code == 200
    assert said(answer) == ["10:00 Olivia Park Haircut, Confirmed"]
    assert int(soup(answer).select_one("#calendar")["data-count"]) > int(count)


def test_what_happens_in_another_business_is_no_change(app, shop, owner):
    db.session.commit()
    count = changes_of(shop.business.id)
    a_booking(a_shop(), berlin("2027-03-02 10:00"))
    assert poll(shop, owner, since=count, today="2027-03-01").status_code == 204


def test_a_calendar_left_open_over_midnight_learns_that_it_is_tomorrow(shop, owner, frozen):
    frozen.shift(timedelta(hours=11))
    owner.get(address(shop))
    count = changes_of(shop.business.id)
    assert poll(shop, owner, since=count, today="2027-03-01").status_code == 204
    frozen.shift(timedelta(hours=4))
    answer = poll(shop, owner, since=count, today="2027-03-01")
    assert answer.status_code == 200
    assert soup(answer).select_one("#calendar")["data-today"] == "2027-03-02"


def test_looking_at_an_open_calendar_is_no_use_of_the_session(shop, owner, frozen):
    used = sa.select(UserSession.last_used_at)
    owner.get(address(shop))
    before = db.session.scalar(used)
    frozen.shift(timedelta(minutes=30))
    poll(shop, owner, since=0, today="2027-03-01")
    assert db.session.scalar(used) == before
    owner.get(address(shop))
    assert db.session.scalar(used) > before


def test_a_calendar_nobody_touched_for_half_a_day_asks_to_sign_in(shop, owner, frozen):
    frozen.shift(timedelta(hours=12, minutes=1))
    answer = poll(shop, owner, since=0, today="2027-03-01")
    assert answer.status_code == 401
    assert "/sign-in" in answer.headers["HX-Redirect"]


def test_a_business_without_anybody_is_told_how_to_begin(app, frozen):
    business = a_business()
    browser = signed_in(app, a_membership(business).user)
    page = browser.get(f"/manage/{business.slug}/calendar/")
    assert "Nobody is here yet" in page.text


@pytest.mark.parametrize(("view", "statements"), [("day", 8), ("week", 8), ("month", 7), ("agenda", 8)])
def test_a_full_day_asks_the_database_as_often_as_an_empty_one(shop, owner, queries, view, statements):
    rooms_of(shop, "One", "Two", "Three")
    page = address(shop, view=view, date="2027-03-02")
    owner.get(page)
    with queries() as of_empty:
        owner.get(page, headers=HTMX)
    for hour in range(9, 17):
        a_booking(shop, berlin(f"2027-03-02 {hour:02}:00"), email=f"{hour}@example.com")
    a_hold(shop, berlin("2027-03-02 17:00"))
    with queries() as of_full:
        owner.get(page, headers=HTMX)
    assert len(of_full) == len(of_empty) == statements


def test_nothing_new_costs_three_statements(shop, owner, queries):
    db.session.commit()
    owner.get(address(shop))
    asked = (
        f"/manage/{shop.business.slug}/calendar/changes?today=2027-03-01&since={changes_of(shop.business.id)}"
    )
    with queries() as seen:
        assert owner.get(asked, headers=HTMX).status_code == 204
    assert len(seen) == 3


def test_names_cannot_break_out_of_the_page(app, shop):
    business = shop.business
    a_booking(shop, berlin("2027-03-02 10:00"))
    for column, number in (("contact_name", 1), ("service_name", 2)):
        evil = f'<script>alert({number})</script>" onfocus=x'
        db.session.execute(sa.text(f"UPDATE bookings SET {column} = :evil"), {"evil": evil})
    browser = signed_in(app, a_membership(business, user=a_user()).user)
    for view in ("day", "week", "agenda"):
        page = browser.get(address(shop, date="2027-03-02", view=view))
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "&lt;script&gt;alert(2)" in page.text


def test_an_id_of_thousands_of_digits_chooses_nobody(shop, owner):
    page = owner.get(address(shop, who="0" * 19 + "1" + "9" * 4400))
    assert page.status_code == 200


def test_only_the_columns_a_member_may_give_time_of_can_be_booked_in(app, shop, owner):
    rooms_of(shop, "Chair")
    user = a_membership(shop.business, "staff").user
    shop.people[0].user_id = user.id
    db.session.flush()

    def bookable(browser):
        return [it["data-person"] for it in soup(browser.get(address(shop))).select(".column[data-books]")]

    people = [str(it.resource_id) for it in shop.people]
    assert bookable(owner) == people
    assert bookable(signed_in(app, user)) == people[:1]


def test_one_who_was_chosen_is_named(shop, owner):
    page = owner.get(address(shop, who=shop.people[1].resource_id))
    assert soup(page).select_one("#calendar-who summary").text.strip() == "Tomás"


def test_all_who_are_shown_are_ticked_and_choosing_them_all_chooses_nobody(shop, owner):
    [room] = rooms_of(shop, "Chair")
    people = [it.resource_id for it in shop.people]

    def ticked(**query):
        page = soup(owner.get(address(shop, **query)))
        boxes = page.select("#calendar-who input[checked]")
        return [int(it["value"]) for it in boxes], words(page.select_one("#calendar-who summary"))

    assert ticked(view="day") == ([*people, room], "Everybody")
    assert ticked(view="week") == (people, "Everybody")
    assert ticked(view="week", who=f"{people[0]}&who={people[1]}") == (people, "Everybody")
    assert ticked(view="week", who=f"{people[0]}&who={room}") == ([people[0], room], "2 chosen")
    assert ticked(view="day", who=people[1]) == ([people[1]], "Tomás")


def test_a_day_of_a_month_says_what_its_number_counts(shop, owner):
    for hour in (10, 11):
        a_booking(shop, berlin(f"2027-03-02 {hour}:00"))
    page = soup(owner.get(address(shop, view="month", date="2027-03-02")))
    assert [words(it) for it in page.select(".month-cell-count")] == ["2 appointments"]
    assert page.select_one('[aria-label="Tuesday 2 March: 2 appointments"]')


def test_what_is_to_be_known_of_an_appointment_is_said_and_shown(shop, owner):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    booking.note = "Nut allergy"
    page = owner.get(address(shop, date="2027-03-02"))
    assert said(page) == ["10:00 Olivia Park Haircut, Confirmed, with a note"]
    assert len(soup(page).select(".block-signs svg")) == 1


def test_any_piece_of_a_visit_with_a_pause_moves_the_whole_of_it(shop, owner):
    shop.service.minutes = 90
    for start, end in ((0, 30), (60, 90)):
        stretch = {"position": 1, "from_min": start, "to_min": end}
        db.session.add(
            ServiceNeedStretch(business_id=shop.business.id, service_id=shop.service.id, **stretch)
        )
    db.session.flush()
    a_booking(shop, berlin("2027-03-02 10:00"))
    pieces = soup(owner.get(address(shop, date="2027-03-02"))).select(".column .block")
    assert [(it["data-start"], it["data-minutes"], it["data-offset"]) for it in pieces] == [
        ("600", "90", "0"),
        ("600", "90", "60"),
    ]
