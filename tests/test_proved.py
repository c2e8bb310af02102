"""What is grave asks for the password once more. This is the list of it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.auth.models import UserSession
from app.auth.sessions import PROVED_FOR
from app.core import clock
from app.core.db import db
from tests.factories import PASSWORD, a_booking, a_membership, a_shop, a_user, berlin, signed_in
from tests.impact import decide
from tests.reading import soup
from tests.test_every_route import TABLE, House

# Those that wear `proved_only`.
PROVED = {
    "account.new_second_factor",
    "account.create_second_factor",
    "account.create_recovery_codes",
    "account.create_second_factor_removal",
    "staff.create_invitation",
    "staff.update_member",
    "staff.create_member_departure",
    "staff.create_departure",
    "settings.update_address",
    "archives.create_archive",
    "archives.show_archive",
    "archives.create_end",
    "customers.create_table",
    "order_board.create_past_table",
    "customers.create_merger",
    "customers.create_copy",
    "customers.create_erasure",
    "platform_admin.create_suspension",
    "platform_admin.create_suspension_removal",
}
# Those whose own form has the password in it, each time: the field's name.
ASK_THEMSELVES = {
    "auth.update_password": "current",
    "account.update_email": "password",
    "account.create_deletion": "password",
    "online_payment.update_keys": "password",
    "online_payment.create_removal": "password",
}


@pytest.fixture
def shop(app, frozen):
    return a_shop()


@pytest.fixture
def owner(app, shop):
    """A browser whose password was typed a while ago."""
    browser = signed_in(app, a_membership(shop.business, "owner").user)
    let_time_pass()
    return browser


def let_time_pass():
    db.session.execute(update(UserSession).values(proved_at=clock.now() - PROVED_FOR))


def test_the_list_is_the_whole_list(app):
    wearing = {name for name, it in app.view_functions.items() if hasattr(it, "is_proved_only")}
    assert wearing == PROVED


@pytest.mark.parametrize("endpoint", sorted(PROVED))
def test_whoever_typed_the_password_long_ago_types_it_first(app, frozen, endpoint):
    house = House()
    user = a_membership(house.business, "owner").user
    user.is_platform_admin = endpoint.startswith("platform_admin.")
    browser = signed_in(app, user)
    let_time_pass()
    [(method, call)] = [(method, it) for (method, name), it in TABLE.items() if name == endpoint]
    with app.test_request_context():
        from flask import url_for

        address = url_for(endpoint, **call.values(house))
    answer = browser.open(address, method=method, data=call.form(house))
    if method == "GET":
        assert (answer.status_code, answer.location) == (303, f"/account/proof?next={address}")
    else:
        assert answer.status_code == 403
        assert soup(answer).select_one("input[name=proof][type=password]")


@pytest.mark.parametrize(("endpoint", "field"), sorted(ASK_THEMSELVES.items()))
def test_those_who_ask_themselves_do(app, frozen, endpoint, field):
    """Without the password their form is refused, however lately it was typed elsewhere."""
    house = House()
    browser = signed_in(app, a_membership(house.business, "owner").user)
    call = TABLE["POST", endpoint]
    with app.test_request_context():
        from flask import url_for

        address = url_for(endpoint, **call.values(house))
    typed = {name: value for name, value in call.form(house).items() if name != field}
    answer = browser.post(address, data=typed)
    assert answer.status_code == 422
    assert soup(answer).select_one(f"#{field}-error")


def test_what_was_typed_waits_and_is_sent_with_the_password(owner, shop):
    address = f"/manage/{shop.business.slug}/settings/address"
    asked = owner.post(address, data={"slug": "somewhere-else"})
    form = soup(asked).select_one("form[method=post]:has([name=proof])")
    assert not form.get("action")
    kept = {it["name"]: it["value"] for it in form.select("input[type=hidden]")}
    assert kept == {"slug": "somewhere-else"}
    answer = owner.post(address, data=kept | {"proof": PASSWORD})
    assert answer.status_code == 303
    assert shop.business.slug == "somewhere-else"
    # And for a while nobody asks again.
    assert (
        owner.post("/manage/somewhere-else/settings/address", data={"slug": "once-more"}).status_code == 303
    )


def test_the_page_that_asks_what_becomes_of_bookings_does_not_know_the_password(owner, shop):
    a_booking(shop, berlin("2027-03-03 10:00"))
    address = f"/manage/{shop.business.slug}/staff/{shop.person.resource_id}/departure"
    asked = owner.post(address, data={"proof": PASSWORD})
    assert asked.status_code == 409
    assert PASSWORD not in asked.text
    assert decide(owner, asked).status_code == 303


def test_a_wrong_password_changes_nothing_and_keeps_what_was_typed(owner, shop):
    address = f"/manage/{shop.business.slug}/settings/address"
    slug = shop.business.slug
    for proof, sentence in (("wrong", "not your current password"), ("", "type your password")):
        answer = owner.post(address, data={"slug": "somewhere-else", "proof": proof})
        assert answer.status_code == 422
        assert sentence in soup(answer).select_one("#proof-error").text
        assert soup(answer).select_one("input[name=slug]")["value"] == "somewhere-else"
        assert "wrong" not in {it.get("value") for it in soup(answer).select("input")}
    assert shop.business.slug == slug


def test_guessing_is_slowed_down(owner, shop, counting):
    address = f"/manage/{shop.business.slug}/settings/address"
    for _ in range(10):
        owner.post(address, data={"slug": "somewhere-else", "proof": "wrong"})
    for answer in (
        owner.post(address, data={"slug": "somewhere-else", "proof": PASSWORD}),
        owner.post("/account/proof", data={"proof": PASSWORD}),
    ):
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0


def test_a_secret_that_was_typed_is_not_written_into_the_page(owner, shop):
    """The code of the second factor: the page is asked for again instead."""
    answer = owner.post("/account/second-factor", data={"one_time_code": "123456", "offer": "x"})
    assert answer.status_code == 403
    assert "123456" not in answer.text
    assert soup(answer).select_one("form[action='/account/proof']:has([name=proof])")


def test_the_page_leads_back_and_nowhere_else(owner):
    assert (
        owner.get("/account/second-factor/new").location == "/account/proof?next=/account/second-factor/new"
    )
    page = soup(owner.get("/account/proof?next=/account/second-factor/new"))
    wanted = page.select_one("input[name=next]")["value"]
    assert owner.post("/account/proof", data={"proof": "wrong", "next": wanted}).status_code == 422
    assert owner.post("/account/proof", data={"next": wanted}).status_code == 422
    assert owner.post("/account/proof", data={"proof": PASSWORD, "next": wanted}).location == wanted
    assert owner.get(wanted).status_code == 200
    away = owner.post("/account/proof", data={"proof": PASSWORD, "next": "//evil.example"})
    assert away.location.startswith("/manage/")
    assert (
        not soup(owner.get("/account/proof?next=//evil.example")).select_one("input[name=next]").get("value")
    )


def test_a_fragment_is_told_to_load_the_page(owner, shop):
    at = f"/manage/{shop.business.slug}/settings/address"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{at}"}
    answer = owner.post(at, data={"slug": "somewhere-else"}, headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, f"/account/proof?next={at}")


def test_the_password_counts_for_a_quarter_of_an_hour_in_one_browser(app, frozen, shop):
    user = a_membership(shop.business, "owner").user
    one, other = signed_in(app, user), signed_in(app, user)
    frozen.shift(timedelta(minutes=14))
    assert one.get("/account/second-factor/new").status_code == 200
    frozen.shift(timedelta(minutes=1))
    assert one.get("/account/second-factor/new").status_code == 303
    one.post("/account/proof", data={"proof": PASSWORD})
    assert one.get("/account/second-factor/new").status_code == 200
    assert other.get("/account/second-factor/new").status_code == 303


def test_a_role_that_may_not_is_told_so_before_any_password(app, frozen, shop):
    browser = signed_in(app, a_membership(shop.business, "manager", a_user()).user)
    let_time_pass()
    address = f"/manage/{shop.business.slug}/settings/address"
    assert browser.post(address, data={"slug": "mine"}).status_code == 403
    assert "proof" not in browser.post(address, data={"slug": "mine", "proof": PASSWORD}).text
