"""Every route, called by everybody who may and may not: the status is declared here, and a refusal changes no row.

A route that is missing from the table fails the test, so a new one has to say who may use it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account.forms import new_ticket
from app.appointments.finding import hold_token, receipt_token
from app.appointments.flow.forms.wish import new_flow
from app.core.db import db
from tests.factories import (
    PASSWORD,
    Shop,
    a_booking,
    a_business,
    a_hold,
    a_membership,
    a_shop,
    a_user,
    berlin,
    signed_in,
)

CALLERS = ("stranger", "elsewhere", "staff", "manager", "owner")
MEMBERS = ("staff", "manager", "owner")


@dataclass(frozen=True)
class Call:
    """What to send to a route and the status each caller gets. `values` fill the address, `form` the body.

    A route that every caller may use alike says `anybody`. `changes` are the callers whose call may write.
    """

    status: Mapping[str, int]
    values: Callable[["House"], dict[str, Any]] = lambda house: {}
    form: Callable[["House"], dict[str, Any]] = lambda house: {}
    changes: tuple[str, ...] = ()


@dataclass
class House:
    """A business that can be booked, with a booking and a hold."""

    shop: Shop = field(default_factory=a_shop)

    def __post_init__(self) -> None:
        self.business = self.shop.business
        self.booking = a_booking(self.shop, berlin("2027-03-02 10:00"))
        self.held = a_hold(self.shop, berlin("2027-03-02 11:00"))


def anybody(status: int) -> dict[str, int]:
    return dict.fromkeys(CALLERS, status)


def members(status: int, *, staff: int | None = None, manager: int | None = None) -> dict[str, int]:
    """Strangers sign in, other tenants find nothing, and roles that may not are told so."""
    return {
        "stranger": 303,
        "elsewhere": 404,
        "staff": staff or status,
        "manager": manager or status,
        "owner": status,
    }


def signed_in_only(status: int) -> dict[str, int]:
    return anybody(status) | {"stranger": 303}


SIGNED_IN = CALLERS[1:]
SLUG = {"values": lambda house: {"slug": house.business.slug}}
HELD = {"values": lambda house: {"slug": house.business.slug, "hold": hold_token(house.held)}}


def a_wish_form(house: House) -> dict[str, Any]:
    """What a browser sends to hold a time that is free."""
    return {
        "service": house.shop.service.id,
        "staff": "any",
        "start": berlin("2027-03-02 12:00").isoformat(),
        "flow": new_flow(house.business.id),
    }


def a_contact_form(_house: House) -> dict[str, Any]:
    """What a browser sends to book what is held."""
    return {"name": "Grace Hopper", "email": "grace@example.com"}


def a_business_form(_house: House) -> dict[str, Any]:
    """What a browser sends to change what a business says about itself."""
    return {
        "name": "Zoe's",
        "trade": "",
        "country": "DE",
        "currency": "EUR",
        "language": "en-GB",
        "zone": "Europe/Berlin",
    }


def a_policy_form(_house: House) -> dict[str, Any]:
    """What a browser sends to change how customers can book."""
    return {"amount": 3, "unit": "hours", "advance_days": 30, "hold_minutes": 10}


def a_shop_form(_house: House) -> dict[str, Any]:
    """What a browser sends to open one more business."""
    return {"business": "Bloom", "trade": "beauty", "country": "AT", "ticket": new_ticket()}


def a_sign_up_form(house: House) -> dict[str, Any]:
    """What a browser sends for somebody new."""
    person = {"name": "Rosa Klein", "email": "rosa@example.com", "password": "a quiet morning"}
    return a_shop_form(house) | person


TABLE: dict[tuple[str, str], Call] = {
    ("GET", "assets.favicon"): Call(anybody(200)),
    ("GET", "assets.show"): Call(anybody(200), lambda house: {"version": "x", "name": "css/app.css"}),
    ("GET", "media.show"): Call(anybody(404), lambda house: {"name": "nothing-here.webp"}),
    ("GET", "health.alive"): Call(anybody(200)),
    ("GET", "health.ready"): Call(anybody(200)),
    ("GET", "style_guide.show"): Call(anybody(200)),
    ("GET", "auth.new_session"): Call(anybody(303) | {"stranger": 200}),
    ("POST", "auth.create_session"): Call(anybody(422), form=lambda house: {"email": "x", "password": "x"}),
    ("POST", "auth.destroy_session"): Call(anybody(303), changes=SIGNED_IN),
    ("GET", "auth.edit_password"): Call(signed_in_only(200)),
    ("POST", "auth.update_password"): Call(
        signed_in_only(303),
        form=lambda house: {"current": PASSWORD, "new": "another good one"},
        changes=SIGNED_IN,
    ),
    ("GET", "account.index"): Call(signed_in_only(200)),
    ("GET", "sign_up.new"): Call(anybody(303) | {"stranger": 200}),
    ("POST", "sign_up.create"): Call(anybody(303), form=a_sign_up_form, changes=CALLERS),
    ("GET", "shops.new"): Call(signed_in_only(200)),
    ("POST", "shops.create"): Call(signed_in_only(303), form=a_shop_form, changes=SIGNED_IN),
    ("GET", "dashboard.index"): Call(members(200), **SLUG),
    ("GET", "settings.edit"): Call(members(200, staff=403), **SLUG),
    ("POST", "settings.update"): Call(
        members(303, staff=403), form=a_business_form, changes=("manager", "owner"), **SLUG
    ),
    ("GET", "settings.edit_look"): Call(members(200, staff=403), **SLUG),
    ("POST", "settings.update_look"): Call(
        members(303, staff=403), form=lambda house: {"brand_hue": 15}, changes=("manager", "owner"), **SLUG
    ),
    ("GET", "settings.edit_policy"): Call(members(200, staff=403), **SLUG),
    ("POST", "settings.update_policy"): Call(
        members(303, staff=403), form=a_policy_form, changes=("manager", "owner"), **SLUG
    ),
    ("GET", "settings.edit_texts"): Call(members(200, staff=403), **SLUG),
    ("POST", "settings.update_texts"): Call(
        members(303, staff=403),
        form=lambda house: {"terms": "Be kind."},
        changes=("manager", "owner"),
        **SLUG,
    ),
    ("GET", "settings.edit_address"): Call(members(200, staff=403, manager=403), **SLUG),
    ("POST", "settings.update_address"): Call(
        members(303, staff=403, manager=403),
        form=lambda house: {"slug": "another-address"},
        changes=("owner",),
        **SLUG,
    ),
    ("POST", "dashboard.create_opening"): Call(members(303, staff=403), **SLUG),
    ("GET", "dashboard.closing"): Call(members(200, staff=403, manager=403), **SLUG),
    ("POST", "dashboard.create_closing"): Call(
        members(303, staff=403, manager=403), changes=("owner",), **SLUG
    ),
    ("GET", "storefront.index"): Call(anybody(200)),
    ("GET", "storefront.show"): Call(anybody(200), **SLUG),
    ("GET", "storefront.show_text"): Call(
        anybody(404), lambda house: {"slug": house.business.slug, "topic": "terms"}
    ),
    ("GET", "flow.new"): Call(anybody(200), **SLUG),
    ("GET", "flow.slots"): Call(anybody(200), **SLUG),
    ("GET", "flow.holds"): Call(anybody(303), **SLUG),
    ("POST", "flow.create_hold"): Call(anybody(303), form=a_wish_form, changes=CALLERS, **SLUG),
    ("GET", "flow.details"): Call(anybody(200), **HELD),
    ("POST", "flow.confirm"): Call(anybody(303), form=a_contact_form, changes=CALLERS, **HELD),
    ("GET", "bookings.show"): Call(anybody(200), lambda house: {"token": receipt_token(house.booking)}),
    ("GET", "bookings.show_calendar"): Call(
        anybody(200), lambda house: {"token": receipt_token(house.booking)}
    ),
}


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture
def house(app, frozen) -> House:
    return House()


def browser_of(app: Flask, house: House, caller: str) -> Any:
    if caller == "stranger":
        return app.test_client()
    business = a_business("elsewhere") if caller == "elsewhere" else house.business
    role = "owner" if caller == "elsewhere" else caller
    return signed_in(app, a_membership(business, role, a_user()).user)


def address_of(app: Flask, endpoint: str, call: Call, house: House) -> str:
    with app.test_request_context():
        return app.url_for(endpoint, **call.values(house))


def rows() -> dict[str, int]:
    """For each table a number that changes with any row of it."""
    db.session.commit()
    return {
        table.name: db.session.scalar(
            sa.text(f"SELECT coalesce(sum(hashtext(t::text)::bigint), 0) + count(*) FROM {table.name} t")
        )
        for table in db.metadata.sorted_tables
    }


def test_every_route_is_in_the_table(app):
    missing = routes(app) - TABLE.keys()
    gone = TABLE.keys() - routes(app)
    assert not missing, f"say who may call these: {sorted(missing)}"
    assert not gone, f"these are no routes: {sorted(gone)}"


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("method", "endpoint"), sorted(TABLE))
def test_a_route_lets_in_whom_the_table_says_and_a_refusal_changes_no_row(
    app, house, method, endpoint, caller
):
    call = TABLE[method, endpoint]
    browser = browser_of(app, house, caller)
    address = address_of(app, endpoint, call, house)
    before = rows()
    answer = browser.open(address, method=method, data=call.form(house) if method == "POST" else None)
    assert answer.status_code == call.status[caller], answer.text
    if caller in call.changes:
        assert rows() != before
    else:
        assert rows() == before


@pytest.mark.parametrize("caller", CALLERS)
def test_a_wrong_method_is_refused_and_changes_no_row(app, house, caller):
    browser = browser_of(app, house, caller)
    adapter = app.url_map.bind("localhost")
    for method, endpoint in sorted(TABLE):
        address = address_of(app, endpoint, TABLE[method, endpoint], house)
        for wrong in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(adapter.allowed_methods(address)):
            before = rows()
            assert browser.open(address, method=wrong).status_code == 405, (wrong, address)
            assert rows() == before
