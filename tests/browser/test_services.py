"""The pages on which a business says what it offers, looked at by axe, and used without a script."""

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.schedule.serving import Server
from app.services.asking import QuestionWish, ask
from app.services.categorizing import add_category
from tests.browser.conftest import each_look, faults_of
from tests.factories import Shop, a_timetable, add_need, add_resource, add_service

pytestmark = pytest.mark.browser


@pytest.fixture
def yoga(served, shop):
    """Everything there is to see: a class on the timetable, a heading, a question, a room."""
    by = {"by": SYSTEM}
    with served.app.app_context():
        business_id = shop.business.id
        columns = {"capacity": 8, "minutes": 60, "price_cents": 1500, "approval": True}
        service = add_service(business_id, "Yoga", **columns)
        add_need(business_id, service.id, [Server(it.resource_id) for it in shop.people])
        dates = a_timetable(Shop(shop.business, service, shop.people)).dates
        add_category(business_id, "Calm things", now=clock.now(), **by)
        ask(
            business_id, QuestionWish("Have you done this before?", "yes_no", (), True), now=clock.now(), **by
        )
        add_resource(business_id, "space", "Hall")
        ids = service.id, dates[0].id, dates[0].class_time_id
        db.session.commit()
        return ids


@each_look
def test_the_pages_of_services(visit, shop, owner, yoga, size, dark):
    page = visit(f"/manage/{shop.business.slug}/services", member=owner, size=size, dark=dark)
    service, date, class_time = yoga
    found = {}
    for path in (
        "",
        "?shown=away",
        "/new",
        "/new?kind=class",
        f"/{shop.service.id}",
        f"/{service}",
        f"/{service}/questions",
        f"/{service}/timetable",
        f"/{service}/timetable/{class_time}/ending",
        f"/{service}/dates/{date}",
        "/categories",
        "/questions",
    ):
        page.goto(f"/manage/{shop.business.slug}/services{path}")
        for fold in page.locator("main details:not([open]) > summary").all():
            if fold.is_visible():
                fold.click()
        found[path] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_service_is_made_without_a_script(visit, shop, owner):
    page = visit(f"/manage/{shop.business.slug}/services/new", member=owner, script=False)
    expect(page.get_by_label("Places", exact=True)).to_be_hidden()
    page.get_by_label("Name").fill("Colour")
    page.get_by_role("button", name="Add to my list").click()
    expect(page.locator(".form-errors")).to_contain_text("Please enter a number.")
    page.get_by_label("Length", exact=True).fill("90")
    page.locator("#price").fill("95,50")
    page.get_by_role("checkbox", name="Tomás").uncheck()
    page.get_by_role("button", name="Add to my list").click()
    expect(page.locator(".row", has_text="Colour")).to_contain_text("1 h 30 min · €95.50 · Maya")
