"""A customer pays a deposit: by card on our page, with a second card, past their bank, or on Stripe's page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.paying.conftest import a_code, card, ends_in, is_booked, mails_to, statuses, to_details
from tests.browser.test_booking import fill_in, press

pytestmark = pytest.mark.browser
DECLINED, ASKS_THE_BANK, SLOW = "4000 0000 0000 0002", "4000 0025 0000 3155", "4000 0000 0000 7775"
TRY_AGAIN = "Nothing was charged. You can try again, with another card if you like."


def test_whoever_pays_the_deposit_is_booked_and_gets_a_mail(visit, shop, served, earned):
    page = to_details(visit, shop)
    expect(page.locator("#price")).to_contain_text(
        "A deposit of €20.00 is paid when booking, the other €40.00 on site."
    )
    fill_in(page, email="grace@deposit.example")
    press(page, "Go to payment")
    lines = page.locator(".price-lines dd")
    expect(lines).to_have_text(["€60.00", "€40.00", "€20.00"])
    expect(page.locator("main")).to_contain_text("Free cancellation until")
    card(page)
    press(page, "Pay €20.00")
    is_booked(page, "Grace Hopper")
    expect(page.locator("main")).to_contain_text("Paid: €20.00.")
    expect(page.locator("main")).to_contain_text("€40.00 is left to pay. Pay it now")
    assert earned() == (2000, 0)
    assert mails_to(served, "grace@deposit.example")[0].startswith("Booked: Haircut")
    page.reload()
    expect(page.locator("main")).to_contain_text("We sent the confirmation to grace@deposit.example.")


def test_a_declined_card_is_named_and_another_one_pays(visit, link, earned):
    page = visit(f"{link}/payment", size=PHONE)
    card(page, DECLINED)
    pay = page.get_by_role("button", name="Pay €20.00")
    pay.click()
    expect(page.get_by_role("alert").filter(has_text="declined")).to_have_text("Your card was declined.")
    expect(pay).to_be_focused()
    card(page)
    pay.click()
    is_booked(page)
    assert earned() == (2000, 0)


def test_what_is_missing_of_a_card_stands_below_it_and_nowhere_else(visit, link):
    page = visit(f"{link}/payment", size=PHONE)
    expect(page.get_by_role("button", name="Pay €20.00")).to_be_enabled()
    press(page, "Pay €20.00")
    frame = page.frame_locator("iframe[title='Secure payment input frame']")
    expect(frame.get_by_text("Your card number is incomplete.")).to_be_visible()
    expect(page.locator("[data-pay-problem]")).to_be_hidden()
    expect(page.get_by_role("button", name="Pay €20.00")).to_be_enabled()


def test_the_bank_is_asked_and_agrees(visit, link, earned):
    page = visit(f"{link}/payment", size=PHONE)
    card(page, ASKS_THE_BANK)
    press(page, "Pay €20.00")
    page.get_by_role("button", name="Complete").click()
    is_booked(page)
    assert earned() == (2000, 0)


def test_the_bank_refuses_and_another_card_pays(visit, link, earned):
    page = visit(f"{link}/payment", size=PHONE)
    card(page, ASKS_THE_BANK)
    press(page, "Pay €20.00")
    page.get_by_role("button", name="Fail").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not work")
    expect(page.locator("main")).to_contain_text(TRY_AGAIN)
    expect(page.locator("#announcer")).to_have_text("The payment did not work")
    expect(page.locator(".hold")).to_contain_text("Held for you")
    page.get_by_role("link", name="Try again").click()
    card(page)
    press(page, "Pay €20.00")
    is_booked(page)
    assert earned() == (2000, 0)


def test_after_a_declined_card_nobody_reads_that_nothing_was_charged_while_the_next_one_pays(visit, link):
    page = visit(f"{link}/payment", size=PHONE)
    card(page, DECLINED)
    press(page, "Pay €20.00")
    expect(page.get_by_role("alert").filter(has_text="declined")).to_be_visible()
    card(page, SLOW)
    press(page, "Pay €20.00")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile("Just a moment|on its way"))
    expect(heading).to_have_text("Your payment is on its way")
    page.get_by_role("link", name="To your booking").click()
    expect(page.locator("main")).to_contain_text("Your payment is on its way.")
    expect(page.get_by_role("link", name="Pay €20.00")).to_have_count(0)


def test_without_a_script_it_is_paid_on_a_page_of_stripes(visit, link, earned):
    page = visit(f"{link}/payment", size=PHONE, script=False)
    expect(page.locator(".pay-card")).to_be_hidden()
    press(page, "Pay €20.00 on Stripe’s page")
    expect(page.get_by_role("main")).to_contain_text("Haircut")
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay your deposit")
    press(page, "Pay €20.00 on Stripe’s page")
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12 / 40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name=re.compile("Pay 20.00")).click()
    is_booked(page)
    assert earned() == (2000, 0)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_code_makes_the_price_and_the_deposit_smaller(visit, shop, served, script):
    a_code(served, shop)
    page = to_details(visit, shop, script=script)
    page.get_by_text("Have a code?").click()
    page.get_by_label("Code", exact=True).fill("summer 10")
    press(page, "Apply")
    price = page.locator("#price")
    expect(price.locator(".price-lines dd")).to_have_text(["€60.00", "-€45.00", "€15.00"])
    expect(price).to_contain_text("€15.00 is paid when booking.")
    fill_in(page)
    press(page, "Go to payment")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your booking")
    expect(page.locator(".price-lines")).to_contain_text("Price with code SUMMER-10")
    expect(page.locator(".price-lines dd").last).to_have_text("€15.00")
    if script:
        card(page)
        press(page, "Pay €15.00")
        is_booked(page, "Grace Hopper")


def test_reloading_and_going_back_change_nothing(visit, shop, link, earned, served):
    page = visit(f"{link}/payment", size=PHONE)
    page.reload()
    card(page, ASKS_THE_BANK)
    press(page, "Pay €20.00")
    expect(page.get_by_role("button", name="Complete")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay your deposit")
    card(page)
    press(page, "Pay €20.00")
    is_booked(page)
    page.go_back()
    is_booked(page)
    assert earned() == (2000, 0)
    assert statuses(served, shop) == ["confirmed"]


def test_in_two_tabs_it_is_paid_once(visit, link, earned):
    first = visit(f"{link}/payment")
    second = first.context.new_page()
    second.goto(first.url)
    card(second)
    card(first)
    press(first, "Pay €20.00")
    is_booked(first)
    press(second, "Pay €20.00")
    is_booked(second)
    assert earned() == (2000, 0)


def test_when_the_time_is_no_longer_kept_it_says_so_and_offers_others(visit, shop, served, link):
    ends_in(served, shop, 4)
    page = visit(f"{link}/payment", size=PHONE)
    expect(page.locator(".hold")).to_have_class(re.compile("ending"))
    page.get_by_role("button", name="Pay €20.00").focus()
    expect(page.get_by_text("The time is no longer kept for you")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("No longer held for you")
    expect(page.get_by_role("link", name="Choose a time again")).to_be_focused()
    expect(page.get_by_role("button", name="Pay €20.00")).to_be_hidden()
    page.reload()
    expect(page.get_by_text("The time is no longer kept for you")).to_be_visible()
    page.get_by_role("link", name="Choose a time again").click()
    expect(page.get_by_role("radio", name="Haircut")).to_be_checked()


def test_where_the_card_form_cannot_be_had_it_is_paid_on_stripes_page(visit, shop, link):
    page = visit(link, size=PHONE)
    page.route("**/payment/intent", lambda route: route.fulfill(status=429, body="<p>Slowly</p>"))
    page.get_by_role("link", name="Pay €20.00").click()
    expect(page.get_by_role("alert").filter(has_text="Please pay on Stripe’s page.")).to_be_visible()
    expect(page.get_by_role("button", name="Pay €20.00", exact=True)).to_be_hidden()
    press(page, "Pay on Stripe’s page instead")
    expect(page.get_by_label("Card number")).to_be_visible()


def test_it_is_paid_with_the_keyboard_alone(visit, shop, link, earned):
    page = visit(f"{link}/payment")
    frame = page.frame_locator("iframe[title='Secure payment input frame']")
    number = frame.get_by_label("Card number")
    expect(page.get_by_role("button", name="Pay €20.00")).to_be_enabled()
    for _ in range(20):
        page.keyboard.press("Tab")
        if number.evaluate("field => document.activeElement === field"):
            break
    for typed in ("4242424242424242", "12/40", "123"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Pay €20.00")).to_be_focused()
    page.keyboard.press("Enter")
    is_booked(page)
    assert earned() == (2000, 0)
