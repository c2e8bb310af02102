"""The check list of a page that is not open yet."""

import pytest

from app.dashboard.opening import NotReady, open_business
from app.dashboard.setting_up import set_up_of
from app.navigation import room_address
from app.schedule.serving import Server
from app.services.offering import change_service
from tests.conftest import NOW
from tests.factories import (
    a_business,
    add_need,
    add_service,
    by_the_system,
    hire,
    set_week,
)
from tests.reading import soup

open_it = by_the_system(open_business)
change = by_the_system(change_service)


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


def test_the_page_of_a_draft_is_a_list_of_what_is_left_to_do(owner, shop):
    page = soup(owner.get(day(shop)))
    assert "Your page is ready" in page.select_one("#set-up h2").text
    assert len(page.select(".set-up-step.done")) == 3
    assert page.select_one(f"#set-up a[href='/b/{shop.business.slug}/']")
    assert not page.select("#day, .date-bar")


def test_a_step_leads_to_a_room_only_where_there_is_one(app, owner, shop):
    with app.test_request_context(day(shop)):
        assert room_address("nowhere.index") is None
        assert room_address("account.index") == "/account/"


def test_each_step_leads_to_a_page_where_it_is_done(owner, shop):
    links = [link["href"] for link in soup(owner.get(day(shop))).select(".set-up-step a")]
    assert len(links) == len(set_up_of(shop.business, NOW).steps)
    assert [owner.get(link).status_code for link in links] == [200] * len(links)
