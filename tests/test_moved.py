"""Addresses a business had before lead to the same page under the one of today."""

import pytest

from app.appointments.flow.forms.wish import new_flow
from app.businesses.addressing import change_slug
from app.moved import may_know
from tests.factories import a_business, a_membership, a_shop, a_user, berlin, by_the_system, signed_in
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")
move = by_the_system(change_slug)
PAGE = "/manage/fresh/settings/address"


@pytest.fixture
def shop(app):
    """A shop that was at /b/old and is at /b/fresh."""
    shop = a_shop()
    move(shop.business, "old")
    move(shop.business, "fresh")
    return shop


@pytest.fixture
def browser(app, shop):
    return signed_in(app, a_membership(shop.business).user)


@pytest.mark.parametrize(
    "rest", ["/", "/book", "/book?service=7&date=2027-03-02", "/book/slots", "/book/a%20b", "/book/a%3Fb"]
)
def test_a_link_of_before_leads_to_the_same_page(client, shop, rest):
    answer = client.get(f"/b/old{rest}")
    assert (answer.status_code, answer.location) == (301, f"/b/fresh{rest}")


def test_the_redirect_is_not_remembered_for_ever(client, shop):
    """The business may go back to it, and then the browser must not turn in circles."""
    assert "no-cache" in client.get("/b/old/").headers["Cache-Control"]


def test_a_form_that_was_open_meanwhile_is_not_lost(client, shop):
    form = {
        "service": shop.service.id,
        "staff": "any",
        "start": berlin("2027-03-02 12:00").isoformat(),
        "flow": new_flow(shop.business.id),
    }
    answer = client.post("/b/old/book/holds", data=form)
    assert (answer.status_code, answer.location) == (308, "/b/fresh/book/holds")
    followed = client.post(answer.location, data=form)
    assert followed.status_code == 303
    assert followed.location.startswith("/b/fresh/book/")


def test_members_are_led_on_too(browser):
    answer = browser.get("/manage/old/?date=2027-03-02")
    assert (answer.status_code, answer.location) == (303, "/manage/fresh/?date=2027-03-02")
    answer = browser.post("/manage/old/settings/policy", data={"amount": "1"})
    assert (answer.status_code, answer.location) == (308, "/manage/fresh/settings/policy")


def test_who_is_no_member_learns_nothing(app, shop):
    browser = signed_in(app, a_user())
    theirs, nobodys = browser.get("/manage/old/"), browser.get("/manage/nil/")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text.replace("/manage/old/", "/manage/nil/") == nobodys.text


def test_strangers_learn_nothing_whatever_is_wrong_with_their_address(app, shop):
    """An odd address is refused before anybody is asked to sign in."""
    with app.test_request_context():
        assert not may_know("manage", shop.business)


@pytest.mark.parametrize("status", ["draft", "suspended"])
def test_a_business_customers_do_not_see_does_not_show_where_it_went(client, shop, status):
    shop.business.status = status
    assert client.get("/b/old/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/b/nobody/", "/b/old/no/such/page", "/old/", "/b/old%00/", "/b/OLD/", "/b/fresh/book/x"]
)
def test_everything_else_is_still_not_there(client, shop, path):
    assert client.get(path).status_code == 404


def test_a_good_address_costs_nothing(client, shop, queries):
    client.get("/b/fresh/")
    with queries() as seen:
        client.get("/b/fresh/")
    assert not [statement for statement in seen if "former_slugs" in statement]


def test_a_wrong_address_costs_one_question(client, shop, queries):
    with queries() as seen:
        client.get("/b/nobody/")
    assert len([statement for statement in seen if "former_slugs" in statement]) == 1


# The page where it is changed


def send(browser, slug):
    return browser.post(PAGE, data={"slug": slug})


@pytest.mark.parametrize(("typed", "kept"), [("anns", "anns"), ("  Ann Salon ", "ann-salon"), ("OLD", "old")])
def test_an_owner_moves_the_business(browser, shop, typed, kept):
    answer = send(browser, typed)
    assert (answer.status_code, answer.location) == (303, f"/manage/{kept}/settings/address")
    assert shop.business.slug == kept
    page = browser.get(answer.location).text
    assert "Saved." in page
    assert "/b/fresh/" in page


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("", "Please type an address"),
        ("-ann", "only the letters"),
        ("ann-", "only the letters"),
        ("ann_salon", "only the letters"),
        ("änn", "only the letters"),
        ("a/b", "only the letters"),
        ("ann\u200b", "only the letters"),
        ("x" * 61, "at most 60"),
        ("admin", "kept for pages of ours"),
    ],
)
def test_an_address_that_cannot_be_is_refused(browser, shop, slug, words):
    answer = send(browser, slug)
    assert answer.status_code == 422
    page = soup(answer)
    assert words in page.find(id="slug-error").text
    assert page.find(id="slug").get("value", "") == slug
    assert shop.business.slug == "fresh"


@pytest.mark.parametrize("slug", ["taken", "left"])
def test_the_address_of_another_business_is_refused(browser, shop, slug):
    move(a_business("left"), "taken")
    answer = send(browser, slug)
    assert answer.status_code == 409
    assert "Another business has this address" in answer.text
    assert shop.business.slug == "fresh"


def test_a_manager_does_not_move_the_business(app, shop):
    browser = signed_in(app, a_membership(shop.business, "manager").user)
    assert send(browser, "anns").status_code == 403
    assert shop.business.slug == "fresh"
