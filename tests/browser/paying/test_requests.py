"""A request is paid once it is accepted."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.paying.conftest import a_request, card, is_booked, link_of_last_mail, mails_to, statuses
from tests.browser.test_booking import press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_request_is_accepted_and_paid_by_the_link_of_the_mail(visit, served, shop, owner, earned, script):
    email = f"ada-{script}@request.example".lower()
    appointment = a_request(served, shop, email)
    desk = visit(f"/manage/{shop.business.slug}/appointments/{appointment}", member=owner, script=script)
    press(desk, "Accept and ask for €20.00")
    expect(desk.locator("#appointment .alert.warning")).to_contain_text("Accepted, waits for €20.00 until")
    page = visit(link_of_last_mail(served, email, "/payment"), size=PHONE, script=script)
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay your deposit")
    if script:
        card(page)
        press(page, "Pay €20.00")
    else:
        on_stripes_page(page)
    is_booked(page)
    expect(page.locator("main")).to_contain_text("Paid: €20.00.")
    assert (earned(), statuses(served, shop)) == ((2000, 0), ["confirmed"])
    assert any(it.startswith("Booked: Haircut") for it in mails_to(served, email))


def on_stripes_page(page: Page) -> None:
    """Pay without any script."""
    press(page, "Pay €20.00 on Stripe’s page")
    for label, typed in (
        ("Card number", "4242 4242 4242 4242"),
        ("Expiry", "12 / 40"),
        ("Security code", "123"),
    ):
        page.get_by_label(label).fill(typed)
    page.get_by_role("button", name=re.compile("Pay 20.00")).click()
