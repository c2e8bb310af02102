"""A visit of several services, a second person, a whole month and a clock of one's own, as somebody clicks them."""

import pytest
from playwright.sync_api import expect

from app.core.db import db
from app.schedule.serving import Server
from tests.browser.conftest import PHONE, each_look, faults_of, with_and_without_script
from tests.browser.test_booking import fill_in, press
from tests.factories import a_shop, add_need, add_service
from tests.races.clients import next_open

pytestmark = pytest.mark.browser


@pytest.fixture
def beard(served, shop):
    """A second service of the shop, done by both."""
    with served.app.app_context():
        service = add_service(shop.business.id, "Beard", minutes=20, price_cents=2000)
        add_need(shop.business.id, service.id, [Server(person.resource_id) for person in shop.people])
        db.session.commit()
        return service.id


@pytest.fixture
def lesson(served):
    """A shop whose only service happens online."""
    with served.app.app_context():
        shop = a_shop(online=True)
        db.session.commit()
        for row in (shop.business, shop.service, *shop.people):
            db.session.refresh(row)
        db.session.expunge_all()
        return shop


@with_and_without_script
def test_a_customer_brings_somebody_along(visit, shop, beard, size, script):
    start = next_open(11)
    page = visit(f"{shop.page}?service={shop.service.id}&date={start.date()}", size=size, script=script)
    page.get_by_role("link", name="Add a person").click()
    expect(page.get_by_role("heading", name="What does the second person have?")).to_be_visible()
    page.get_by_role("radio", name="Beard").check()
    if not script:
        press(page, "Show times")
    expect(page.locator("#visit")).to_contain_text("Second person")
    expect(page.get_by_role("radio", name="At the same time")).to_be_checked()
    page.get_by_role("radio", name=f"Book 11:00 on {start:%A} {start.day} {start:%B}").check()
    if script:
        expect(page.locator("#summary")).to_contain_text("11:00")
    press(page, "Continue")
    page.get_by_label("Name of the second person").fill("Sam")
    fill_in(page)
    press(page, "Book")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked, Grace Hopper")
    for words in ("Haircut", "Beard", "Sam", "€65.00"):
        expect(page.locator("main")).to_contain_text(words)


def test_a_service_that_was_added_can_be_taken_away(visit, shop, beard):
    page = visit(f"{shop.page}?service={shop.service.id}")
    page.get_by_role("link", name="Add a service").click()
    expect(page.get_by_role("heading", name="Add another service")).to_be_visible()
    page.get_by_role("radio", name="Beard").check()
    expect(page.locator("#visit li")).to_have_count(2)
    expect(page.locator("#summary")).to_contain_text("€65.00")
    page.get_by_role("link", name="Remove Haircut").click()
    expect(page.locator("#visit")).to_have_count(0)
    expect(page.get_by_role("radio", name="Beard")).to_be_checked()
    expect(page.locator("#summary")).to_contain_text("€20.00")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_day_is_chosen_from_the_whole_month(visit, shop, script):
    start = next_open(9)
    page = visit(f"{shop.page}?service={shop.service.id}&date={start.date()}", script=script)
    page.get_by_role("link", name="Month").click()
    title = f"{start:%B} {start.year}"
    expect(page.get_by_role("table", name=title)).to_be_visible()
    page.get_by_role("link", name=f"{start:%A} {start.day} {start:%B}, times free").click()
    expect(page.locator('.day[aria-current="date"]')).to_contain_text(f"{start:%A} {start.day} {start:%B}")
    expect(page.get_by_role("radio", name="Book 09:00 on")).to_have_count(1)


def test_without_a_script_what_was_chosen_is_sent_before_the_month_is_opened(visit, shop):
    part = f"={shop.service.id}"
    page = visit(f"{shop.page}?service{part}&service2{part}&guest2=2", script=False)
    expect(page.locator("#slots")).to_be_visible()
    page.get_by_role("radio", name="One after the other").check()
    expect(page.locator("#slots")).to_be_hidden()
    press(page, "Show times")
    page.get_by_role("link", name="Month", exact=True).click()
    expect(page.get_by_role("radio", name="One after the other")).to_be_checked()
    expect(page.locator("#slots table")).to_be_visible()


