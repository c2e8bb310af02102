"""Seasons as owners edit them: the list, the form, what is refused and what is asked first."""

from datetime import date

import pytest

from app.business_hours.seasons import Season, change_season, seasons_of
from app.business_hours.weekly import rota_of, set_rota
from app.core import clock
from app.core.db import db
from tests.business_hours.reading import is_on, pairs, week_form
from tests.factories import ANNA, a_booking, a_membership, a_shop, berlin, signed_in
from tests.impact import decide
from tests.reading import boxes, error, soup, words

LONG = {it: [(480, 1200)] for it in range(5)}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
SHORT = {day: [("9:00", "12:00")] for day in WEEKDAYS}


@pytest.fixture
def shop(app, frozen):
    shop = a_shop(2)
    shop.business.advance_days = 600
    return shop


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


@pytest.fixture
def seasons(shop):
    return f"/manage/{shop.business.slug}/hours/seasons"


def add(shop, first, last, rota=(LONG,), of=None):
    season = Season(first and date.fromisoformat(first), last and date.fromisoformat(last), list(rota))
    change_season(shop.business.id, None, season, of, by=ANNA, now=clock.now())
    db.session.commit()


def typed(since, until="", **days):
    more = {name: days.pop(name) for name in ("number",) if name in days}
    return week_form(**days) | more | {"since": since, "until": until}


def entries(page):
    return [words(it) for it in soup(page).select(".season-text")]


def test_the_list_says_what_holds_now_what_comes_and_what_is_over(shop, manager, seasons):
    assert "The usual hours hold all year" in words(soup(manager.get(seasons)).select_one("main"))
    today = clock.now().date()
    add(shop, f"{today.year}-01-01", f"{today.year + 1}-01-31")
    add(shop, f"{today.year + 1}-06-01", None)
    add(shop, f"{today.year - 2}-06-01", f"{today.year - 2}-08-31")
    page = manager.get(seasons)
    now, later, over = entries(page)
    assert "Holds now" in now
    assert "Open Mon–Fri 08:00–20:00" in now
    assert later.startswith("from ")
    assert over in words(soup(page).select_one("details.past"))
    assert "Open Mon–Fri 09:00–18:00" in words(soup(page).select_one(".week-words"))
    week = manager.get(seasons.removesuffix("/seasons"))
    assert any("Other hours hold today" in it for it in boxes(week))


def test_a_new_one_begins_like_the_usual_week_and_is_saved(shop, manager, seasons):
    page = manager.get(f"{seasons}/new")
    assert pairs(page, "monday") == [("09:00", "18:00")]
    assert not is_on(page, "sunday")
    answer = manager.post(seasons, data=typed("2027-06-01", "2027-08-31", sunday=[("10", "14")]))
    assert (answer.status_code, answer.headers["Location"]) == (303, seasons)
    assert seasons_of(shop.business.id) == [Season(date(2027, 6, 1), date(2027, 8, 31), [{6: [(600, 840)]}])]
    page = manager.get(f"{seasons}/2027-06-01")
    assert pairs(page, "sunday") == [("10:00", "14:00")]
    again = manager.get(f"{seasons}/new?like=2027-06-01")
    assert soup(again).select_one("#since")["value"] == "2028-06-01"
    assert pairs(again, "sunday") == [("10:00", "14:00")]


@pytest.mark.parametrize(
    ("since", "until", "field", "sentence"),
    [
        ("", "2027-08-31", "since", "choose the first day"),
        ("2027-06-01", "2027-05-31", "until", "before the first day"),
        ("1999-06-01", "", "since", "no such day"),
        ("2027-06-01", "tomorrow", "until", "no such day"),
        ("2020-06-01", "2020-08-31", "until", "is over"),
    ],
)
def test_dates_that_make_no_season_are_said_and_all_is_kept(
    shop, manager, seasons, since, until, field, sentence
):
    page = manager.post(seasons, data=typed(since, until, monday=[("9:15", "17")]))
    assert page.status_code == 422
    assert sentence in error(page, field)
    assert pairs(page, "monday") == [("9:15", "17")]
    assert seasons_of(shop.business.id) == []


def test_a_season_without_any_day_and_one_that_overlaps_are_refused(shop, manager, seasons):
    page = manager.post(seasons, data=typed("2027-06-01", monday=[]))
    assert page.status_code == 422
    assert "switch on at least one day" in words(soup(page).select_one(".form-errors"))
    add(shop, "2027-06-01", "2027-08-31")
    page = manager.post(seasons, data=typed("2027-08-31", "2027-09-05", monday=[("9:15", "17")]))
    assert page.status_code == 409
    assert "other hours for some of these dates" in error(page, "since")
    assert pairs(page, "monday") == [("9:15", "17")]
    assert len(seasons_of(shop.business.id)) == 1


def test_bookings_that_would_lie_outside_are_asked_about_first(shop, manager, seasons):
    booking = a_booking(shop, berlin("2027-06-02 15:00"))
    asked = manager.post(seasons, data=typed("2027-06-01", "2027-08-31", **SHORT))
    assert asked.status_code == 409
    assert seasons_of(shop.business.id) == []
    assert decide(manager, asked).status_code == 303
    assert len(seasons_of(shop.business.id)) == 1
    db.session.refresh(booking)
    assert booking.status == "confirmed"


def test_taking_a_season_away_asks_too(shop, manager, seasons):
    add(shop, "2027-06-01", "2027-08-31")
    a_booking(shop, berlin("2027-06-02 19:00"))
    asked = manager.post(f"{seasons}/2027-06-01/removal", data={})
    assert asked.status_code == 409
    assert len(seasons_of(shop.business.id)) == 1
    assert decide(manager, asked).status_code == 303
    assert seasons_of(shop.business.id) == []
    assert manager.get(f"{seasons}/2027-06-01").status_code == 404


def test_somebody_with_a_rota_has_seasons_that_take_turns(shop, manager):
    of = shop.person.resource_id
    hours = f"/manage/{shop.business.slug}/staff/{of}/hours"
    page = manager.get(f"{hours}/seasons")
    assert "Give them hours of their own first" in words(soup(page).select_one("main"))
    refused = manager.post(f"{hours}/seasons", data=typed("2027-06-01", number="1", **SHORT))
    assert refused.status_code == 422
    assert "no hours at all" in words(soup(refused).select_one(".form-errors"))
    usual = [LONG, {0: [(540, 720)]}]
    set_rota(shop.business.id, usual, of, by=ANNA, now=clock.now())
    page = manager.get(f"{hours}/seasons/new")
    assert len(soup(page).select(".rota-week")) == 2
    form = typed("2027-06-01", number="2", **SHORT)
    form |= {f"week2-{name}": it for name, it in week_form(friday=[("9", "12")]).items()}
    assert manager.post(f"{hours}/seasons", data=form).status_code == 303
    [season] = seasons_of(shop.business.id, of)
    assert season.rota == [dict.fromkeys(range(5), [(540, 720)]), {4: [(540, 720)]}]
    assert rota_of(shop.business.id, of) == usual
    kept = manager.post(hours, data={"keeps": "shop", "number": "2"})
    assert kept.status_code == 409
    assert "remove the seasons first" in words(soup(kept).select_one(".form-errors"))
    assert rota_of(shop.business.id, of) == usual


def test_the_business_has_one_week_in_a_season(shop, manager, seasons):
    page = manager.post(seasons, data=typed("2027-06-01", number="2", **SHORT))
    assert page.status_code == 422
    assert seasons_of(shop.business.id) == []
