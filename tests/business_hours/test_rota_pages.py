"""Weeks that follow each other, in the form of a person or a room."""

from datetime import date

import pytest

from app.business_hours.weekly import rota_of, set_rota, week_of
from app.schedule.rota import begins_on
from app.schedule.rota import week_of as rota_week
from tests.business_hours.reading import is_on, pairs, week_form
from tests.conftest import NOW
from tests.factories import (
    ANNA,
    a_business,
    a_membership,
    add_resource,
    hire,
    rules_version,
    set_week,
    signed_in,
)
from tests.reading import boxes, error, soup, words


@pytest.fixture
def business(app, frozen):
    business = a_business("ann-salon")
    set_week(business.id, {day: [(540, 1080)] for day in range(5)})
    return business


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


@pytest.fixture
def maya(business):
    return hire(business.id, "Maya")


@pytest.fixture
def hours(maya):
    return f"/manage/ann-salon/staff/{maya.resource_id}/hours"


def two_weeks(first, second, **more):
    later = {f"week2-{name}": value for name, value in week_form(**second).items()}
    return {"keeps": "own", "number": "2"} | week_form(**first) | later | more


EARLY, LATE = {"monday": [("8:00", "12:00")]}, {"tuesday": [("14:00", "20:00")]}


def test_two_weeks_are_saved_and_shown_again(business, manager, maya, hours):
    answer = manager.post(hours, data=two_weeks(EARLY, LATE))
    assert (answer.status_code, answer.headers["Location"]) == (303, hours)
    assert rota_of(business.id, maya.resource_id) == [{0: [(480, 720)]}, {1: [(840, 1200)]}]
    page = manager.get(hours)
    assert boxes(page)[0] == "Saved."
    assert pairs(page, "monday") == [("08:00", "12:00")]
    assert pairs(page, "week2-tuesday") == [("14:00", "20:00")]
    assert soup(page).select_one("#number option[selected]")["value"] == "2"
    assert "Week 2" in words(soup(page).select_one(".week-words"))
    assert "Tue 14:00–20:00" in words(soup(page).select_one(".week-words"))


def test_the_same_form_again_saves_the_same_rota(business, manager, maya, hours):
    was = [{0: [(480, 720)]}, {}, {6: [(1200, 1560)]}]
    set_rota(business.id, was, maya.resource_id, by=ANNA, now=NOW)
    form: dict = {"number": "3"}
    for field in soup(manager.get(hours)).select("form.choosing input[name]"):
        if field.get("type") not in {"checkbox", "radio"} or field.has_attr("checked"):
            form.setdefault(field["name"], []).append(field.get("value", ""))
    assert manager.post(hours, data=form).status_code == 303
    assert rota_of(business.id, maya.resource_id) == was


def test_the_page_says_which_week_it_is_and_when_the_others_are(business, manager, maya, hours):
    set_rota(business.id, [{0: [(480, 720)]}, {1: [(840, 1200)]}], maya.resource_id, by=ANNA, now=NOW)
    summaries = [words(it) for it in soup(manager.get(hours)).select(".rota-summary")]
    now = rota_week(NOW.date(), 2)
    assert summaries[now].endswith("this week")
    assert "from Mon" in summaries[1 - now]
    opened = [it.has_attr("open") for it in soup(manager.get(hours)).select(".rota-week")]
    assert opened == [now == 0, now == 1]


def test_more_weeks_begin_like_the_one_before_and_nothing_is_saved(business, manager, maya, hours):
    version = rules_version(business.id)
    typed = {"keeps": "own", "number": "3", "show": "1"} | week_form(monday=[("9", "half past")])
    page = manager.post(hours, data=typed)
    assert page.status_code == 200
    for day in ("monday", "week2-monday", "week3-monday"):
        assert (is_on(page, day), pairs(page, day)) == (True, [("9", "half past")])
    assert not soup(page).select("#week4-monday")
    assert rules_version(business.id) == version
    typed.pop("show")
    assert manager.post(hours, data=typed).status_code == 200, (
        "weeks nobody has seen are shown before they are saved"
    )
    assert rules_version(business.id) == version


def test_a_week_is_copied_to_the_next(business, manager, maya, hours):
    page = manager.post(hours, data=two_weeks(EARLY, LATE, copy_week="0"))
    assert page.status_code == 200
    assert pairs(page, "week2-monday") == [("8:00", "12:00")]
    assert not is_on(page, "week2-tuesday")
    assert rota_of(business.id, maya.resource_id) == []
    for number in ("1", "-1", "x", ""):
        page = manager.post(hours, data=two_weeks(EARLY, LATE, copy_week=number))
        assert (page.status_code, pairs(page, "week2-tuesday")) == (200, [("14:00", "20:00")])


