"""A business with everything and one with nothing, its texts and a receipt of many parts, as browsers show them."""

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Route

from app.appointments.finding import receipt_token
from app.business_hours.away import add_days_off
from app.businesses.models import Business
from app.businesses.pictures import keep_picture
from app.core import clock
from app.core.db import db
from app.schedule.wall_clock import local_date
from app.services.models import Service, ServiceCategory
from app.staff.models import StaffMember
from tests.appointments.visiting import a_part
from tests.browser.conftest import each_look, faults_of
from tests.factories import ANNA, Shop, a_business, a_shop, add_service, berlin, by_the_system
from tests.pictures import a_drawing
from tests.serving import Served

pytestmark = [
    pytest.mark.browser,
    each_look,
]
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(it => { sum += it.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 300);
})"""


@pytest.fixture
def rich(served: Served) -> dict[str, str]:
    """The pages of a business with everything: its own, its imprint, and a receipt."""
    with served.app.app_context():
        shop = a_shop(people=3)
        furnish(shop)
        visit, at = uuid.uuid4(), berlin("2027-03-02 13:00")
        answers = {"1": {"question": "Any allergies?", "answer": "None that I know of"}}
        first = a_part(shop, at, visit, answers=answers, note="Late.\nSorry.", customer_zone="Asia/Tokyo")
        a_part(shop, at + timedelta(minutes=45), visit, status="requested", price=None)
        a_part(shop, at, visit, guest=2, guest_name="Ben Park", status="cancelled")
        db.session.commit()
        page = f"/b/{shop.business.slug}/"
        return {"page": page, "imprint": f"{page}imprint", "receipt": f"/bookings/{receipt_token(first)}"}


def furnish(shop: Shop) -> None:
    """Pictures, categories, rules, closures and texts."""
    keep = by_the_system(keep_picture)
    business = db.session.get_one(Business, shop.business.id)
    columns: dict[str, Any] = {
        "cover": keep(business.id, "cover", a_drawing()),
        "logo": keep(business.id, "logo", a_drawing()),
        "street": "Paul-Lincke-Ufer 41a, Hinterhaus",
        "city": "Berlin",
        "website": "https://salon.example",
        "imprint": "Ann GmbH\nBerlin",
        "terms": "https://salon.example/terms",
        "house_rules": "Be on time.\n\nBe kind.",
        "description": "A quiet house of five rooms behind the canal. " * 3,
    }
    for name, value in columns.items():
        setattr(business, name, value)
    categories = [ServiceCategory(business_id=business.id, name=it) for it in ("Hair", "Skin")]
    db.session.add_all(categories)
    db.session.flush()
    service = db.session.get_one(Service, (business.id, shop.service.id))
    service.picture, service.category_id = keep(business.id, "service", a_drawing()), categories[0].id
    for name, category in (("Facial of the season", categories[1].id), ("Gift wrapping", None)):
        text = "Cleansing, peeling and mask, with products made in the region"
        add_service(business.id, name, minutes=90, price_cents=None, category_id=category, description=text)
    person = db.session.get_one(StaffMember, (business.id, shop.person.resource_id))
    person.photo, person.about = keep(business.id, "person", a_drawing()), "Colour, and more colour. " * 9
    now = clock.now()
    today = local_date(now, business.zone)
    add_days_off(business.id, today, today + timedelta(3), reason="Repairs", by=ANNA, now=now)


def come_late(route: Route) -> None:
    """Let a picture come when the page has been painted without it."""
    time.sleep(0.2)
    route.continue_()


def test_a_business_with_everything(visit, rich, size, dark):
    page = visit("/sign-in", size=size, dark=dark)
    page.route("**/media/*", come_late)
    page.goto(rich["page"])
    assert page.evaluate(SHIFTS) == 0
    found = {"page": faults_of(page)}
    for name in ("imprint", "receipt"):
        page.goto(rich[name])
        found[name] = faults_of(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_business_with_nothing(visit, served, size, dark):
    with served.app.app_context():
        business = a_business(name="Kai")
        address = f"/b/{business.slug}/"
        db.session.commit()
    page = visit(address, size=size, dark=dark)
    assert faults_of(page) == []
