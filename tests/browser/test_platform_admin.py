"""A platform admin switches a business off and on again, and decides what is read of it; pages looked at by axe."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.businesses.finding import load_business
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.reviews.answering import report
from app.reviews.writing import Said, review
from tests.browser.conftest import DESKTOP, PHONE, faults_of
from tests.factories import PASSWORD, Shop, a_user, a_visit
from tests.serving import Served

pytestmark = pytest.mark.browser
each_look_and_none = pytest.mark.parametrize(
    ("size", "dark", "script"),
    [(DESKTOP, False, True), (PHONE, True, True), (PHONE, False, False)],
    ids=["desktop-light", "phone-dark", "no-script"],
)


@pytest.fixture
def admin(served: Served) -> str:
    """The e-mail address of somebody who looks after all businesses."""
    with served.app.app_context():
        user = a_user(name="Ida Root", is_platform_admin=True)
        db.session.commit()
        return user.email


@pytest.fixture
def name(served: Served, shop: Shop) -> str:
    """What the shop alone is called, of all businesses in the database of these tests."""
    with served.app.app_context():
        business = load_business(shop.business.id)
        business.name = f"Corner of {business.slug}"
        db.session.commit()
        return business.name


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@each_look_and_none
def test_a_business_is_switched_off_with_a_reason_and_on_again(
    visit, shop, owner, admin, name, size, dark, script
):
    faults: dict[str, list[str]] = {}

    def look(page: Page, at: str) -> None:
        if script:
            faults[at] = faults_of(page)

    front, desk = f"/b/{shop.business.slug}/", f"/manage/{shop.business.slug}/"
    page = visit("/sign-in", size=size, dark=dark, script=script)
    page.get_by_label("E-mail address").fill(admin)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    expect(page).not_to_have_url(re.compile("/sign-in"))
    page.goto("/admin")
    page.get_by_label("Find a business").fill(shop.business.slug)
    press(page, "Search")
    expect(page.locator("tbody tr")).to_have_count(1)
    look(page, "found")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    look(page, "business")
    page.get_by_label("Reason").select_option(label="Another reason:")
    press(page, "Suspend")
    expect(page.locator("#words-error")).to_have_text("Please say why.")
    look(page, "no reason")
    page.get_by_label("In your own words").fill("Nobody ever opens the door.")
    press(page, "Suspend")
    expect(page.get_by_text("It is suspended.")).to_be_visible()
    look(page, "suspended")

    guest = visit(front, size=size, dark=dark, script=script)
    expect(guest.get_by_text("switched off at the moment")).to_be_visible()
    look(guest, "nobody sees it")
    member = visit(desk, member=owner, size=size, dark=dark, script=script)
    expect(member.get_by_text("Reason: Nobody ever opens the door.")).to_be_visible()
    look(member, "its owner")

    page.get_by_label("Why is it lifted?").fill("They sent their papers.")
    press(page, "Lift the suspension")
    expect(page.get_by_text("The suspension is lifted.")).to_be_visible()
    page.get_by_role("link", name="Decisions", exact=True).click()
    expect(page.locator("#decisions .row", has_text=name).first).to_contain_text("They sent their papers.")
    look(page, "decisions")
    guest.goto(front)
    expect(guest.get_by_role("heading", level=1)).to_have_text(name)
    member.goto(desk)
    expect(member.get_by_text("Nobody ever opens the door.")).to_have_count(0)
    assert {at: found for at, found in faults.items() if found} == {}


@pytest.fixture
def cases(served: Served, shop: Shop) -> dict[str, str]:
    """The ids in the queue of a review that was held back and of one that a visitor has reported."""
    with served.app.app_context():
        db.session.add_all([shop.business, shop.service, *shop.people])
        now, ids = clock.now(), {}
        for hours, stars, words in ((3, 1, "Cheaper at www.elsewhere.com"), (5, 2, "A rude place.")):
            visit = a_visit(
                shop.business, now - timedelta(hours=hours), status="completed", person=shop.person
            )
            said = review(shop.business, visit, Said(stars, words=words), by=VISITOR, now=now)
            ids[said.status] = f"case-{said.business_id}-{said.id}"
            if said.status == "shown":
                report(said, "insult", "It calls us rude.", by=VISITOR, now=now)
        db.session.commit()
        db.session.expunge_all()
        return ids


@each_look_and_none
def test_what_was_held_back_is_shown_and_what_was_reported_is_hidden(
    visit, shop, admin, name, cases, size, dark, script
):
    page = visit("/admin", member=admin, size=size, dark=dark, script=script)
    page.get_by_role("link", name=re.compile(r"^Reviews \(\d+\)$")).click()
    faults = {"queue": faults_of(page)} if script else {}
    page.locator(f"#{cases['held']}").get_by_role("link", name="Decide").click()
    expect(page.get_by_text("Cheaper at www.elsewhere.com")).to_be_visible()
    press(page, "Decide")
    expect(page.locator("#verdict-error")).to_be_visible()
    faults |= {"half a decision": faults_of(page)} if script else {}
    page.get_by_label("Show it").check()
    page.get_by_label("Reason").select_option(label="There is nothing wrong with it.")
    press(page, "Decide")
    expect(page.get_by_text("Decided.", exact=True)).to_be_visible()

    page.goto("/admin/reviews")
    expect(page.locator(f"#{cases['held']}")).to_have_count(0)
    page.locator(f"#{cases['shown']}").get_by_role("link", name="Decide").click()
    expect(page.get_by_text("It calls us rude.")).to_be_visible()
    faults |= {"reported": faults_of(page)} if script else {}
    page.get_by_label("Hide it").check()
    page.get_by_label("Reason").select_option(label="It insults somebody.")
    page.get_by_label("In your own words").fill("The cook is named.")
    press(page, "Decide")
    expect(page.get_by_text("Decided.", exact=True)).to_be_visible()
    guest = visit(f"/b/{shop.business.slug}/reviews", script=script)
    expect(guest.get_by_text("Cheaper at www.elsewhere.com")).to_be_visible()
    expect(guest.get_by_text("A rude place.")).to_have_count(0)
    page.goto("/admin/decisions")
    of_them = page.locator("#decisions .row", has_text=name)
    expect(of_them.filter(has_text="It insults somebody. The cook is named.").first).to_be_visible()
    expect(of_them.filter(has_text="There is nothing wrong with it.").first).to_be_visible()
    assert {at: found for at, found in faults.items() if found} == {}
