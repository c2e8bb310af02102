from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.core.db import db
from tests.conftest import NOW
from tests.factories import a_business, a_membership, a_user, a_visit, hire, signed_in
from tests.reading import rows, soup, words

DAY = "/manage/ann-salon/"


@pytest.fixture
def business(app, frozen):
    return a_business("ann-salon")


@pytest.fixture
def owner(app, business):
    return signed_in(app, a_membership(business, "owner").user)


def agenda(response):
    return rows(response, "#day .agenda-item")


def test_today_is_shown_in_the_shops_time(business, owner):
    person = hire(business.id, "Maya", colour=7)
    a_visit(business, NOW + timedelta(hours=1), person=person, minutes=45)
    page = owner.get(DAY)
    assert page.status_code == 200
    (row,) = soup(page).select(".agenda-item")
    said = words(row)
    for text in (
        "11:00",
        "11:45",
        "Olivia Park",
        "olivia@guest.example",
        "Haircut",
        "€45.00",
        "Maya",
        "Confirmed",
    ):
        assert text in said
    assert "person-7" in row["class"]
    assert "Monday 1 March" in page.text
    assert "Berlin" in page.text


def test_the_line_of_the_present_stands_between_what_was_and_what_comes(business, owner):
    a_visit(business, NOW - timedelta(hours=1))
    a_visit(business, NOW + timedelta(hours=1))
    kinds = [row["class"][0] for row in soup(owner.get(DAY)).select("#day .agenda > li")]
    assert kinds == ["agenda-item", "agenda-now", "agenda-item"]
    assert not soup(owner.get(f"{DAY}?date=2027-03-02")).select(".agenda-now")


def test_another_date_can_be_asked_for_and_arrows_lead_on(business, owner):
    a_visit(business, datetime(2027, 3, 5, 9, tzinfo=UTC), customer="Friday Guest")
    page = owner.get(f"{DAY}?date=2027-03-05")
    assert "Friday Guest" in page.text
    links = {link["href"] for link in soup(page).select(".date-bar a")}
    assert links == {f"{DAY}?date=2027-03-04", f"{DAY}?date=2027-03-06", DAY}
    assert soup(page).select_one(".date-bar input[type=date]")["value"] == "2027-03-05"
    assert not soup(page).select(".date-bar [aria-current]")
    assert soup(owner.get(DAY)).select(".date-bar [aria-current=date]")


@pytest.mark.parametrize(
    "date",
    [
        "2027-02-30",
        "0001-01-01",
        "9999-12-31",
        "1999-12-31",
        "2101-01-01",
        "tomorrow",
        "2027-3-1",
        "20270301",
        "-1",
        "2027-03-01T00:00",
        "\u0662\u0660\u0662\u0667-03-01",
        "x" * 10_000,
    ],
)
def test_a_day_that_does_not_exist_is_said_and_today_is_shown(business, owner, date):
    a_visit(business, NOW)
    page = owner.get(DAY, query_string={"date": date})
    assert page.status_code == 422
    assert "There is no such day" in soup(page).select_one("[role=alert].alert").text
    assert len(agenda(page)) == 1


@pytest.mark.parametrize("query", ["", "?date=", "?date=%00", "?nonsense=1", "?date=2027-03-01&date=x"])
def test_no_date_is_today(business, owner, query):
    page = owner.get(DAY + query)
    assert (page.status_code, "Monday 1 March" in page.text) == (200, True)


@pytest.mark.parametrize("date", ["2000-01-01", "2100-12-31"])
def test_the_arrows_never_lead_where_no_day_is(business, owner, date):
    page = owner.get(f"{DAY}?date={date}")
    assert page.status_code == 200
    for link in soup(page).select(".date-bar-arrows a"):
        assert owner.get(link["href"]).status_code == 200


def test_cancelled_bookings_step_back_and_holds_say_what_they_are(business, owner):
    a_visit(business, NOW, status="cancelled")
    a_visit(business, NOW, status="held")
    cancelled, held = sorted(
        soup(owner.get(DAY)).select(".agenda-item"), key=lambda row: "Cancelled" not in row.text
    )
    assert "muted-item" in cancelled["class"]
    assert "Cancelled" in cancelled.text
    assert "muted-item" not in held["class"]
    assert "Being booked" in held.text


def test_staff_see_their_own_bookings_and_managers_all(app, business):
    user = a_user()
    a_visit(business, NOW, person=hire(business.id, "June", user_id=user.id), customer="Of June")
    a_visit(business, NOW, person=hire(business.id, "Maya"), customer="Of Maya")
    staff = signed_in(app, a_membership(business, "staff", user).user).get(DAY)
    assert "Of June" in staff.text
    assert "Of Maya" not in staff.text
    assert len(agenda(signed_in(app, a_membership(business, "manager").user).get(DAY))) == 2


def test_an_empty_day_says_how_bookings_come(business, owner):
    page = owner.get(DAY)
    assert "Nothing booked on this day" in page.text
    assert soup(page).select_one("#day a[href='/b/ann-salon/']")


def test_staff_of_a_draft_are_told_that_it_is_not_open_yet(app, business):
    business.status = "draft"
    page = signed_in(app, a_membership(business, "staff").user).get(DAY)
    assert "not open yet" in page.text
    assert not soup(page).select("#set-up, a[href='/b/ann-salon/']")


def test_what_customers_typed_is_text_and_nothing_else(business, owner):
    a_visit(business, NOW, customer="<script>alert(1)</script>")
    page = owner.get(DAY)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_the_number_of_statements_does_not_grow_with_the_day(business, owner, queries):
    owner.get(DAY)
    counts = []
    for _ in range(2):
        for n in range(15):
            a_visit(business, NOW + timedelta(minutes=n), person=hire(business.id, f"Person {n}"))
        db.session.commit()
        with queries() as said:
            owner.get(DAY)
        counts.append(len(said))
    assert counts[0] == counts[1] <= 17


def test_a_boosted_link_gets_the_whole_page(business, owner):
    page = owner.get(DAY, headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert soup(page).select_one("html main #day")
    assert soup(page).select_one("[hx-boost=true] .date-bar")


def test_a_database_lost_in_the_middle_is_said_and_asked_no_more(business, owner):
    lost = []

    def lose(_connection, _cursor, statement, *_rest):
        if "SAVEPOINT" not in statement and (lost or "FROM bookings" in statement):
            lost.append(statement)
            raise OperationalError(statement, {}, Exception("gone"))

    sa.event.listen(sa.Engine, "before_cursor_execute", lose)
    try:
        answer = owner.get(DAY)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", lose)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert len(lost) == 1
