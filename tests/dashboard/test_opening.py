"""A page opens for bookings, and takes a break."""

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.businesses.suspending import Suspended
from app.core.db import db
from app.dashboard.opening import close_business, open_business
from tests.factories import (
    a_booking,
    a_membership,
    berlin,
    by_the_system,
    signed_in,
)
from tests.reading import soup

open_it, close_it = by_the_system(open_business), by_the_system(close_business)


def day(shop):
    return f"/manage/{shop.business.slug}/"


def test_opening_is_written_down_and_twice_changes_nothing(shop):
    open_it(shop.business)
    open_it(shop.business)
    events = db.session.scalars(sa.select(AuditEvent).filter_by(action="business.opened")).all()
    assert [event.changes for event in events] == [{"status": ["draft", "open"]}]
    close_it(shop.business)
    close_it(shop.business)
    assert shop.business.status == "draft"
    assert len(db.session.scalars(sa.select(AuditEvent).filter_by(action="business.closed")).all()) == 1


@pytest.mark.parametrize("act", [open_it, close_it])
def test_who_was_suspended_neither_opens_nor_becomes_a_draft(shop, act):
    shop.business.status = "suspended"
    db.session.flush()
    with pytest.raises(Suspended):
        act(shop.business)
    assert shop.business.status == "suspended"


def test_opening_shows_the_address_and_customers_find_the_page(owner, shop, client):
    public = f"/b/{shop.business.slug}/"
    assert client.get(public).status_code == 404
    answer = owner.post(f"{day(shop)}opening")
    assert (answer.status_code, answer.location) == (303, f"{day(shop)}?opened=1")
    page = soup(owner.get(answer.location))
    assert page.select_one("#opened [data-copy]")["data-copy"] == f"http://localhost:8000{public}"
    assert client.get(public).status_code == 200
    assert not soup(owner.get(day(shop))).select("#opened, #set-up")


def test_opening_too_early_says_what_is_missing(owner, shop):
    shop.business.phone = None
    answer = owner.post(f"{day(shop)}opening")
    assert answer.status_code == 422
    sentence = "Before customers can book, your page needs: a way to reach you."
    assert sentence in soup(answer).select_one("#set-up .alert").text
    assert shop.business.status == "draft"
    assert "almost ready" in answer.text


def test_a_suspended_business_is_told_so(owner, shop):
    shop.business.status = "suspended"
    for page in ("opening", "closing"):
        answer = owner.post(f"{day(shop)}{page}")
        assert (answer.status_code, "was suspended" in answer.text) == (422, True)


def test_staff_cannot_open_and_only_owners_pause(app, shop):
    staff, manager = (signed_in(app, a_membership(shop.business, role).user) for role in ("staff", "manager"))
    assert staff.post(f"{day(shop)}opening").status_code == 403
    assert shop.business.status == "draft"
    assert manager.post(f"{day(shop)}opening").status_code == 303
    assert manager.post(f"{day(shop)}closing").status_code == 403
    assert shop.business.status == "open"
    assert "Pause bookings" not in manager.get(day(shop)).text


def test_a_pause_takes_the_page_away_and_leaves_what_is_booked(owner, shop, client):
    owner.post(f"{day(shop)}opening")
    a_booking(shop, berlin("2027-03-01 15:00"))
    page = soup(owner.get(day(shop)))
    assert page.select_one("a[href$='/closing']")
    assert "What is booked stays" in owner.get(f"{day(shop)}closing").text
    answer = owner.post(f"{day(shop)}closing")
    assert (answer.status_code, answer.location) == (303, day(shop))
    assert client.get(f"/b/{shop.business.slug}/").status_code == 404
    page = soup(owner.get(day(shop)))
    assert page.select_one("#set-up")
    assert "Olivia Park" in page.select_one("#day").text
