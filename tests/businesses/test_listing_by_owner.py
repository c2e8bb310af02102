"""An owner whose address is confirmed puts the business into the search."""

from app.core import clock
from app.core.db import db
from tests.factories import a_business, a_membership, a_user, signed_in
from tests.reading import boxes, soup

PAGE = "/manage/ann-salon/settings"


def test_an_owner_who_is_known_to_be_reachable_lists_the_business(app, client):
    business = a_business("ann-salon")
    user = a_user(email_checked_at=clock.now())
    a_membership(business, "owner", user)
    browser = signed_in(app, user)
    assert soup(browser.get(f"{PAGE}/address")).select_one(f"form[action='{PAGE}/listing']")
    assert browser.post(f"{PAGE}/listing").location == f"{PAGE}/address"
    assert "Ann's Salon" in soup(client.get("/")).text
    assert browser.post(f"{PAGE}/listing/removal").status_code == 303
    assert "Ann's Salon" not in soup(client.get("/")).text


def test_who_has_not_confirmed_their_address_is_told_how(app):
    business = a_business("ann-salon")
    browser = signed_in(app, a_membership(business, "owner").user)
    page = soup(browser.get(f"{PAGE}/address"))
    assert page.select_one(f"form[action='{PAGE}/listing']") is None
    assert page.select_one("a[href='/account/email']")
    browser.post(f"{PAGE}/listing")
    db.session.refresh(business)
    assert not business.listed
    assert "confirm your e-mail address first" in boxes(browser.get(f"{PAGE}/address"))[0]
