import pytest
from flask import g, url_for
from werkzeug.exceptions import Forbidden

from app.businesses.guards import members_only, needs_role
from app.businesses.joining import leave
from app.core.actor import SYSTEM
from tests.conftest import NOW
from tests.factories import a_business, a_membership, a_user, signed_in
from tests.reading import soup


@pytest.fixture
def business(app):
    return a_business("ann-salon", name="Ann's Salon")


def test_strangers_sign_in_first_and_come_back(client, business):
    answer = client.get("/manage/ann-salon/?date=2027-03-02")
    assert (answer.status_code, answer.location) == (
        303,
        "/sign-in?next=/manage/ann-salon/?date%3D2027-03-02",
    )


def test_strangers_learn_nothing_about_which_businesses_there_are(client, business):
    assert (
        client.get("/manage/no-such-place/").status_code
        == client.get("/manage/ann-salon/").status_code
        == 303
    )


@pytest.mark.parametrize("role", ["owner", "manager", "staff"])
def test_members_come_in(app, business, role):
    browser = signed_in(app, a_membership(business, role).user)
    page = browser.get("/manage/ann-salon/")
    assert page.status_code == 200
    assert "Ann&#39;s Salon" in page.text


def test_another_tenants_business_looks_like_no_business_at_all(app, business):
    browser = signed_in(app, a_membership(a_business(), "owner").user)
    paths = "/manage/ann-salon/", "/manage/no-such-place/"
    theirs, nobodys = (browser.get(path) for path in paths)
    assert theirs.status_code == nobodys.status_code == 404
    # The links to other languages name the address that was asked for.
    pages = [browser.get(path).text.replace(path, "/") for path in (*paths, "/nowhere")]
    assert len(set(pages)) == 1


@pytest.mark.parametrize(
    "slug", ["ANN-SALON", "ann-salon%00", "ann salon", "ann-salon'--", "..", "%ed%a0%80", "x" * 300]
)
def test_odd_slugs_are_no_business(app, business, slug):
    browser = signed_in(app, a_membership(business).user)
    assert browser.get(f"/manage/{slug}/").status_code == 404


def test_who_left_is_out_at_the_next_click(app, business):
    a_membership(business, "owner")
    user = a_membership(business, "manager").user
    browser = signed_in(app, user)
    assert browser.get("/manage/ann-salon/").status_code == 200
    leave(business, user, by=SYSTEM, now=NOW)
    assert browser.get("/manage/ann-salon/").status_code == 404


@pytest.mark.parametrize(("status", "code"), [("draft", 200), ("suspended", 200)])
def test_members_see_a_business_customers_do_not(app, client, business, status, code):
    business.status = status
    assert client.get("/b/ann-salon/").status_code == 404
    assert signed_in(app, a_membership(business).user).get("/manage/ann-salon/").status_code == code


@pytest.mark.parametrize(
    ("role", "needed", "may"),
    [("staff", "manager", False), ("manager", "manager", True), ("manager", "owner", False)],
)
def test_a_role_below_the_needed_one_is_forbidden(app, business, role, needed, may):
    with app.test_request_context():
        g.membership = a_membership(business, role)
        handler = needs_role(needed)(lambda: "done")
        if may:
            assert handler() == "done"
        else:
            with pytest.raises(Forbidden):
                handler()


def test_addresses_inside_a_business_stay_there(app, business):
    with app.test_request_context():
        g.membership, g.business = a_membership(business), business
        assert url_for("dashboard.index") == "/manage/ann-salon/"
        assert url_for("dashboard.index", slug="other") == "/manage/other/"
        assert url_for("account.index") == "/account/"


def test_the_menu_offers_the_other_businesses_one_works_in(app, business):
    user = a_user()
    a_membership(business, "staff", user)
    a_membership(a_business("zoes", name="Zoe's"), "owner", user)
    a_membership(a_business("secret", name="Secret place"))
    page = soup(signed_in(app, user).get("/manage/ann-salon/"))
    assert [link["href"] for link in page.select(".switcher a")] == ["/manage/zoes/"]
    assert page.select_one("nav a[aria-current=page]")["href"] == "/manage/ann-salon/"


def test_every_room_of_a_business_is_guarded(app):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/manage"):
            blueprint = rule.endpoint.rpartition(".")[0]
            assert members_only in app.before_request_funcs.get(blueprint, []), rule
            assert "slug" in rule.arguments, rule


def test_the_day_is_still_shown_when_the_session_was_noted_just_now(app, business, frozen):
    browser = signed_in(app, a_membership(business).user)
    frozen.shift(61)
    assert browser.get("/manage/ann-salon/").status_code == 200
