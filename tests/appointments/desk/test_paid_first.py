"""Accepting a request that is paid first, and what members see of it until it is paid."""

import secrets

import pytest

from app.appointments.finding import hold_token, receipt_token
from app.core import clock
from app.core.db import db
from app.notifications.models import Notification
from app.payments.starting import start
from tests.appointments.desk.looking import FRAGMENT, buttons, of, panel, status
from tests.appointments.looking import state
from tests.appointments.paying import come_in, invoice_for, with_own_keys
from tests.factories import a_booking, a_business, a_hold, a_membership, a_user, berlin, signed_in
from tests.reading import rows, soup, words

FRIDAY = berlin("2027-03-05 10:00")


@pytest.fixture
def request_(shop):
    """Somebody asks for a time for which €20.00 of €45.00 is paid first."""
    shop.service.approval, shop.service.prepay, shop.service.deposit_cents = True, "deposit", 2000
    with_own_keys(shop)
    booking = a_booking(shop, FRIDAY, person=shop.person)
    db.session.commit()
    return booking


def press(browser, shop, booking, noun="acceptance"):
    return browser.post(of(shop, booking, noun))


def alerts(answer):
    return rows(answer, "#appointment .alert.warning")


def test_a_request_says_what_accepting_it_asks_for(shop, owner, request_):
    assert buttons(owner.get(panel(shop, request_))) == [
        *("Accept and ask for €20.00", "Accept without payment", "Decline", "Move", "Swap"),
    ]


def test_where_nothing_is_paid_first_or_can_be_there_is_one_way_to_accept(shop, owner, request_):
    from app.payments.models import PaymentSettings

    db.session.get_one(PaymentSettings, shop.business.id).mode = "off"
    db.session.commit()
    assert buttons(owner.get(panel(shop, request_)))[:2] == ["Accept", "Decline"]


def test_accepted_it_waits_for_its_payment_until_a_stated_time(shop, owner, request_):
    for _ in range(2):
        assert press(owner, shop, request_).status_code == 303
    assert status(request_) == "pending_payment"
    page = owner.get(panel(shop, request_))
    assert alerts(page) == [
        "Accepted, waits for €20.00 until Tue 2 Mar, 10:00. If nobody pays, the time is free again."
    ]
    assert buttons(page) == [
        *("Book it without payment", "Move", "Swap", "Cancel it"),
    ]
    assert rows(page, ".history-title")[0] == "Accepted, waits for its payment"
    assert rows(page, ".desk-head .tag") == ["Waiting for payment"]
    calendar = owner.get(f"/manage/{shop.business.slug}/calendar/?date=2027-03-05")
    assert "Waiting for payment" in calendar.text


def test_what_the_customer_sees_follows(client, shop, owner, request_):
    page = f"/bookings/{receipt_token(request_)}"
    assert "Once your request is accepted, €20.00 is paid first." in client.get(page).text
    assert client.get(f"{page}/payment").status_code == 303
    assert client.post(f"{page}/payment/intent").status_code == 409
    press(owner, shop, request_)
    shown = soup(client.get(page))
    assert words(shown.h1) == "Accepted: please pay to be booked"
    assert "The time is kept for you until Tue 2 Mar, 10:00." in words(shown.main)
    paying = soup(client.get(f"{page}/payment"))
    assert words(paying.select_one(".hold")) == "Held for you until Tue 2 Mar, 10:00"
    payment = start(shop.business, invoice_for(request_), live=False, by_page=False, now=clock.now())
    come_in(payment)
    assert "You are booked" in words(soup(client.get(page)).h1)
    assert alerts(owner.get(panel(shop, request_))) == []


def test_whoever_asks_for_a_time_reads_before_that_nothing_is_paid_now(client, shop, request_):
    held = a_hold(shop, berlin("2027-03-05 14:00"), person=shop.person)
    db.session.commit()
    page = soup(client.get(f"/b/{shop.business.slug}/book/{hold_token(held)}"))
    assert "Nothing is paid now. Once your request is accepted, €20.00 is paid first." in words(page.main)
    assert "Go to payment" not in words(page.main)


def test_on_the_page_of_today_it_is_answered_and_asks_for_nothing_more(shop, owner, request_):
    today = f"/manage/{shop.business.slug}/"
    assert rows(owner.get(today), "#requests .request")
    answer = owner.post(of(shop, request_, "acceptance"), data={"back": "today"})
    page = owner.get(answer.location)
    assert words(soup(page).select_one("#answered .alert-title")) == "Accepted, waits for its payment"
    assert rows(page, "#requests .request") == []
    assert rows(page, ".notice") == rows(owner.get(today), ".notice")


