"""All businesses, and what follows from switching one off."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.audit.models import AuditEvent
from app.auth.models import UserSession
from app.auth.sessions import PROVED_FOR
from app.businesses.models import Business
from app.businesses.suspending import (
    NotSuspended,
    Suspended,
    SuspendedAlready,
    refuse_suspended,
    reinstate,
    suspend,
)
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.notifications.kinds import find_kind
from app.notifications.models import Notification
from app.orders.finding import order_token
from tests.auth.mails import planned, sent
from tests.factories import PASSWORD, Shop, a_booking, a_business, a_membership, a_shop, a_user, signed_in
from tests.orders.kitchen import a_kitchen, an_order
from tests.platform_admin.conftest import START
from tests.reading import soup

REASON = {"ground": "fraud", "words": "Nobody was ever served."}


def _page(business: Business) -> str:
    return f"/admin/businesses/{business.id}"


@pytest.fixture
def shop(app: Flask) -> Shop:
    shop = a_shop()
    shop.business.status = "open"
    db.session.commit()
    return shop


def test_all_are_listed_searched_and_told_apart(admin: FlaskClient, shop: Shop) -> None:
    a_membership(shop.business, "owner", a_user("rosa@linden.example"))
    a_business("quiet-corner", "Quiet Corner", status="draft", city="Ulm")
    a_business("gone", "100% Gone", status="suspended")
    a_booking(shop, START)
    db.session.commit()

    def names(query: str) -> list[str]:
        found = soup(admin.get(f"/admin{query}")).select("tbody th")
        return [it.text.strip() for it in found]

    assert names("") == ["100% Gone", "Quiet Corner", shop.business.name]
    assert names("?state=draft") == ["Quiet Corner"]
    assert names("?q=corner") == names("?q=ULM") == ["Quiet Corner"]
    assert names("?q=100%25") == ["100% Gone"]
    assert names("?q=rosa@linden") == [shop.business.name]
    assert names("?q=nothing-like-it") == names("?q=x&state=draft") == []
    assert names("?state=nonsense&page=99") == names("")
    row = soup(admin.get("/admin?q=rosa")).select("tbody td")
    assert [it.text.strip() for it in row][-2:] == ["1", "1 Mar 2027"]


def test_the_list_asks_a_fixed_number_of_statements(admin: FlaskClient, queries: Any) -> None:
    admin.get("/admin")
    with queries() as few:
        admin.get("/admin")
    for number in range(60):
        a_business(f"shop-{number}", f"Shop {number}")
    db.session.commit()
    admin.get("/admin")
    with queries() as many:
        assert "1–50 of 60" in admin.get("/admin").text
    assert len(many) == len(few) <= 6


def test_suspending_switches_off_all_that_is_public_and_keeps_what_is_booked(
    app: Flask, admin: FlaskClient, client: FlaskClient, shop: Shop, frozen: Any
) -> None:
    booking = a_booking(shop, START)
    kitchen = a_kitchen(shop)
    frozen.move_to(START)
    order = an_order(kitchen)
    slug = shop.business.slug
    links = [f"/bookings/{receipt_token(booking)}", f"/orders/{order_token(order)}"]
    db.session.commit()
    public = [f"/b/{slug}/", f"/b/{slug}/book", f"/b/{slug}/order", f"/w/{slug}/book"]
    assert [client.get(it).status_code for it in public] == [200] * 4
    sent_with_password = REASON | {"proof": PASSWORD}
    assert admin.post(f"{_page(shop.business)}/suspension", data=sent_with_password).status_code == 303
    for address in public:
        answer = client.get(address)
        assert answer.status_code == 404
        assert "switched off at the moment" in answer.text, address
    assert client.get("/s/" + shop.business.short_code).status_code == 404
    assert slug not in client.get("/").text
    assert [client.get(it).status_code for it in links] == [200, 200]
    assert client.post(f"{links[0]}/cancellation").status_code in (303, 409, 422)
    db.session.refresh(booking)
    reminders = select(Notification).filter_by(business_id=shop.business.id, kind="booking_reminder")
    assert all(find_kind(it.kind).wanted(it) is None for it in db.session.scalars(reminders) if booking.live)


def test_members_read_why_and_can_do_all_but_take_new_visits(
    app: Flask, admin: FlaskClient, shop: Shop
) -> None:
    owner = signed_in(app, a_membership(shop.business, "owner", a_user("rosa@linden.example")).user)
    staff = signed_in(app, a_membership(shop.business, "staff").user)
    db.session.commit()
    admin.post(f"{_page(shop.business)}/suspension", data=REASON)
    today = owner.get(f"/manage/{shop.business.slug}/").text
    assert "Customers were deceived. Nobody was ever served." in today
    assert f"/manage/{shop.business.slug}/data" in today
    assert "Customers were deceived." in staff.get(f"/manage/{shop.business.slug}/").text
    assert owner.get(f"/manage/{shop.business.slug}/data").status_code == 200
    assert owner.post(f"/manage/{shop.business.slug}/data/archives").status_code == 303
    assert owner.get(f"/manage/{shop.business.slug}/calendar/").status_code == 200
    told = db.session.scalars(select(Notification).filter_by(kind="business_suspended")).all()
    assert [it.recipient for it in told] == ["rosa@linden.example"]
    with pytest.raises(Suspended):
        refuse_suspended(db.session.get_one(Business, shop.business.id, populate_existing=True))


def test_nobody_is_booked_by_hand_while_it_is_suspended(app: Flask, shop: Shop) -> None:
    from app.appointments.booking import Decision
    from app.appointments.entering import Entry, enter
    from app.customers.meeting import Contact

    suspend(shop.business, "Fraud.", by=SYSTEM, now=clock.now())
    decision = Decision(Contact("Olivia Park", "olivia@example.com"), "host", set(), None)
    with pytest.raises(Suspended):
        enter(shop.business, Entry([], decision, "k"), by=SYSTEM, now=clock.now())
    assert not db.session.scalars(select(Booking)).all()


def test_what_is_lifted_is_what_it_was_before(admin: FlaskClient, client: FlaskClient, shop: Shop) -> None:
    a_membership(shop.business, "manager", a_user("rosa@linden.example"))
    db.session.commit()
    admin.post(f"{_page(shop.business)}/suspension", data=REASON)
    address = f"{_page(shop.business)}/suspension/removal"
    assert admin.post(address, data={"words": " "}).status_code == 422
    assert admin.post(address, data={"words": "They sent their papers."}).status_code == 303
    assert client.get(f"/b/{shop.business.slug}/").status_code == 200
    [letter] = db.session.scalars(select(Notification).filter_by(kind="business_reinstated"))
    assert find_kind(letter.kind).wanted(letter) is None
    [first] = db.session.scalars(select(Notification).filter_by(kind="business_suspended"))
    assert find_kind(first.kind).wanted(first) is not None
    events = db.session.scalars(
        select(AuditEvent).filter_by(actor_kind="admin").order_by(AuditEvent.id)
    ).all()
    assert [(it.action, it.reason, it.changes["status"]) for it in events] == [
        ("business.suspended", "Customers were deceived. Nobody was ever served.", ["open", "suspended"]),
        ("business.reinstated", "They sent their papers.", ["suspended", "open"]),
    ]


def test_a_draft_stays_a_draft_and_what_ends_stays_closed(shop: Shop) -> None:
    business = shop.business
    for was, ends, after in (("draft", None, "draft"), ("open", None, "open"), ("open", 30, "draft")):
        business.status, business.ends_at = was, None
        db.session.flush()
        suspend(business, "Fraud.", by=SYSTEM, now=clock.now())
        business.ends_at = ends and clock.now() + timedelta(days=ends)
        db.session.flush()
        reinstate(business, "Papers.", by=SYSTEM, now=clock.now())
        assert (business.status, business.suspended_because) == (after, None)


def test_twice_is_told(admin: FlaskClient, shop: Shop) -> None:
    with pytest.raises(NotSuspended):
        reinstate(shop.business, "Why not.", by=SYSTEM, now=clock.now())
    suspend(shop.business, "Fraud.", by=SYSTEM, now=clock.now())
    with pytest.raises(SuspendedAlready):
        suspend(shop.business, "Fraud.", by=SYSTEM, now=clock.now())
    db.session.commit()
    again = admin.post(f"{_page(shop.business)}/suspension", data=REASON)
    assert (again.status_code, "suspended already" in again.text) == (409, True)


@pytest.mark.parametrize(
    "form", [{}, {"ground": "other"}, {"ground": "nonsense"}, {"ground": "fraud", "words": "x" * 1001}]
)
def test_without_a_reason_nothing_is_switched_off(
    admin: FlaskClient, shop: Shop, form: dict[str, str]
) -> None:
    answer = admin.post(f"{_page(shop.business)}/suspension", data=form)
    assert answer.status_code == 422
    assert form.get("words", "") in answer.text
    db.session.refresh(shop.business)
    assert shop.business.status == "open"


def test_the_password_is_asked_for_first(admin: FlaskClient, shop: Shop) -> None:
    db.session.query(UserSession).update({"proved_at": clock.now() - PROVED_FOR})
    db.session.commit()
    asked = admin.post(f"{_page(shop.business)}/suspension", data=REASON)
    assert asked.status_code == 403
    assert soup(asked).select_one("input[name=proof][type=password]")
    assert (
        admin.post(f"{_page(shop.business)}/suspension", data=REASON | {"proof": PASSWORD}).status_code == 303
    )


def test_the_history_of_the_business_says_that_it_was_the_platform(
    app: Flask, admin: FlaskClient, shop: Shop
) -> None:
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    db.session.commit()
    admin.post(f"{_page(shop.business)}/suspension", data=REASON)
    page = soup(owner.get(f"/manage/{shop.business.slug}/audit")).select_one("#events")
    assert page is not None
    assert "Business suspended" in page.text
    assert "Customers were deceived. Nobody was ever served." in page.text
    assert page.select(".audit-who")[0].text.strip() == "Daybook"
    assert "Ida Root" not in page.text
    assert "Business suspended" in admin.get(_page(shop.business)).text


@pytest.mark.usefixtures("folder")
def test_the_letters_say_why(app: Flask, admin: FlaskClient, shop: Shop) -> None:
    a_membership(shop.business, "owner", a_user("rosa@linden.example"))
    db.session.commit()
    admin.post(f"{_page(shop.business)}/suspension", data=REASON)
    [row] = planned("business_suspended")
    mail = sent(row)
    assert mail["subject"] == "Ann's Salon is suspended"
    for kind in ("plain", "html"):
        body = mail.get_body((kind,)).get_content()
        assert "Customers were deceived. Nobody was ever served." in body
        assert f"/manage/{shop.business.slug}/" in body
    admin.post(f"{_page(shop.business)}/suspension/removal", data={"words": "Papers came."})
    [row] = planned("business_reinstated")
    assert "Papers came." in sent(row).get_body(("plain",)).get_content()
