"""The pages of the reports."""

import csv
import io
from datetime import UTC

import pytest

from app.core.db import db
from tests.factories import (
    a_booking,
    a_class_date,
    a_membership,
    a_shop,
    a_user,
    a_visit,
    berlin,
    hire,
    rooms_of,
    signed_in,
)
from tests.money.test_routes import gives_back, takes
from tests.reading import soup, words

NAMES = ("takings", "bookings", "utilisation", "customers", "no_shows", "cancellations")


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2)


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business, "owner", a_user()).user)


def page(shop, rest=""):
    return f"/manage/{shop.business.slug}/reports{rest}"


@pytest.mark.parametrize("name", NAMES)
def test_a_report_of_nothing_says_so(shop, owner, name):
    empty = soup(owner.get(page(shop, f"/{name}?period=last_month"))).select_one(".empty-title")
    if name == "utilisation":  # There is open time, and nothing of it is booked.
        assert empty is None
    else:
        assert words(empty) == "Nothing in this time"


def test_the_overview_has_a_card_for_each_report(shop, owner):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    takes(shop, booking, 4500)
    cards = soup(owner.get(page(shop))).select(".report-card")
    assert [words(it.h2) for it in cards] == [
        "Takings",
        "Bookings",
        "Open time that is booked",
        "New customers",
        "Did not come",
        "Cancelled",
    ]
    assert [words(it.select_one(".report-value")) for it in cards] == ["€45.00", "1", "0.1%", "1", "–", "0%"]


@pytest.mark.parametrize("name", NAMES)
def test_every_report_has_a_page_and_a_file(shop, owner, name):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    takes(shop, booking, 4500)
    gives_back(shop, booking, 500)
    answer = owner.get(page(shop, f"/{name}"))
    assert answer.status_code == 200
    file = owner.get(page(shop, f"/{name}.csv"))
    assert file.mimetype == "text/csv"
    named = f"{shop.business.slug}-{name.replace('_', '-')}-2027-03-01-2027-03-31.csv"
    assert named in file.headers["Content-Disposition"]
    assert list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))


def figures(answer):
    """Each figure of a report by its name."""
    found = soup(answer).select(".report-figure")
    return {words(it.dt): words(it.b) for it in found}


def table(answer, caption):
    """The rows of one of the tables, each as its cells."""
    found = next(it for it in soup(answer).select("table") if words(it.caption) == caption)
    return [[words(cell) for cell in row.select("th, td")] for row in found.select("tbody tr")]


def test_takings_say_the_same_as_the_money_page(shop, owner):
    first = a_booking(shop, berlin("2027-03-02 10:00"), person=shop.people[0])
    second = a_booking(shop, berlin("2027-03-02 12:00"), "sam@example.com", person=shop.people[1])
    second.visit = first.visit
    db.session.flush()
    takes(shop, first, 4501)
    takes(shop, first, 1500, "card", key="l" * 16, at=berlin("2027-03-31 23:59").astimezone(UTC))
    takes(shop, first, 700, key="m" * 16, at=berlin("2027-04-01 00:30").astimezone(UTC))
    gives_back(shop, first, 1000)
    money = owner.get(f"/manage/{shop.business.slug}/money?from=2027-03-01&until=2027-03-31")
    report = owner.get(page(shop, "/takings?period=this_month"))
    for name in ("By service", "By person", "By way of payment"):
        came = [[it[0], it[1], it[2].replace("€0.00", "–"), it[3]] for it in table(report, name)]
        assert came == table(money, name)
    assert figures(report) == {"Takings": "€50.01", "Came in": "€60.01", "Went back": "€10.00"}
    assert [it[1] for it in table(report, "Takings in EUR") if it[1] != "€0.00"] == ["€35.01", "€15.00"]


def test_money_of_another_currency_has_figures_and_a_chart_of_its_own(shop, owner):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    takes(shop, booking, 4500)
    shop.business.currency = "CHF"
    answer = owner.get(page(shop, "/takings"))
    assert [words(it.h2) for it in soup(answer).select(".report-chart")] == [
        "Takings in CHF",
        "Takings in EUR",
    ]
    assert [words(it) for it in soup(answer).select(".report-figure b")][::3] == ["CHF0.00", "€45.00"]


def test_every_figure_says_what_it_was_before(shop, owner):
    for day in ("02", "03"):
        a_visit(shop.business, berlin(f"2027-03-{day} 10:00"), person=shop.person)
    a_visit(shop.business, berlin("2027-02-02 10:00"), person=shop.person, status="completed")
    a_visit(shop.business, berlin("2026-03-03 10:00"), person=shop.person, status="no_show")
    first = soup(owner.get(page(shop, "/bookings"))).select_one(".report-figure")
    assert words(first) == "Bookings 2 +100% before 1 Confirmed or done"
    year = soup(owner.get(page(shop, "/bookings?period=this_month&against=year"))).select_one(
        ".report-figure"
    )
    assert words(year) == "Bookings 2 new before 0 Confirmed or done"
    assert figures(owner.get(page(shop, "/no_shows?from=2026-03-01&until=2026-03-31")))["Share"] == "100%"


