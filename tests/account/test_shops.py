import pytest
import sqlalchemy as sa

from app.businesses.finding import find_business
from app.businesses.joining import find_membership
from app.businesses.models import Business
from app.core.db import db
from tests.account.shops import SHOP, ticket
from tests.factories import a_business, a_membership, a_user, signed_in
from tests.reading import soup

PAGE = "/account/businesses/new"


@pytest.fixture
def user(app):
    return a_user("maya@example.com", name="Maya Lindqvist")


@pytest.fixture
def browser(app, user):
    return signed_in(app, user)


def businesses():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Business))


def test_who_has_an_account_opens_another_business_with_the_same_form(browser, user):
    a_membership(a_business("anns"), "staff", user)
    page = soup(browser.get(PAGE))
    assert not page.select("#email, #password, #name")
    answer = browser.post(PAGE, data=SHOP | {"ticket": ticket(browser, PAGE)})
    assert (answer.status_code, answer.location) == (303, "/manage/rosas-cafe/")
    assert find_membership("rosas-cafe", user.id).role == "owner"
    assert find_business("rosas-cafe").email == "maya@example.com"
    assert browser.get("/manage/rosas-cafe/").status_code == 200


def test_two_clicks_open_one(browser):
    form = SHOP | {"ticket": ticket(browser, PAGE)}
    assert [browser.post(PAGE, data=form).location for _ in range(2)] == ["/manage/rosas-cafe/"] * 2
    assert businesses() == 1


def test_a_form_of_somebody_else_leads_nowhere_of_theirs(app, browser):
    form = SHOP | {"ticket": ticket(browser, PAGE)}
    browser.post(PAGE, data=form)
    assert signed_in(app, a_user()).post(PAGE, data=form).location == "/manage/rosas-cafe-2/"


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(browser):
    page = browser.post(PAGE, data=SHOP | {"ticket": ticket(browser, PAGE), "trade": "piracy"})
    assert page.status_code == 422
    assert soup(page).select_one("#business")["value"] == "Rosa's Café"
    assert soup(page).select_one("#trade-error")
    assert businesses() == 0


def test_strangers_sign_in_first(client):
    assert client.get(PAGE).location == f"/sign-in?next={PAGE}"
    assert client.post(PAGE, data=SHOP).status_code == 303
    assert businesses() == 0


def test_the_list_of_ones_businesses_leads_there(browser):
    assert soup(browser.get("/account/")).select_one(f"a[href='{PAGE}']")
