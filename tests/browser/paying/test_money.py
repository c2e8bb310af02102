"""What was paid goes back: a customer cancels, and a member takes cash and gives back a part."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, each_look, faults_of
from tests.browser.paying.conftest import a_code, ends_in
from tests.browser.test_booking import press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_who_cancels_reads_what_goes_back_and_gets_it(visit, paid, earned, script):
    page = visit(paid, size=PHONE, script=script)
    page.get_by_role("link", name="Cancel the booking").click()
    expect(page.locator("main")).to_contain_text("Cancel now and get €20.00 back. That is all you have paid.")
    press(page, "Cancel my booking")
    expect(page.get_by_role("heading", level=1)).to_have_text("This booking is cancelled")
    expect(page.locator("main")).to_contain_text("€20.00 goes back to you.")
    for _ in range(50):
        if earned() == (2000, 2000):
            break
        page.wait_for_timeout(100)
    assert earned() == (2000, 2000)


def test_a_member_takes_the_rest_and_gives_back_a_part(visit, shop, owner, served, paid, number_of):
    page = visit(f"/manage/{shop.business.slug}/appointments/{number_of()}", member=owner)
    money = page.get_by_role("region", name="Money")
    expect(money).to_contain_text("€40.00")
    money.get_by_role("link", name="Take money").click()
    expect(page.get_by_label("Amount")).to_have_value("40.00")
    page.get_by_label("Cash").check()
    press(page, "Write it down")
    expect(money).to_contain_text("Nothing left to pay")
    money.get_by_role("link", name="Give back").click()
    page.get_by_label("Amount").fill("12.50")
    press(page, "Give it back")
    expect(page.get_by_label("Why")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Why").fill("The colour was not right")
    press(page, "Give it back")
    expect(money).to_contain_text("The colour was not right")
    expect(money).to_contain_text("-€12.50")
    paper = money.get_by_role("link", name=re.compile("^Invoice"))
    assert paper.get_attribute("target") == "_blank"
    answer = page.request.get(paper.get_attribute("href"))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body().startswith(b"%PDF-")


@each_look
def test_nothing_is_wrong_with_what_customers_see(visit, served, shop, link, paid, other_link, size, dark):
    page, found = visit(paid, size=size, dark=dark), {}
    for path in (paid, f"{paid}/cancellation", other_link, f"{other_link}/payment/result"):
        page.goto(path)
        found[path] = faults_of(page)
    page.goto(f"{other_link}/payment")
    expect(page.get_by_role("button", name="Pay €20.00")).to_be_enabled()
    found["payment"] = faults_of(page)
    ends_in(served, shop, 0)
    page.reload()
    found["over"] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


@each_look
def test_nothing_is_wrong_with_what_members_see(visit, served, shop, owner, paid, number_of, size, dark):
    code = a_code(served, shop)
    manage = f"/manage/{shop.business.slug}"
    page, found = visit(f"{manage}/money", size=size, dark=dark, member=owner), {}
    for path in (
        *(
            f"/money{it}"
            for it in ("", "?from=2001-01-01&until=2001-01-02", "/outstanding", "/refunds", "/reviews")
        ),
        f"/appointments/{number_of()}",
        *(f"/bookings/{number_of()}/{it}/new" for it in ("payments", "refunds")),
        *("/coupons", "/coupons/new", f"/coupons/{code}"),
        *("/settings/payment-terms", f"/services/{shop.service.id}/payment-terms"),
    ):
        page.goto(f"{manage}{path}")
        found[path] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_nothing_moves_while_the_card_form_comes(visit, link):
    page = visit(link, size=PHONE)
    page.add_init_script(
        "window.shift = 0;"
        "const add = (list) => list.getEntries().forEach((it) => (window.shift += it.value));"
        "new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"{link}/payment")
    expect(page.get_by_role("button", name="Pay €20.00")).to_be_enabled()
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") == 0
