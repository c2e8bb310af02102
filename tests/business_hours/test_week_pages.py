"""The week of the business, and of a person or a room, as it is edited."""

from datetime import timedelta

import pytest

from app.business_hours.weekly import week_of
from app.core.db import db
from tests.business_hours.reading import is_on, pairs, week_form
from tests.factories import (
    a_booking,
    a_business,
    a_membership,
    a_shop,
    add_resource,
    berlin,
    hire,
    rules_version,
    set_week,
    signed_in,
)
from tests.impact import decide
from tests.reading import boxes, error, soup, words

HOURS = "/manage/ann-salon/hours"


@pytest.fixture
def business(app, frozen):
    business = a_business("ann-salon")
    set_week(business.id, {0: [(540, 780), (840, 1080)], 4: [(1200, 1560)]})
    return business


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


@pytest.fixture
def maya(business):
    return hire(business.id, "Maya")


def hours_of(person):
    return f"/manage/ann-salon/staff/{person.resource_id}/hours"


def test_the_saved_week_is_shown_and_said_in_words(manager):
    page = manager.get(HOURS)
    assert page.status_code == 200
    assert pairs(page, "monday") == [("09:00", "13:00"), ("14:00", "18:00")]
    assert pairs(page, "friday") == [("20:00", "02:00")]
    assert (is_on(page, "monday"), is_on(page, "tuesday")) == (True, False)
    assert "Open Mon 09:00–13:00 and 14:00–18:00; Fri 20:00–02:00" in words(
        soup(page).select_one(".week-words")
    )
    assert "until 02:00 the next morning" in words(soup(page).select_one("#friday"))
    assert len(soup(page).select("#monday .pair.without-script")) == 1, (
        "an empty pair for whoever has no scripts"
    )


def test_a_week_is_saved_as_it_was_typed(business, manager):
    form = week_form(
        tuesday=[("9", "1230"), ("13.15", "18:00")], saturday=[("20:00", "24:00")], sunday=[("8", "8")]
    )
    answer = manager.post(HOURS, data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, HOURS)
    assert week_of(business.id) == {1: [(540, 750), (795, 1080)], 5: [(1200, 1440)], 6: [(480, 1920)]}
    assert boxes(manager.get(HOURS)) == ["Saved."]


def test_the_same_form_again_saves_the_same_week(business, manager):
    was = week_of(business.id)
    page = soup(manager.get(HOURS))
    form: dict = {}
    for field in page.select("form.choosing input[name]"):
        if field.get("type") != "checkbox" or field.has_attr("checked"):
            form.setdefault(field["name"], []).append(field.get("value", ""))
    assert manager.post(HOURS, data=form).status_code == 303
    assert week_of(business.id) == was


@pytest.mark.parametrize(
    ("days", "day", "sentence"),
    [
        (
            {"monday": [("9:00", "13:00"), ("12:00", "18:00")]},
            "monday",
            "09:00–13:00 and 12:00–18:00 overlap",
        ),
        ({"monday": [("9:00", "")]}, "monday", "both times"),
        ({"tuesday": [("25:00", "26:00")]}, "tuesday", "“25:00” is not a time of day"),
        ({"wednesday": [("9am", "5pm")]}, "wednesday", "“9am” is not a time of day"),
        (
            {"friday": [("20:00", "02:00")], "saturday": [("01:00", "05:00")]},
            "friday",
            "goes on into Saturday",
        ),
        ({"sunday": [("20:00", "02:00")], "monday": [("00:00", "05:00")]}, "sunday", "goes on into Monday"),
        ({"monday": [(f"{n}", f"{n}:30") for n in range(5)]}, "monday", "at most four"),
    ],
)
def test_what_makes_no_week_is_said_beside_the_day_and_all_is_kept(business, manager, days, day, sentence):
    was, version = week_of(business.id), rules_version(business.id)
    page = manager.post(HOURS, data=week_form(thursday=[("9:15", "17:45")], **days))
    assert page.status_code == 422
    assert sentence in error(page, day)
    assert pairs(page, day) == days[day]
    assert pairs(page, "thursday") == [("9:15", "17:45")]
    assert soup(page).select_one(f".form-errors a[href='#{day}']")
    assert (week_of(business.id), rules_version(business.id)) == (was, version)


def test_an_evening_may_end_when_the_next_morning_begins(business, manager):
    form = week_form(friday=[("20:00", "02:00")], saturday=[("02:00", "05:00")])
    assert manager.post(HOURS, data=form).status_code == 303


def test_a_day_that_is_on_without_hours_is_refused_and_one_that_is_off_may_keep_any(business, manager):
    page = manager.post(HOURS, data={"monday-open": "1"} | week_form(tuesday=[("9", "10")]))
    assert "switch it off" in error(page, "monday")
    form = week_form(tuesday=[("9", "10")]) | {"monday-from": "nonsense", "monday-until": ""}
    assert manager.post(HOURS, data=form).status_code == 303
    assert list(week_of(business.id)) == [1]


def test_all_days_may_be_closed(business, manager):
    assert manager.post(HOURS, data=week_form(monday=[])).status_code == 303
    assert week_of(business.id) == {}
    assert "Closed all week" in manager.get(HOURS).text


def test_without_scripts_a_button_adds_a_pair_and_keeps_all_that_was_typed(business, manager):
    typed = week_form(monday=[("9", "12:70")], tuesday=[("10:00", "11:00")])
    page = manager.post(HOURS, data=typed | {"more": "0"})
    assert page.status_code == 200
    assert pairs(page, "monday") == [("9", "12:70"), ("", "")]
    assert pairs(page, "tuesday") == [("10:00", "11:00")]
    assert not error(page, "monday")
    assert week_of(business.id)[0] == [(540, 780), (840, 1080)], "nothing is saved"