def test_whoever_comes_again_within_ninety_days_is_counted_when_they_are_over(shop, owner):
    customers = []
    for first, again in (
        ("2026-10-05", "2026-12-01"),
        ("2026-10-06", "2026-10-06"),
        ("2026-10-07", "2027-02-15"),
    ):
        visit = a_visit(shop.business, berlin(f"{first} 10:00"), person=shop.person, status="completed")
        other = a_visit(shop.business, berlin(f"{again} 14:00"), person=shop.person, status="completed")
        other.customer_id = visit.customer_id
        customers.append(visit.customer_id)
    a_visit(shop.business, berlin("2026-12-30 10:00"), person=shop.person, status="completed")
    db.session.flush()
    answer = owner.get(page(shop, "/customers?from=2026-10-01&until=2026-12-31"))
    assert figures(answer) == {
        "Customers": "4",
        "New": "4",
        "Returning": "0",
        "New ones who came again": "33.3%",
    }
    assert "Of 3 whose 90 days are over" in answer.text


def test_a_class_is_booked_once_and_a_room_has_hours_of_its_own(app, frozen):
    shop = a_shop(capacity=8, minutes=60)
    rooms_of(shop, "Studio")
    day = a_class_date(shop, berlin("2027-03-02 10:00"))
    for name in ("Ada", "Kai"):
        other = a_visit(
            shop.business, berlin("2027-06-01 10:00"), customer=name, person=hire(shop.business.id, name)
        )
        other.appointment_id = day.id
    db.session.flush()
    owner = signed_in(app, a_membership(shop.business, "owner", a_user()).user)
    answer = owner.get(page(shop, "/utilisation?period=this_week"))
    assert table(answer, "By person") == [["Maya", "1 h", "45 h", "2.2%", "0%", "0 min"]]
    assert table(answer, "By room") == [["Studio", "0 min", "45 h", "0%", "0%", "0 min"]]


def test_customers_who_missed_the_most_lead_to_their_page(shop, owner):
    visit = a_visit(shop.business, berlin("2027-03-02 10:00"), person=shop.person, status="no_show")
    link = soup(owner.get(page(shop, "/no_shows"))).select_one(".report-table a")
    assert link["href"].endswith(f"/customers/{visit.customer_id}")


def test_a_file_has_no_formulas_and_plain_numbers(shop, owner):
    visit = a_visit(shop.business, berlin("2027-03-02 10:00"), person=shop.person, status="cancelled")
    visit.cancel_reason, visit.cancelled_by = "=1+1", "customer"
    db.session.flush()
    answer = owner.get(page(shop, "/cancellations.csv"))
    assert answer.data.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert ["'=1+1", "1"] in rows
    assert ["Share (%)", "100.0", ""] in rows
    assert rows[0] == ["Cancellations", shop.business.name, "2027-03-01", "2027-03-31"]


@pytest.mark.parametrize(
    "asked",
    [
        "period=own&from=2027-03-05&until=2027-03-01",
        "from=2010-01-01&until=2027-01-01",
        "from=0001-01-01&until=9999-12-31",
        "from=1999-12-31&until=2000-01-05",
        "from=nonsense&until=2027-01-01",
        "from=2027-02-30&until=2027-03-01",
        "period=own",
        "from=2027-03-01",
        "period=own&from=&until=",
        "period=yesterday",
        "against=nothing",
    ],
)
@pytest.mark.parametrize("rest", ["", "/bookings"])
def test_a_period_that_is_none_is_said_beside_it_and_this_month_is_shown(shop, owner, asked, rest):
    answer = owner.get(page(shop, f"{rest}?{asked}"))
    assert answer.status_code == 422
    assert soup(answer).select(".field-error")
    assert "1–31 Mar 2027" in words(soup(answer).select_one(".lede"))
    assert owner.get(page(shop, f"/takings.csv?{asked}")).status_code == 422


@pytest.mark.parametrize("asked", ["from=2000-01-01&until=2004-12-31", "from=2096-01-02&until=2100-12-31"])
@pytest.mark.parametrize("against", ["before", "year"])
def test_the_ends_of_time_can_be_looked_at(shop, owner, asked, against):
    for rest in ("", "/utilisation", "/takings"):
        assert owner.get(page(shop, f"{rest}?{asked}&against={against}")).status_code == 200


def test_only_managers_and_owners_see_them(app, shop, client):
    for role, status in (("staff", 403), ("manager", 200), ("owner", 200)):
        member = signed_in(app, a_membership(shop.business, role, a_user()).user)
        for rest in ("", "/takings", "/takings.csv"):
            assert member.get(page(shop, rest)).status_code == status
    stranger = signed_in(app, a_membership(a_shop().business, "owner", a_user()).user)
    assert stranger.get(page(shop)).status_code == 404
    assert client.get(page(shop)).status_code == 303


def test_another_business_never_counts(shop, owner):
    a_visit(a_shop().business, berlin("2027-03-02 10:00"))
    for name in NAMES:
        if name != "utilisation":
            assert soup(owner.get(page(shop, f"/{name}"))).select_one(".empty-title")


@pytest.mark.parametrize("rest", ["", *(f"/{name}" for name in NAMES)])
def test_a_page_asks_as_much_of_much_as_of_little(shop, owner, queries, rest):
    asked = []
    for bookings in (1, 6):
        for n in range(bookings):
            a_visit(shop.business, berlin(f"2027-03-0{bookings} {10 + n}:00"), person=shop.person)
        with queries() as seen:
            owner.get(page(shop, f"{rest}?period=this_year"))
        asked.append(len(seen))
    assert asked[0] == asked[1]
    assert asked[0] <= (20 if rest == "" else 13)
