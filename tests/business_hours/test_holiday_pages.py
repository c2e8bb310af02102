"""Public holidays: what would happen on each, and closing on several at once."""

from datetime import date

import pytest

from app.business_hours.away import add_days_off
from app.business_hours.special import find_special_day, set_special_day
from app.core.db import db
from tests.conftest import NOW
from tests.factories import (
    ANNA,
    a_booking,
    a_business,
    a_membership,
    a_shop,
    berlin,
    hire,
    rules_version,
    set_week,
    signed_in,
)
from tests.impact import decide
from tests.reading import boxes, soup, words

PAGE = "/manage/ann-salon/hours/public-holidays"


@pytest.fixture
def business(app, frozen):
    business = a_business("ann-salon", country="DE", region="BY", language="en-GB")
    set_week(business.id, {day: [(540, 1080)] for day in range(5)})
    return business


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


def line(page, name):
    """What stands on a holiday's line, the first of its name."""
    return next(it for it in map(words, soup(page).select(".holidays > li")) if it.startswith(name))


def chosen(page):
    return [it["value"] for it in soup(page).select("[name=days][checked]")]


def test_the_holidays_of_the_region_are_listed_with_what_would_happen(business, manager):
    set_special_day(business.id, date(2027, 3, 26), [(600, 720)], label="Short", by=ANNA, now=NOW)
    add_days_off(business.id, date(2027, 3, 28), date(2027, 3, 30), by=ANNA, now=NOW)
    page = manager.get(PAGE)
    assert page.status_code == 200
    assert "Bayern" in page.text
    assert "decided: 10:00–12:00" in line(page, "Good Friday")
    assert "decided: Closed" in line(page, "Easter Monday")
    assert "no hours on this weekday" in line(page, "Labor Day"), "1 May 2027 is a Saturday"
    assert "as usual, 09:00–18:00" in line(page, "Corpus Christi")
    proposed = chosen(page)
    assert "2027-05-27" in proposed
    assert not {"2027-03-26", "2027-03-29", "2027-05-01"} & set(proposed)
    assert not soup(page).select("#day-2027-03-26")


def test_all_that_are_chosen_are_closed_at_once_under_their_names(business, manager):
    version = rules_version(business.id)
    answer = manager.post(PAGE, data={"days": ["2027-05-01", "2027-05-27"]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/manage/ann-salon/hours/special-days")
    for day, name in ((date(2027, 5, 1), "Labor Day"), (date(2027, 5, 27), "Corpus Christi")):
        own = find_special_day(business.id, day)
        assert (own.label, list(own.intervals)) == (name, [])
    assert find_special_day(business.id, date(2027, 5, 17)) is None
    assert rules_version(business.id) > version
    assert "decided: Closed" in line(manager.get(PAGE), "Corpus Christi")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([], "at least one"),
        (["2027-05-02"], "from what is shown"),
        (["nonsense"], "from what is shown"),
        (["2027-05-27", "2027-03-26"], "from what is shown"),
    ],
)
def test_what_is_no_undecided_holiday_is_refused_and_nothing_is_closed(business, manager, days, sentence):
    set_special_day(business.id, date(2027, 3, 26), [(600, 720)], by=ANNA, now=NOW)
    page = manager.post(PAGE, data={"days": days})
    assert page.status_code == 422
    assert sentence in words(soup(page).select_one(".form-errors"))
    assert find_special_day(business.id, date(2027, 5, 27)) is None
    assert list(find_special_day(business.id, date(2027, 3, 26)).intervals) == [(600, 720)]


def test_what_is_booked_then_stays_and_is_counted(app, frozen):
    shop = a_shop()
    a_booking(shop, berlin("2027-03-29 10:00"))
    shop.business.country = "DE"
    db.session.flush()
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    house = f"/manage/{shop.business.slug}/hours"
    asked = manager.post(f"{house}/public-holidays", data={"days": ["2027-03-29", "2027-05-17"]})
    assert find_special_day(shop.business.id, date(2027, 5, 17)) is None, (
        "nothing is saved before it is decided"
    )
    assert decide(manager, asked).status_code == 303
    assert find_special_day(shop.business.id, date(2027, 5, 17))
    assert "1 booking" in boxes(manager.get(f"{house}/special-days"))[0]


def test_somebody_can_be_off_on_holidays_by_themselves(business, manager):
    maya = hire(business.id, "Maya").resource_id
    page = f"/manage/ann-salon/staff/{maya}/hours/public-holidays"
    assert "as usual, 09:00–18:00" in line(manager.get(page), "Corpus Christi")
    manager.post(page, data={"days": "2027-05-27"})
    assert find_special_day(business.id, date(2027, 5, 27), maya).label == "Corpus Christi"
    assert find_special_day(business.id, date(2027, 5, 27)) is None
    manager.post(PAGE, data={"days": "2027-05-17"})
    assert "decided: Off" in line(manager.get(page), "Pentecost Monday"), (
        "nobody is there while the business is closed"
    )


def test_customers_read_the_name_in_the_language_of_the_business(business, manager):
    business.language = "de"
    db.session.flush()
    manager.post(PAGE, data={"days": "2027-05-27"})
    assert find_special_day(business.id, date(2027, 5, 27)).label == "Fronleichnam"


def test_short_hours_begin_with_the_date_and_the_name(manager):
    link = soup(manager.get(PAGE)).select_one("a[href*='2027-05-27']")
    page = soup(manager.get(link["href"]))
    assert (page.select_one("#on")["value"], page.select_one("#label")["value"]) == (
        "2027-05-27",
        "Corpus Christi",
    )
    for query in ("on=x", "on=2027-99-99", "label=" + "x" * 500, "on=2027-05-27&label="):
        assert manager.get(f"/manage/ann-salon/hours/special-days/new?{query}").status_code == 200


@pytest.mark.parametrize(
    ("country", "region"), [("DE", "ZZ"), ("KH", None), ("IT", "RM"), ("JP", None), ("DE", None)]
)
def test_any_country_has_a_page(business, manager, country, region):
    business.country, business.region = country, region
    db.session.flush()
    assert manager.get(PAGE).status_code == 200


@pytest.mark.parametrize("country", ["XX", "UA"])
def test_a_country_without_known_holidays_is_said(business, manager, country):
    business.country, business.region = country, None
    db.session.flush()
    page = manager.get(PAGE)
    assert "know of no public holidays" in page.text
    assert manager.post(PAGE, data={"days": "2027-05-27"}).status_code == 422


def test_a_region_is_chosen_beside_the_country(app, business):
    owner = signed_in(app, a_membership(business, "owner").user)
    settings = "/manage/ann-salon/settings"
    page = soup(owner.get(settings))
    assert page.select_one("#region option[selected]")["value"] == "BY"
    form = {"name": "Ann", "country": "DE", "region": "BY", "currency": "EUR", "language": "de"}
    form["zone"] = "Europe/Berlin"
    page = owner.post(settings, data=form | {"region": "BE"})
    assert page.status_code == 303, words(soup(page).select_one(".form-errors"))
    db.session.refresh(business)
    assert business.region == "BE"
    assert owner.post(settings, data=form | {"region": "ZZ"}).status_code == 422
    assert owner.post(settings, data=form | {"country": "JP"}).status_code == 303
    db.session.refresh(business)
    assert (business.country, business.region) == ("JP", None)