def test_buttons_of_a_later_week_are_its_own(manager, hours):
    page = manager.post(hours, data=two_weeks(EARLY, LATE, more="8"))
    assert pairs(page, "week2-tuesday") == [("14:00", "20:00"), ("", "")]
    assert pairs(page, "tuesday") == [("", "")]
    page = manager.post(hours, data=two_weeks(EARLY, {"monday": [("6", "7")]}, copy="7"))
    assert pairs(page, "week2-friday") == [("6", "7")]
    assert not is_on(page, "friday")


@pytest.mark.parametrize(
    ("first", "second", "day", "sentence"),
    [
        (EARLY, {"monday": [("9", "")]}, "week2-monday", "both times"),
        (EARLY, {"sunday": [("20:00", "09:00")]}, "week2-sunday", "goes on into Monday"),
        ({"sunday": [("20:00", "09:00")]}, {"monday": [("8", "9")]}, "sunday", "goes on into Monday"),
    ],
)
def test_what_is_wrong_in_a_week_is_said_there(business, manager, maya, hours, first, second, day, sentence):
    page = manager.post(hours, data=two_weeks(first, second))
    assert page.status_code == 422
    assert sentence in error(page, day)
    assert soup(page).select_one(f".form-errors a[href='#{day}']")
    assert rota_of(business.id, maya.resource_id) == []


def test_an_evening_that_ends_in_the_free_week_after_it_is_no_overlap(manager, hours):
    first = {"monday": [("8", "9")], "sunday": [("20:00", "09:00")]}
    assert manager.post(hours, data=two_weeks(first, {"friday": [("8", "9")]})).status_code == 303


def test_a_free_week_is_kept_and_a_rota_without_hours_refused(business, manager, maya, hours):
    assert manager.post(hours, data=two_weeks(EARLY, {"monday": []})).status_code == 303
    assert (
        rota_of(business.id, maya.resource_id)[1:] == [{}] or len(rota_of(business.id, maya.resource_id)) == 2
    )
    page = manager.post(hours, data=two_weeks({"monday": []}, {"monday": []}))
    assert page.status_code == 422
    assert "at least one day" in words(soup(page).select_one(".form-errors"))


@pytest.mark.parametrize("number", ["0", "9", "-1", "x", "999999999999999999999"])
def test_a_number_of_weeks_that_cannot_be_is_refused(business, manager, maya, hours, number):
    page = manager.post(hours, data={"keeps": "own", "number": number} | week_form(**EARLY))
    assert page.status_code == 422
    assert rota_of(business.id, maya.resource_id) == []


def test_one_week_again_and_the_hours_of_the_business_again(business, manager, maya, hours):
    manager.post(hours, data=two_weeks(EARLY, LATE))
    assert manager.post(hours, data={"keeps": "own", "number": "1"} | week_form(**EARLY)).status_code == 303
    assert rota_of(business.id, maya.resource_id) == [{0: [(480, 720)]}]
    assert manager.post(hours, data=two_weeks(EARLY, LATE, keeps="shop")).status_code == 303
    assert rota_of(business.id, maya.resource_id) == []
    assert week_of(business.id) != {}


def test_pasted_hours_fill_the_week_that_was_chosen(business, manager, maya, hours):
    form = two_weeks(EARLY, LATE, pasted="Sa 10-12", into="1")
    page = manager.post(f"{hours}/draft", data=form)
    assert pairs(page, "week2-saturday") == [("10:00", "12:00")]
    assert not is_on(page, "week2-tuesday")
    assert pairs(page, "monday") == [("8:00", "12:00")]
    for number in ("2", "-1", "x"):
        page = manager.post(f"{hours}/draft", data=form | {"into": number})
        assert page.status_code == 200


def test_a_room_has_a_rota_too(business, manager):
    room = add_resource(business.id, "space", "Chair").id
    answer = manager.post(f"/manage/ann-salon/rooms/{room}/hours", data=two_weeks(EARLY, LATE))
    assert answer.status_code == 303
    assert len(rota_of(business.id, room)) == 2


def test_rotas_count_their_weeks_from_the_first_monday_of_2000():
    assert begins_on(date(2000, 1, 3), 0, 3) == date(2000, 1, 3)
    assert begins_on(date(2000, 1, 9), 0, 3) == date(2000, 1, 3), "its Sunday is in it"
    assert begins_on(date(2000, 1, 10), 0, 3) == date(2000, 1, 24)
    assert begins_on(date(2000, 1, 2), 0, 2) == date(2000, 1, 3), "the week before is the last"
    for day in (date(2026, 3, 29), date(2026, 10, 25), date(2027, 1, 1)):
        for week in range(5):
            monday = begins_on(day, week, 5)
            assert (monday.weekday(), rota_week(monday, 5)) == (0, week)
            assert -6 <= (monday - day).days <= 28