def test_the_browser_knows_where_its_customer_is(chromium, served, lesson):
    start = next_open(9)
    context = chromium.new_context(base_url=served.url, locale="en-GB", timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(f"{lesson.page}?date={start.date()}")
    expect(page.locator("#zone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_role("radio", name=f"Book 17:00 on {start:%A}")).to_have_count(1)
    expect(page.get_by_role("radio", name="09:00 in Berlin")).to_have_count(1)
    assert "zone=Asia%2FTokyo" in page.url
    page.locator("#zone").select_option("Europe/Berlin")
    expect(page.get_by_role("radio", name=f"Book 09:00 on {start:%A}")).to_have_count(1)
    context.close()


def test_five_taps_and_one_short_form_on_a_small_phone(chromium, served, shop, beard):
    context = chromium.new_context(
        base_url=served.url,
        locale="en-GB",
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
    )
    context.add_init_script(
        "document.addEventListener('pointerdown', () => sessionStorage.taps = Number(sessionStorage.taps || 0) + 1)"
    )
    page = context.new_page()
    page.goto(f"/b/{shop.business.slug}/")
    page.get_by_role("link", name="Haircut").tap()
    page.locator(".slot").first.tap()
    expect(page.locator(".action-bar")).to_contain_text("€45.00")
    page.get_by_role("button", name="Continue").locator("visible=true").tap()
    page.get_by_label("Your name").press_sequentially("Grace Hopper")
    page.get_by_label("E-mail").focus()
    page.get_by_label("E-mail").press_sequentially("grace@example.com")
    page.get_by_role("button", name="Book", exact=True).locator("visible=true").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked, Grace Hopper")
    assert int(page.evaluate("sessionStorage.taps")) <= 5
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()


@each_look
def test_nothing_is_in_anybodys_way(visit, shop, beard, lesson, size, dark):
    one = f"service={shop.service.id}"
    page = visit(f"{shop.page}?{one}&add=guest", size=size, dark=dark)
    found = {"adding": faults_of(page)}
    for path in (
        f"{shop.page}?{one}&month={next_open(9):%Y-%m}",
        f"{shop.page}?{one}&service2={beard}&service3={beard}&guest3=2",
        f"{lesson.page}?zone=Asia/Tokyo",
    ):
        page.goto(path)
        found[path] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_back_undoes_one_step_after_the_other(visit, shop, beard):
    page = visit(f"/b/{shop.business.slug}/")
    page.get_by_role("link", name="Haircut").click()
    page.get_by_role("radio", name="Maya").check()
    expect(page.locator("#summary")).to_contain_text("with Maya")
    page.get_by_role("link", name="Add a person").click()
    expect(page.get_by_role("heading", name="What does the second person have?")).to_be_visible()
    page.get_by_role("radio", name="Beard").check()
    expect(page.locator("#visit li")).to_have_count(2)
    expect(page.locator("#staff-any")).not_to_be_checked()
    page.get_by_role("link", name="Month").click()
    expect(page.get_by_role("table")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("table")).to_have_count(0)
    expect(page.locator("#visit li")).to_have_count(2)
    page.go_back()
    expect(page.locator("#visit")).to_have_count(0)
    expect(page.get_by_role("radio", name="Maya", exact=True)).to_be_checked()
    page.go_back()
    expect(page).to_have_url(f"{page.url.split('/b/')[0]}/b/{shop.business.slug}/")


def test_the_clock_of_a_hold_goes_on_while_somebody_looks_back(visit, shop):
    start = next_open(16)
    page = visit(f"{shop.page}?service={shop.service.id}&date={start.date()}")
    page.get_by_role("radio", name="Book 16:00 on").check()
    press(page, "Continue")
    expect(page.locator("time[data-countdown]")).to_contain_text("9:5")
    page.evaluate(
        """() => Object.keys(sessionStorage).filter((name) => name.startsWith("held until"))
                       .forEach((name) => sessionStorage.setItem(name, Date.now() + 61_000))"""
    )
    page.reload()
    expect(page.locator("time[data-countdown]")).to_contain_text("1:0")


def test_large_letters_fit_a_phone(visit, shop, beard):
    page = visit(f"{shop.page}?service={shop.service.id}", size=PHONE)
    for path in ("", f"&month={next_open(9):%Y-%m}", f"&service2={beard}&guest2=2"):
        page.goto(f"{shop.page}?service={shop.service.id}{path}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path