@pytest.mark.parametrize("number", ["7", "-1", "x", "", "99999999999999999999"])
def test_a_pair_for_no_day_changes_nothing(business, manager, number):
    page = manager.post(HOURS, data=week_form(monday=[("9", "10")]) | {"more": number})
    assert (page.status_code, pairs(page, "monday")) == (200, [("9", "10")])


def test_four_pairs_are_all_a_day_has(manager):
    page = manager.post(
        HOURS, data=week_form(monday=[(f"{n}:00", f"{n}:30") for n in range(4)]) | {"more": "0"}
    )
    assert len(pairs(page, "monday")) == 4
    assert soup(page).select_one("#monday [data-more]").has_attr("hidden")


def test_without_scripts_a_button_gives_mondays_hours_to_the_weekdays(business, manager):
    typed = week_form(monday=[("9", "13"), ("14", "18")], friday=[("8", "9")], saturday=[("10", "12")])
    page = manager.post(HOURS, data=typed | {"copy": "0"})
    assert page.status_code == 200
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday"):
        assert (is_on(page, day), pairs(page, day)) == (True, [("9", "13"), ("14", "18")])
    assert pairs(page, "saturday") == [("10", "12")]
    assert not is_on(page, "sunday")


def test_what_is_booked_outside_the_new_hours_stays_and_is_named(app, frozen):
    shop = a_shop()
    inside, outside = (a_booking(shop, berlin(f"2027-03-02 {at}")) for at in ("10:00", "16:00"))
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    hours = f"/manage/{shop.business.slug}/hours"
    decide(manager, manager.post(hours, data=week_form(tuesday=[("9:00", "16:15")])))
    page = manager.get(hours)
    assert boxes(page)[0] == "Saved. 1 booking lies outside the new hours and stays."
    (listed,) = soup(page).select(".staying li")
    assert "Tue 2 Mar, 16:00" in words(listed)
    assert "Olivia Park · Haircut · Maya" in words(listed)
    assert listed.a["href"].endswith("?date=2027-03-02")
    for booking in (inside, outside):
        db.session.refresh(booking)
        assert booking.status == "confirmed"


def test_a_person_keeps_the_hours_of_the_business_or_has_their_own(business, manager, maya):
    page = manager.get(hours_of(maya))
    assert soup(page).select_one("[name=keeps][checked]")["value"] == "shop"
    assert pairs(page, "friday") == [("20:00", "02:00")], "their own begin with those of the business"
    answer = manager.post(hours_of(maya), data={"keeps": "own"} | week_form(monday=[("10", "14")]))
    assert (answer.status_code, answer.headers["Location"]) == (303, hours_of(maya))
    assert week_of(business.id, maya.resource_id) == {0: [(600, 840)]}
    page = manager.get(hours_of(maya))
    assert soup(page).select_one("[name=keeps][checked]")["value"] == "own"
    assert pairs(page, "monday") == [("10:00", "14:00")]
    form = {"keeps": "shop"} | week_form(monday=[("nonsense", "")])
    assert manager.post(hours_of(maya), data=form).status_code == 303
    assert week_of(business.id, maya.resource_id) == {}
    assert week_of(business.id) != {}


def test_own_hours_without_a_single_day_are_refused(manager, maya):
    page = manager.post(hours_of(maya), data={"keeps": "own"} | week_form(monday=[]))
    assert page.status_code == 422
    assert "at least one day" in words(soup(page).select_one(".form-errors"))


@pytest.mark.parametrize("keeps", ["", "neither"])
def test_whose_hours_count_has_to_be_said(manager, maya, keeps):
    page = manager.post(hours_of(maya), data={"keeps": keeps} | week_form(monday=[("9", "10")]))
    assert page.status_code == 422


def test_a_room_has_hours_too(business, manager):
    room = add_resource(business.id, "space", "Bay one")
    path = f"/manage/ann-salon/rooms/{room.id}/hours"
    assert "Bay one" in soup(manager.get(path)).h1.text
    assert manager.post(path, data={"keeps": "own"} | week_form(monday=[("9", "10")])).status_code == 303
    assert week_of(business.id, room.id) == {0: [(540, 600)]}


def test_nobody_elses_hours_are_found(business, manager, maya):
    other = a_business()
    stranger, room = hire(other.id, "June"), add_resource(other.id, "space", "Bay two")
    for path in (
        hours_of(stranger),
        f"/manage/ann-salon/rooms/{room.id}/hours",
        f"/manage/ann-salon/rooms/{maya.resource_id}/hours",
        f"/manage/ann-salon/places/{maya.resource_id}/hours",
    ):
        for page in ("", "/special-days", "/time-off", "/time-off/new"):
            assert manager.get(path + page).status_code == 404, path
    assert manager.post(hours_of(stranger), data={"keeps": "shop"}).status_code == 404


def test_the_number_of_statements_does_not_grow_with_what_is_booked(app, frozen, queries):
    shop = a_shop()
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    hours = f"/manage/{shop.business.slug}/hours"
    counts = []
    for day in (2, 3):
        for n in range(8):
            a_booking(
                shop,
                berlin(f"2027-03-0{day} 10:00") + timedelta(minutes=30 * n),
                f"guest{day}{n}@example.com",
            )
        db.session.commit()
        with queries() as seen:
            assert manager.get(hours).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12
