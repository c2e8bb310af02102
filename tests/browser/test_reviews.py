"""A customer writes a review with a photo, the business answers, a visitor reports; every page looked at by axe."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.auth.accounts import find_user
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.customers.models import Customer
from app.platform_admin.moderating import Verdict, find_case, judge, next_one
from app.reviews.finding import review_token
from tests.browser.conftest import DESKTOP, PHONE, each_look, faults_of
from tests.factories import a_visit
from tests.pictures import a_picture

pytestmark = pytest.mark.browser
PHOTO = {"name": "cut.png", "mimeType": "image/png", "buffer": a_picture(600, 400)}


@pytest.fixture
def link(served, shop) -> str:
    """The page of a visit that is over, with the first person of the shop."""
    with served.app.app_context():
        db.session.add_all([shop.business, shop.service, *shop.people])
        visit = a_visit(
            shop.business, clock.now() - timedelta(hours=2), status="completed", person=shop.person
        )
        address = f"/reviews/{review_token(visit)}"
        db.session.commit()
        db.session.expunge_all()
        return address


def decide(served, shop):
    """An admin lets it stand."""
    with served.app.app_context():
        business_id, review_id = next_one()
        case = find_case(business_id, review_id)
        judge(case, Verdict(True, "opinion"), case.state, by=Actor("admin", "Daybook"), now=clock.now())
        db.session.commit()


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["desktop", "phone"])
def test_from_five_stars_to_an_answer(served, visit, shop, owner, link, size, dark):
    faults = {}
    guest = visit(link, size=size, dark=dark)
    faults["empty"] = faults_of(guest)
    guest.get_by_role("button", name="Publish").click()
    expect(guest.locator("#stars-error")).to_be_visible()
    faults["wrong"] = faults_of(guest)
    stars = guest.get_by_role("group", name="How was it?")
    stars.get_by_label("3 stars").focus()
    guest.keyboard.press("Space")
    guest.keyboard.press("ArrowRight")
    expect(stars.get_by_label("4 stars")).to_be_checked()
    guest.get_by_role("group", name="And Maya?").get_by_label("5 stars").check()
    guest.get_by_label("What would you tell a friend?").fill("She listened. <b>Lovely.</b>")
    guest.get_by_label("Photos").set_input_files([PHOTO])
    guest.get_by_role("button", name="Preview").click()
    expect(guest.locator("#preview .review-words")).to_have_text("She listened. <b>Lovely.</b>")
    faults["preview"] = faults_of(guest)
    guest.get_by_role("button", name="Publish").click()
    expect(guest.get_by_role("heading", name="Thank you for your review")).to_be_visible()
    expect(guest.locator(".review-pictures img")).to_have_count(1)
    faults["thanks"] = faults_of(guest)

    page = visit(f"/manage/{shop.business.slug}/reviews?state=unanswered", member=owner, size=size, dark=dark)
    page.locator("summary", has_text="Answer").click()
    page.get_by_label("Your answer").fill("Thank you, Olivia!")
    page.locator("summary", has_text="Report").click()
    faults["desk"] = faults_of(page)
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_text("Your answer stands below the review.")).to_be_visible()

    guest.goto(f"/b/{shop.business.slug}/")
    expect(guest.get_by_text("Thank you, Olivia!")).to_be_visible()
    faults["front"] = faults_of(guest)
    guest.get_by_role("link", name="Read the 1 review").click()
    guest.get_by_label("With photos").check()
    expect(guest.get_by_text("1 review like that")).to_be_visible()
    faults["list"] = faults_of(guest)
    guest.get_by_role("link", name="Report the review from Olivia P.").click()
    guest.get_by_label("It is advertising or spam").check()
    faults["report"] = faults_of(guest)
    guest.get_by_role("button", name="Report").click()
    expect(guest.get_by_text("Somebody at Daybook looks at it.")).to_be_visible()
    page.goto(f"/manage/{shop.business.slug}/reviews?state=reported")
    expect(page.get_by_text("Reported, waits for a decision")).to_be_visible()
    decide(served, shop)
    page.goto(f"/manage/{shop.business.slug}/reviews?state=decided")
    expect(page.get_by_text("it is shown.")).to_be_visible()
    expect(page.get_by_text("It is an opinion about a visit, and may be read.")).to_be_visible()
    faults["decided"] = faults_of(page)
    guest.goto(f"/b/{shop.business.slug}/book")
    expect(guest.get_by_role("radio", name="4.0 of 5 stars from 1 review")).to_have_count(1)
    faults["services"] = faults_of(guest)
    guest.goto(f"/b/{shop.business.slug}/book?service={shop.service.id}")
    expect(guest.get_by_role("radio", name="Maya 5.0 of 5 stars from 1 review")).to_have_count(1)
    faults["people"] = faults_of(guest)
    assert {name: found for name, found in faults.items() if found} == {}


def test_it_is_all_there_without_a_script(visit, shop, link):
    guest = visit(link, script=False, size=PHONE)
    guest.get_by_role("group", name="How was it?").get_by_label("5 stars").check()
    guest.get_by_label("What would you tell a friend?").fill("Quick and kind.")
    guest.get_by_label("O. P.").check()
    guest.get_by_role("button", name="Preview").click()
    expect(guest.locator("#preview .review-name")).to_have_text("O. P.")
    guest.get_by_label("Photos").set_input_files([PHOTO])
    guest.get_by_role("button", name="Publish").click()
    expect(guest.get_by_role("heading", name="Thank you for your review")).to_be_visible()
    guest.get_by_role("link", name="Change it").click()
    guest.get_by_label("Take away photo 1").check()
    guest.get_by_role("group", name="How was it?").get_by_label("4 stars").check()
    guest.get_by_role("button", name="Save the change").click()
    expect(guest.get_by_role("heading", name="Your review is changed")).to_be_visible()
    expect(guest.locator(".review-pictures img")).to_have_count(0)
    guest.goto(f"/b/{shop.business.slug}/reviews")
    guest.get_by_label("Stars", exact=True).select_option("3")
    guest.get_by_role("button", name="Show").click()
    expect(guest.get_by_text("No reviews like that")).to_be_visible()


@each_look
def test_an_account_leads_to_its_reviews(served, visit, shop, owner, link, size, dark):
    with served.app.app_context():
        theirs = db.session.query(Customer).filter_by(business_id=shop.business.id)
        theirs.update({"user_id": find_user(owner).id})
        db.session.commit()
    page = visit("/account/", member=owner, size=size, dark=dark)
    expect(page.get_by_role("link", name="Book again")).to_be_visible()
    assert faults_of(page) == []
    page.goto(page.get_by_role("link", name="Write a review of Haircut").get_attribute("href"))
    expect(page.get_by_role("heading", name="How was your visit?")).to_be_visible()
