"""Dates with hours of their own, as they are edited."""

from datetime import date, timedelta

import pytest

from app.business_hours.special import OwnDay, find_special_day, set_special_day
from tests.business_hours.reading import pairs, week_form
from tests.factories import (
    a_booking,
    a_business,
    a_membership,
    a_shop,
    berlin,
    by_the_system,
    hire,
    signed_in,
)
from tests.impact import decide
from tests.reading import boxes, error, rows, soup, words

PATH = "/manage/ann-salon/hours/special-days"
EVE = date(2027, 12, 24)
add_day = by_the_system(set_special_day)


@pytest.fixture
def business(app, frozen):
    return a_business("ann-salon")


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


def test_no_special_days_teach_what_they_are_for(manager):
    page = manager.get(PATH)
    assert "public holidays" in page.text
    assert soup(page).select_one(f"a[href='{PATH}/new']")


def test_one_is_added_changed_and_removed_and_put_back(business, manager):
    form = {"on": "2027-12-24", "label": " Christmas  Eve "} | week_form(hours=[("9", "14")])
    answer = manager.post(PATH, data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    assert find_special_day(business.id, EVE) == OwnDay(EVE, "Christmas Eve", [(540, 840)])
    assert rows(manager.get(PATH), ".rows .row") == ["Friday 24 December 2027 Christmas Eve · 09:00–14:00"]
    page = manager.get(f"{PATH}/2027-12-24")
    assert pairs(page, "hours") == [("09:00", "14:00")]
    assert manager.post(f"{PATH}/2027-12-24", data={"on": "2027-12-23", "label": ""}).status_code == 303
    assert find_special_day(business.id, EVE) is None
    assert find_special_day(business.id, date(2027, 12, 23)) == OwnDay(date(2027, 12, 23), None, ())
    assert rows(manager.get(PATH), ".rows .row") == ["Thursday 23 December 2027 Closed"]
    manager.post(f"{PATH}/2027-12-23/removal")
    page = manager.get(PATH)
    assert find_special_day(business.id, date(2027, 12, 23)) is None
    assert "Thursday 23 December has its usual hours again." in boxes(page)[0]
    manager.post(f"{PATH}/return")
    assert find_special_day(business.id, date(2027, 12, 23)) == OwnDay(date(2027, 12, 23), None, ())
    assert boxes(manager.get(PATH)) == ["Put back."]
    assert manager.post(f"{PATH}/return").status_code == 303, "twice changes nothing"


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"on": ""}, "on", "choose a date"),
        ({"on": "2027-02-30"}, "on", "no such day"),
        ({"on": "tomorrow"}, "on", "no such day"),
        ({"on": "2101-01-01"}, "on", "no such day"),
        ({"on": "2027-02-28"}, "on", "is over"),
        ({"on": "2027-12-25"}, "on", "hours of its own already"),
        ({"on": "2027-12-24", "label": "x" * 81}, "label", "80 characters"),
        ({"on": "2027-12-24", "hours-open": "1"}, "hours", "switch it off"),
        ({"on": "2027-12-24"} | week_form(hours=[("9", "25:00")]), "hours", "not a time"),
    ],
)
def test_what_makes_no_special_day_is_said_and_kept(business, manager, form, field, sentence):
    add_day(business.id, date(2027, 12, 25), [])
    page = manager.post(PATH, data=form)
    assert page.status_code == (409 if "already" in sentence else 422)
    assert sentence in error(page, field)
    assert soup(page).select_one("#on")["value"] == form["on"]
    assert find_special_day(business.id, EVE) is None


def test_more_hours_can_be_asked_for_without_scripts(business, manager):
    form = {"on": "2027-12-24"} | week_form(hours=[("9", "12")]) | {"more": "0"}
    page = manager.post(PATH, data=form)
    assert (page.status_code, pairs(page, "hours")) == (200, [("9", "12"), ("", "")])
    assert soup(page).select_one("#on")["value"] == "2027-12-24"


def test_past_ones_are_folded_away_and_forgotten_after_thirty_days(business, manager):
    for day in (date(2027, 2, 28), date(2027, 1, 30), date(2027, 1, 29), date(2027, 3, 1)):
        add_day(business.id, day, [], label=f"Day {day.day}")
    page = soup(manager.get(PATH))
    assert [words(it) for it in page.select("details .row-detail")] == ["Day 30 · Closed", "Day 28 · Closed"]
    assert words(page.select_one(".rows .row-detail")) == "Day 1 · Closed"
    assert len(page.select(".row")) == 3


def test_many_are_shown_a_page_at_a_time(business, manager, queries):
    for n in range(60):
        add_day(business.id, EVE + timedelta(n), [(540, 600), (660, 720)])
    assert len(rows(manager.get(PATH), ".rows .row")) == 50
    with queries() as seen:
        page = manager.get(f"{PATH}?page=2")
    assert len(rows(page, ".rows .row")) == 10
    assert "51–60 of 60" in page.text
    assert len(seen) <= 9
    for odd in ("0", "-3", "99", "x", "99999999999999999999"):
        assert manager.get(f"{PATH}?page={odd}").status_code == 200


@pytest.mark.parametrize("day", ["2027-12-24", "2027-02-30", "nonsense", "1999-01-01"])
def test_a_date_without_hours_of_its_own_is_not_found(manager, day):
    assert manager.get(f"{PATH}/{day}").status_code == 404
    assert manager.post(f"{PATH}/{day}", data={"on": "2027-12-24"}).status_code == 404
    assert manager.post(f"{PATH}/{day}/removal").status_code == 404


def test_a_person_has_special_days_of_their_own(business, manager):
    maya = hire(business.id, "Maya").resource_id
    path = f"/manage/ann-salon/staff/{maya}/hours/special-days"
    form = {"on": "2027-12-24"} | week_form(hours=[("9", "14")])
    assert manager.post(path, data=form).headers["Location"] == path
    assert find_special_day(business.id, EVE, maya)
    assert find_special_day(business.id, EVE) is None
    assert rows(manager.get(PATH), ".rows .row") == []
    manager.post(f"{path}/2027-12-24/removal")
    assert not boxes(manager.get(PATH)), "what was removed there is not put back here"
    manager.post(f"{PATH}/return")
    assert find_special_day(business.id, EVE) is None


def test_what_is_booked_outside_of_it_stays_and_is_named(app, frozen):
    shop = a_shop()
    for at in ("10:00", "16:00"):
        a_booking(shop, berlin(f"2027-03-02 {at}"))
    a_booking(shop, berlin("2027-03-03 16:00"))
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    path = f"/manage/{shop.business.slug}/hours/special-days"
    asked = manager.post(path, data={"on": "2027-03-02"} | week_form(hours=[("9", "14")]))
    answer = decide(manager, asked)
    assert answer.headers["Location"] == f"{path}/2027-03-02"
    page = manager.get(answer.headers["Location"])
    assert boxes(page)[0] == "Saved. 1 booking lies outside the new hours and stays."
    assert [words(it.a) for it in soup(page).select(".staying li")] == ["Tue 2 Mar, 16:00"]
