"""Somebody waits for a full day, and somebody else gives a place back: one takes it, one lets it pass."""

import re
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.core.db import db
from app.notifications.jobs import deliver_due
from tests.browser.conftest import DESKTOP, PHONE, each_look, faults_of
from tests.browser.test_booking import press
from tests.factories import PASSWORD, Shop
from tests.races import acts
from tests.races.clients import next_open
from tests.races.crew import done
from tests.races.places import Place
from tests.races.test_waitlist import lapse
from tests.serving import Served

pytestmark = pytest.mark.browser
DAY = next_open(9)


def a_full_day(served: Served, shop: Shop) -> dict[tuple[int, int], int]:
    """Both people of the shop are booked all day; the booking of each hour and half."""
    place = Place("", shop.business.id, shop.service.id, ())
    return {
        (person.resource_id, half): done(
            served,
            acts.book,
            shop.business.id,
            place.wish(DAY.replace(hour=half // 2, minute=half % 2 * 30), person.resource_id),
        )[0]
        for person in shop.people
        for half in range(18, 36)
    }


def joins(visit, shop: Shop, name: str, *, script: bool = True, size: dict[str, int] = DESKTOP) -> Page:
    """From the full day of the flow to a place on the list."""
    page = visit(f"{shop.page}?service={shop.service.id}&date={DAY.date()}", script=script, size=size)
    page.get_by_role("link", name="Tell me when a place comes free").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tell me when a place comes free")
    expect(page.get_by_label("From")).to_have_value(str(DAY.date()))
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(f"{name.split()[0].lower()}@example.com")
    press(page, "Put me on the list")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    return page


def mails_to(served: Served, address: str) -> list[str]:
    """The texts of the mails that lie in the mailbox for somebody, in order."""
    with served.app.app_context():
        deliver_due()
        db.session.remove()
    folder = Path(served.app.config["DAYBOOK_DATA"]) / "mailbox"
    mails = [
        message_from_bytes(it.read_bytes(), policy=policy.default) for it in sorted(folder.glob("*.eml"))
    ]
    return [str(it.get_body(("plain",)).get_content()) for it in mails if address in str(it["to"])]


def path_in(mail: str, what: str) -> str:
    """The address after these words, without its host."""
    found = re.search(rf"{what}: https?://[^/\s]+(/\S+)", mail)
    assert found, mail
    return found[1]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_what_somebody_cancels_is_offered_by_mail_and_taken(visit, served, shop, script):
    booked = a_full_day(served, shop)
    page = joins(visit, shop, "Grace Hopper", script=script, size=PHONE)
    assert not script or faults_of(page) == []
    done(served, acts.cancel, shop.business.id, booked[shop.people[1].resource_id, 22])
    joined, offer = mails_to(served, "grace@example.com")[-2:]
    assert "on the list" in joined
    page.goto(path_in(offer, "Take it or pass it on"))
    expect(page.get_by_role("heading", level=1)).to_have_text("A place came free")
    expect(page.locator("main")).to_contain_text("Tomás")
    assert not script or faults_of(page) == []
    press(page, "Take it")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked, Grace Hopper")
    expect(page.locator("main")).to_contain_text("11:00 to 11:30")


def test_what_lapses_goes_to_the_second_in_line(visit, served, shop):
    booked = a_full_day(served, shop)
    ada, bea = (joins(visit, shop, name) for name in ("Ada Lovelace", "Bea Klein"))
    for page, address in ((ada, "ada@example.com"), (bea, "bea@example.com")):
        page.goto(path_in(mails_to(served, address)[-1], "See your place on the list"))
    expect(ada.locator("main")).to_contain_text("You are first in line")
    expect(bea.locator("main")).to_contain_text("Few people came before you")
    done(served, acts.cancel, shop.business.id, booked[shop.people[0].resource_id, 20])
    ada.goto(path_in(mails_to(served, "ada@example.com")[-1], "Take it or pass it on"))
    expect(ada.get_by_role("heading", level=1)).to_have_text("A place came free")
    lapse(served, shop.business.id)
    done(served, acts.sweep)
    press(ada, "Take it")
    expect(ada.get_by_role("heading", level=1)).to_have_text("This offer is over")
    expect(ada.locator("main")).to_contain_text("You are still on the list.")
    bea.goto(path_in(mails_to(served, "bea@example.com")[-1], "Take it or pass it on"))
    press(bea, "Take it")
    expect(bea.get_by_role("heading", level=1)).to_have_text("You are booked, Bea Klein")


def test_a_row_shows_that_the_keyboard_is_there(visit, served, shop, owner):
    closed = date.fromordinal(DAY.date().toordinal() + 5 - DAY.weekday())
    done(served, acts.wait, shop.business.id, shop.service.id, closed, "grace")
    page = visit(f"/manage/{shop.business.slug}/waitlist", member=owner)
    line = "link => getComputedStyle(link, '::after').outlineStyle"
    link = page.locator(".row-title a")
    assert link.evaluate(line) == "none"
    page.get_by_role("link", name="Add somebody").focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    assert link.evaluate(line) == "solid"


@each_look
def test_the_pages_of_the_waitlist_look_right(visit, served, shop, owner, size, dark):
    far = date.fromordinal(DAY.date().toordinal() + 5 - DAY.weekday())
    entry = done(served, acts.wait, shop.business.id, shop.service.id, far, "grace")
    line = f"/manage/{shop.business.slug}/waitlist"
    page = visit("/sign-in", size=size, dark=dark)
    page.get_by_label("E-mail").fill(owner)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/manage/**")
    found = {}
    for path in (
        f"/b/{shop.business.slug}/waitlist",
        f"/b/{shop.business.slug}/waitlist/asked",
        line,
        f"{line}/new",
        f"{line}/{entry}/offers/new",
        f"{line}/{entry}/removal",
    ):
        page.goto(path)
        found[path] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
