"""An owner looks after customers: tags, notes, a block, a merger and an erasure; looked at by axe."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.auth.accounts import find_user
from app.auth.models import UserSession
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact, meet
from app.customers.noting import write_note
from app.customers.tagging import add_tag
from tests.browser.conftest import DESKTOP, PHONE, each_look, faults_of
from tests.factories import ANNA, PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def people(served, shop):
    """Ann, who is there twice, with a tag and a note."""
    with served.app.app_context():
        now = clock.now()
        ann = meet(shop.business.id, Contact("Ann Lee", "ann@example.com", "+4930123456"), now)
        twin = meet(shop.business.id, Contact("Anna Lee", "anna@example.com", "+4930123456"), now)
        add_tag(ann, "Regular", by=ANNA, now=now)
        write_note(ann, "Likes tea.\nNo milk.", by=ANNA, now=now)
        ids = ann.id, twin.id
        db.session.commit()
        return ids


@each_look
def test_the_pages_of_customers(visit, shop, owner, people, size, dark):
    room = f"/manage/{shop.business.slug}/customers"
    ann, twin = people
    page = visit(room, member=owner, size=size, dark=dark)
    found = {}
    for path in (
        "",
        "?which=away",
        "/new",
        "/duplicates",
        f"/{ann}",
        f"/{ann}/details",
        f"/{ann}/block",
        f"/{ann}/merger",
        f"/{ann}/merger?with={twin}",
        f"/{ann}/erasure",
    ):
        page.goto(room + path)
        found[path] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_customer_is_tagged_noted_and_blocked(visit, shop, owner, people, script):
    page = visit(f"/manage/{shop.business.slug}/customers/{people[0]}", member=owner, script=script)
    page.get_by_label("New tag").fill("VIP")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#tags")).to_contain_text("VIP")
    page.get_by_role("button", name="Remove the tag Regular").click()
    expect(page.locator("#tags")).not_to_contain_text("Regular")
    page.get_by_label("New note").fill("Comes by bicycle.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#notes")).to_contain_text("Comes by bicycle.")
    page.locator("#notes article").first.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#notes")).to_contain_text("Comes by bicycle.")
    page.get_by_role("link", name="Block").click()
    page.get_by_label("Reason").fill("Never came")
    page.get_by_role("button", name="Block").click()
    expect(page.locator("main")).to_contain_text("Reason: Never came")
    page.get_by_role("button", name="Unblock").click()
    expect(page.locator("main")).not_to_contain_text("Never came")


@pytest.mark.parametrize(("size", "script"), [(DESKTOP, False), (PHONE, True)], ids=["no-script", "phone"])
def test_the_list_is_taken_as_a_table_after_the_password(visit, served, shop, owner, people, size, script):
    with served.app.app_context():
        theirs = update(UserSession).where(UserSession.user_id == find_user(owner).id)
        page = visit(
            f"/manage/{shop.business.slug}/customers?tag=Regular", member=owner, size=size, script=script
        )
        db.session.execute(theirs.values(proved_at=None))
        db.session.commit()
    page.get_by_role("button", name="Download as CSV").click()
    expect(page.get_by_role("heading", name="Your password, please")).to_be_visible(timeout=30_000)
    page.get_by_label("Your password").fill(PASSWORD)
    with page.expect_download(timeout=30_000) as download:
        page.get_by_role("button", name="Continue").click()
    assert download.value.suggested_filename == "customers.csv"
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert [it.split(",")[0] for it in lines] == ["Name", "Ann Lee"]


def test_two_rows_are_merged_and_the_person_is_erased(visit, shop, owner, people):
    page = visit(f"/manage/{shop.business.slug}/customers", member=owner, size=PHONE)
    page.get_by_role("link", name="Duplicates").click()
    page.get_by_role("link", name="Compare Ann Lee with Anna Lee").click()
    page.get_by_role("group", name="Name", exact=True).get_by_label("Anna Lee").check()
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anna Lee")
    expect(page.locator("main")).to_contain_text("Likes tea.")
    page.get_by_role("link", name="Erase").click()
    page.get_by_label("Name of the customer").fill("Somebody")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.locator("main")).to_contain_text("That is not the name")
    page.get_by_label("Name of the customer").fill("anna lee")
    page.get_by_role("button", name="Erase for good").click()
    expect(page).to_have_url(re.compile("/customers$"))
    expect(page.locator("#customers")).not_to_contain_text("Anna Lee")