@pytest.mark.parametrize("accepted_before", [False, True])
def test_a_manager_books_it_without_payment(app, shop, owner, request_, accepted_before):
    manager = signed_in(app, a_membership(shop.business, "manager", a_user()).user)
    if accepted_before:
        press(owner, shop, request_)
    for _ in range(2):
        assert press(manager, shop, request_, "acceptance/unpaid").status_code == 303
    assert status(request_) == "confirmed"
    assert "Booked. It is paid at the shop." in manager.get(panel(shop, request_)).text


def test_staff_accept_their_own_but_never_without_payment(shop, staff, request_):
    assert buttons(staff.get(panel(shop, request_))) == [
        *("Accept and ask for €20.00", "Decline", "Move", "Swap"),
    ]
    before = state()
    assert press(staff, shop, request_, "acceptance/unpaid").status_code == 403
    assert state() == before
    assert press(staff, shop, request_).status_code == 303
    assert buttons(staff.get(panel(shop, request_))) == ["Move", "Swap", "Cancel it"]


def test_nobody_of_another_business_accepts_it_in_any_way(app, shop, request_):
    stranger = signed_in(app, a_membership(a_business(), "owner", a_user()).user)
    before = state()
    for noun in ("acceptance", "acceptance/unpaid"):
        assert press(stranger, shop, request_, noun).status_code in (403, 404)
    assert state() == before


def test_what_was_cancelled_meanwhile_is_refused_with_the_reason(shop, owner, request_):
    from app.appointments.withdrawing import withdraw
    from tests.factories import VISITOR

    withdraw(shop.business, request_, [request_.id], by=VISITOR, now=clock.now())
    db.session.commit()
    for noun in ("acceptance", "acceptance/unpaid"):
        answer = owner.post(of(shop, request_, noun), headers=FRAGMENT)
        assert answer.status_code == 409
        assert soup(answer).select_one("#appointment .alert.bad")
    assert status(request_) == "cancelled"


def test_a_receipt_is_sent_where_the_box_is_ticked(shop, owner):
    booking = a_booking(shop, FRIDAY)
    page = soup(owner.get(of(shop, booking, "payments/new")))
    assert "olivia@example.com" in words(page.select_one("form[action$=payments]"))
    form = {"amount": "20.00", "method": "cash"}
    for more, number in (({}, 0), ({"receipt": "y"}, 1)):
        sent = form | more | {"key": secrets.token_urlsafe(18)}
        for _ in range(2):
            assert owner.post(of(shop, booking, "payments"), data=sent).status_code == 303
        assert Notification.query.filter_by(kind="payment_receipt").count() == number


def test_nobody_without_an_address_is_offered_a_receipt(shop, owner):
    booking = a_booking(shop, FRIDAY)
    booking.contact_email = None
    db.session.commit()
    assert not soup(owner.get(of(shop, booking, "payments/new"))).select("[name=receipt]")


def test_the_panel_of_what_waits_asks_the_database_a_few_times(shop, owner, request_, queries):
    press(owner, shop, request_)
    owner.get(panel(shop, request_))
    with queries() as seen:
        assert owner.get(panel(shop, request_)).status_code == 200
    assert len(seen) <= 22, len(seen)


def test_a_slow_payment_is_said_to_be_on_its_way_in_panel_and_calendar(shop, owner, request_):
    press(owner, shop, request_)
    payment = start(shop.business, invoice_for(request_), live=False, by_page=False, now=clock.now())
    come_in(payment, "processing")
    db.session.commit()
    page = owner.get(panel(shop, request_))
    assert (alerts(page), rows(page, "#appointment .alert.info")) == (
        [],
        [
            "The payment of €20.00 is on its way. The time is kept for it until Fri 5 Mar, 10:00 at the latest.",
        ],
    )
    said = "Payment on its way, kept until Fri 5 Mar, 10:00"
    calendar = owner.get(f"/manage/{shop.business.slug}/calendar/?date=2027-03-05")
    [block] = soup(calendar).select(".column .block")
    assert said in words(block)
    assert block.select(".block-signs use, .block-signs svg")
    agenda = owner.get(f"/manage/{shop.business.slug}/calendar/?view=agenda&date=2027-03-05")
    assert rows(agenda, "#agenda .tag.info") == ["Payment on its way"]
    assert "Haircut, kept until Fri 5 Mar, 10:00" in words(soup(agenda).select_one("#agenda"))
    come_in(payment, "failed")
    db.session.commit()
    assert alerts(owner.get(panel(shop, request_))) == [
        "Accepted, waits for €20.00 until Tue 2 Mar, 10:00. If nobody pays, the time is free again."
    ]
    calendar = owner.get(f"/manage/{shop.business.slug}/calendar/?date=2027-03-05")
    assert ("Waiting for payment" in calendar.text, said in calendar.text) == (True, False)
