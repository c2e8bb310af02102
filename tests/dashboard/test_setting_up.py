import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.db import db
from app.dashboard.setting_up import NotReady, Suspended, close_business, open_business, set_up_of
from app.navigation import room_address
from app.schedule.serving import Server
from app.services.offering import change_service
from tests.conftest import NOW
from tests.factories import (
    a_booking,
    a_business,
    a_membership,
    a_shop,
    add_need,
    add_service,
    berlin,
    by_the_system,
    hire,
    set_week,
    signed_in,
)
from tests.reading import soup

open_it, close_it = by_the_system(open_business), by_the_system(close_business)
change = by_the_system(change_service)


@pytest.fixture
def shop(app, frozen):
    """A draft that lacks nothing it must have."""
    shop = a_shop()
    shop.business.status = "draft"
    db.session.flush()
    return shop


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business).user)


def day(shop):
    return f"/manage/{shop.business.slug}/"


def steps(business):
    return {str(step.title): step for step in set_up_of(business, NOW).steps}


def missing(business):
    return [str(step.wanted) for step in set_up_of(business, NOW).missing]


def test_a_business_with_nothing_lacks_hours_a_service_and_a_contact(app, frozen):
    business = a_business(status="draft")
    assert missing(business) == ["opening hours", "a service with a free time", "a way to reach you"]
    assert "Add what customers can book." in str(steps(business)["Services"].text)
    with pytest.raises(NotReady, match="opening hours, a service with a free time, a way to reach you"):
        open_it(business)
    assert business.status == "draft"


def test_a_business_with_all_it_needs_lacks_nothing(shop):
    assert missing(shop.business) == []
    found = steps(shop.business)
    assert [title for title, step in found.items() if step.done] == [
        "Opening hours",
        "Services",
        "How to reach you",
    ]
    assert {step.weight for step in found.values() if not step.done} == {"recommended", "optional"}


def test_address_imprint_and_picture_are_asked_for_and_not_needed(shop):
    business = shop.business
    business.street, business.city, business.imprint = "Main Street 1", "Berlin", "Maya Lindqvist"
    found = steps(business)
    assert found["Name and address"].done
    assert found["Imprint"].done
    assert not found["Logo or picture"].done


@pytest.mark.parametrize(("country", "asked"), [("DE", True), ("AT", True), ("CH", True), ("GB", False)])
def test_an_imprint_is_recommended_where_the_law_asks_for_one(shop, country, asked):
    shop.business.country = country
    assert ("Imprint" in steps(shop.business)) is asked


def test_a_service_nobody_performs_is_not_bookable(app, frozen):
    business = a_business(status="draft", phone="1")
    set_week(business.id, {0: [(540, 1080)]})
    service = add_service(business.id, "Haircut", minutes=30, price_cents=1)
    step = steps(business)["Services"]
    assert (step.done, step.page) == (False, "staff.index")
    add_need(business.id, service.id, [Server(hire(business.id, "Maya").resource_id)])
    assert steps(business)["Services"].done


def test_the_one_service_somebody_performs_may_be_the_last_of_many(app, frozen):
    business = a_business(status="draft", phone="1")
    set_week(business.id, {0: [(540, 1080)]})
    services = [
        add_service(business.id, f"Cut {n}", minutes=30, price_cents=1, position=n) for n in range(12)
    ]
    add_need(business.id, services[-1].id, [Server(hire(business.id, "Maya").resource_id)])
    assert steps(business)["Services"].done


def test_a_service_without_a_free_time_in_two_weeks_is_not_bookable(shop):
    change(shop.service, minutes=600)
    step = steps(shop.business)["Services"]
    assert (step.done, step.page) == (False, "hours.edit")
    assert "No time is free" in str(step.text)


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


def test_the_page_of_a_draft_is_a_list_of_what_is_left_to_do(owner, shop):
    page = soup(owner.get(day(shop)))
    assert "Your page is ready" in page.select_one("#set-up h2").text
    assert len(page.select(".set-up-step.done")) == 3
    assert page.select_one(f"#set-up a[href='/b/{shop.business.slug}/']")
    assert not page.select("#day, .date-bar")


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


def test_a_step_leads_to_a_room_only_where_there_is_one(app, owner, shop):
    with app.test_request_context(day(shop)):
        assert room_address("nowhere.index") is None
        assert room_address("account.index") == "/account/"


def test_each_step_leads_to_a_page_where_it_is_done(owner, shop):
    links = [link["href"] for link in soup(owner.get(day(shop))).select(".set-up-step a")]
    assert len(links) == len(set_up_of(shop.business, NOW).steps)
    assert [owner.get(link).status_code for link in links] == [200] * len(links)
