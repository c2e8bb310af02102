"""The pages on which a business says when it reminds, and a member what they are told."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.account.signing_up import Person, Plans, sign_up
from app.appointments.notices import choice_of
from app.appointments.reminder_rules import PRESETS, add_rule
from app.businesses.finding import find_business
from app.businesses.models import Membership
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.notifications.models import ReminderRule
from tests.factories import Shop, a_booking, a_membership, a_shop, a_user, berlin, signed_in

pytestmark = pytest.mark.usefixtures("frozen")


def an_owner(app: Flask, role: str = "owner") -> tuple[Shop, Any, str]:
    shop = a_shop()
    browser = signed_in(app, a_membership(shop.business, role, a_user()).user)
    return shop, browser, f"/manage/{shop.business.slug}/settings/messages"


def rules(shop: Shop) -> list[tuple[Any, ...]]:
    found = db.session.query(ReminderRule).filter_by(business_id=shop.business.id).order_by(ReminderRule.id)
    return [(it.about, it.amount, it.unit, it.at_min, it.channel) for it in found]


def a_form(**more: Any) -> dict[str, Any]:
    return {"amount": 2, "unit": "days", "about": "before", "at": "", "channel": "email"} | more


def test_one_click_adds_what_most_have(app: Flask) -> None:
    shop, browser, page = an_owner(app)
    a_booking(shop, berlin("2027-03-05 10:00"))
    assert browser.post(f"{page}/reminders", data={"preset": "evening"}).status_code == 303
    answer = browser.get(page)
    assert "1 booking ahead follows the new reminders" in answer.text
    assert rules(shop) == [("before", 1, "days", 1080, "email")]
    names = [it.get_text(strip=True) for it in BeautifulSoup(answer.text, "html.parser").select(".row-title")]
    assert names[0] == "The day before at 18:00"


def test_one_of_ones_own_is_added_changed_and_removed(app: Flask) -> None:
    shop, browser, page = an_owner(app)
    browser.post(f"{page}/reminders", data=a_form())
    assert rules(shop) == [("before", 2, "days", None, "email")]
    rule = db.session.query(ReminderRule).filter_by(business_id=shop.business.id).one()
    assert "2 days before at the time of the visit" in browser.get(f"{page}/reminders/{rule.id}").text
    browser.post(f"{page}/reminders/{rule.id}", data=a_form(at="9:00", channel="sms"))
    assert rules(shop) == [("before", 2, "days", 540, "sms")]
    browser.post(f"{page}/reminders/{rule.id}/removal")
    assert rules(shop) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "-1"},
        {"amount": "1.5"},
        {"amount": "1000000000"},
        {"amount": "31"},
        {"amount": "0"},
        {"amount": "0", "unit": "hours"},
        {"unit": "weeks"},
        {"at": "25:00"},
        {"unit": "hours", "at": "9:00"},
        {"channel": "pigeon"},
    ],
)
def test_what_makes_no_sense_is_refused_and_kept_in_the_form(app: Flask, wrong: dict[str, str]) -> None:
    shop, browser, page = an_owner(app)
    answer = browser.post(f"{page}/reminders", data=a_form(**wrong))
    assert answer.status_code == 422
    assert rules(shop) == []
    if "amount" in wrong:
        assert BeautifulSoup(answer.text, "html.parser").select_one("#amount")["value"] == wrong["amount"]


def test_the_same_twice_is_refused(app: Flask) -> None:
    shop, browser, page = an_owner(app)
    browser.post(f"{page}/reminders", data=a_form())
    answer = browser.post(f"{page}/reminders", data=a_form())
    assert (answer.status_code, "There is such a message already." in answer.text) == (422, True)
    assert len(rules(shop)) == 1


def test_the_rule_of_another_business_is_no_page(app: Flask) -> None:
    _shop, browser, page = an_owner(app)
    other = add_rule(a_shop().business, PRESETS["day"], by=SYSTEM, now=clock.now())
    assert browser.get(f"{page}/reminders/{other.id}").status_code == 404
    assert browser.post(f"{page}/reminders/{other.id}/removal").status_code == 404


def test_a_new_business_reminds_a_day_before(app: Flask) -> None:
    person = Person("Rosa Klein", "rosa@example.com", "a quiet morning")
    plans = Plans("Bloom", "beauty", "AT", "Europe/Vienna", "EUR", "en-GB")
    opened = sign_up(person, plans, "a-form-of-somebody-1", by=VISITOR, now=clock.now())
    business = find_business(opened.slug)
    assert business
    assert rules(Shop(business, None, ())) == [("before", 24, "hours", None, "email")]  # type: ignore[arg-type]


def test_a_member_chooses_what_they_are_told(app: Flask) -> None:
    shop, browser, _page = an_owner(app, "staff")
    page = f"/manage/{shop.business.slug}/settings/notices"
    chosen = BeautifulSoup(browser.get(page).text, "html.parser").select("input[checked]")
    assert {it["value"] for it in chosen} == {"own"}
    form = {"new": "all", "request": "own", "change": "none", "cancellation": "own", "answer": "own"}
    assert browser.post(page, data=form).status_code == 303
    membership = db.session.query(Membership).filter_by(business_id=shop.business.id).one()
    assert membership.notices == {"new": "all", "change": "none"}
    assert choice_of("staff", membership.notices, "answer") == "own"
    assert browser.post(page, data=form | {"new": "some"}).status_code == 422
