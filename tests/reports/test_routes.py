"""The pages of the reports."""

import csv
import io

import pytest

from tests.factories import a_booking, a_membership, a_shop, a_user, berlin, signed_in
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
