"""Pasted hours in the form of a week: they are shown, and saved only there."""

import pytest

from app.business_hours.weekly import week_of
from tests.business_hours.reading import is_on, pairs, week_form
from tests.factories import a_business, a_membership, add_resource, hire, rules_version, set_week, signed_in
from tests.reading import error, soup, words

HOURS = "/manage/ann-salon/hours"


@pytest.fixture
def business(app, frozen):
    business = a_business("ann-salon")
    set_week(business.id, {0: [(540, 780), (840, 1080)], 4: [(1200, 1560)]})
    return business


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


def paste(browser, text, hours=HOURS, **more):
    return browser.post(f"{hours}/draft", data={"pasted": text} | more)


def test_pasted_hours_fill_the_form_and_nothing_is_saved(business, manager):
    was, version = week_of(business.id), rules_version(business.id)
    page = paste(manager, "Di-Fr 9–18 Uhr; Sa 10:00-02:00")
    assert page.status_code == 200
    assert pairs(page, "tuesday") == [("09:00", "18:00")]
    assert pairs(page, "saturday") == [("10:00", "02:00")]
    assert (is_on(page, "monday"), is_on(page, "friday")) == (False, True)
    assert "check it, then save" in words(soup(page).select_one(".alert"))
    assert (week_of(business.id), rules_version(business.id)) == (was, version)


def test_the_filled_form_is_saved_as_it_stands(business, manager):
    page = soup(paste(manager, "Mo-We 9-12, 13-18"))
    form: dict = {}
    for field in page.select("form.choosing input[name]"):
        if field.get("type") != "checkbox" or field.has_attr("checked"):
            form.setdefault(field["name"], []).append(field.get("value", ""))
    assert page.select_one("form.choosing")["action"] == HOURS
    assert manager.post(HOURS, data=form).status_code == 303
    assert week_of(business.id) == {day: [(540, 720), (780, 1080)] for day in range(3)}


def test_what_was_not_understood_is_named_and_the_text_stays(manager):
    text = "Mo 9-12; Jun-Aug Tu 9-12; PH <off>"
    page = paste(manager, text)
    box = words(soup(page).select_one(".alert"))
    assert "“Jun-Aug Tu 9-12”" in box
    assert "special days" in box
    assert soup(page).select_one("[name=pasted]").text.strip() == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "paste or type"), ("by appointment", "no hours in it"), ("x" * 2001, "at most 2000")],
)
def test_text_without_hours_is_refused_and_the_form_stays_as_it_was_typed(manager, text, sentence):
    page = paste(manager, text, **week_form(tuesday=[("9:15", "nonsense")]))
    assert page.status_code == 422
    assert sentence in error(page, "pasted").replace(",", "")
    assert pairs(page, "tuesday") == [("9:15", "nonsense")]
    assert soup(page).select_one("[name=pasted]").text.strip() == text


@pytest.mark.parametrize("room", ["staff", "rooms"])
def test_hours_that_are_pasted_for_somebody_are_their_own(business, manager, room):
    if room == "staff":
        resource_id = hire(business.id, "Maya").resource_id
    else:
        resource_id = add_resource(business.id, "space", "Chair").id
    hours = f"/manage/ann-salon/{room}/{resource_id}/hours"
    page = paste(manager, "Mo 10-14", hours, keeps="shop")
    assert soup(page).select_one("[name=keeps][checked]")["value"] == "own"
    assert pairs(page, "monday") == [("10:00", "14:00")]
    assert soup(page).select_one("form.choosing")["action"] == hours
    assert week_of(business.id, resource_id) == {}


def test_the_saved_week_can_be_copied_as_text(business, manager):
    copier = soup(manager.get(HOURS)).select_one("[data-copied]")
    assert copier["data-copy"] == "Mo 09:00-13:00,14:00-18:00; Fr 20:00-02:00"
