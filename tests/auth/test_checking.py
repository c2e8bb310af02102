"""An address is checked by whoever has its mailbox and the account, and by nobody else."""

from datetime import timedelta

import pytest

from app.auth.checking import ask_check
from app.core import clock
from app.core.db import db
from app.customers.models import Customer
from tests.account.shops import sign_up
from tests.auth.mails import link_of, planned, sent, text_of
from tests.factories import PASSWORD, a_booking, a_shop, a_user, berlin, signed_in
from tests.reading import boxes, error, soup

EMAIL = "olivia@example.com"
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def user(app):
    return a_user(EMAIL, "Olivia Park")


def asked(user):
    ask_check(user, now=clock.now())
    return link_of("email_check")


def again(user):
    db.session.refresh(user)
    return user


def change(browser, email="new@example.com", password=PASSWORD):
    return browser.post("/account/email", data={"email": email, "password": password})


def test_an_owner_who_signs_up_is_asked_for_their_address(client):
    sign_up(client)
    address = link_of("email_check")
    assert "Confirm your e-mail address" in client.get("/account/").text
    assert client.get(address).status_code == 200
    assert client.post(address).location == "/account/"
    assert "is confirmed" in boxes(client.get("/account/"))[0]


def test_a_stranger_who_has_the_link_must_sign_in_first(client, user):
    address = asked(user)
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in")
    assert again(user).email_checked_at is None


def test_somebody_else_gains_nothing_by_the_link(app, user):
    """A stranger may have opened an account with this address, and the link reached its true owner."""
    address = asked(user)
    browser = signed_in(app, a_user())
    for answer in (browser.get(address), browser.post(address)):
        assert answer.status_code == 403
        assert "for another account" in answer.text
    assert again(user).email_checked_at is None


def test_the_link_works_once_and_says_so(app, user):
    browser, address = signed_in(app, user), asked(user)
    assert browser.post(address).status_code == 303
    for answer in (browser.get(address), browser.post(address)):
        assert answer.status_code == 410
        assert soup(answer).select_one("a[href='/account/email']")


def test_a_newer_link_ends_the_one_before(app, user):
    browser, first = signed_in(app, user), asked(user)
    assert browser.post("/account/email/link").status_code == 303
    assert browser.get(first).status_code == 410
    assert browser.post(link_of("email_check")).status_code == 303
    assert again(user).email_checked_at == clock.now()


def test_the_link_runs_out_after_three_days(app, user, frozen):
    address = asked(user)
    frozen.shift(timedelta(hours=72))
    assert signed_in(app, user).get(address).status_code == 410


def test_what_was_booked_with_the_address_shows_once_it_is_checked_and_not_before(app, user):
    shop, other = a_shop(), a_shop()
    at = berlin("2027-03-02 10:00")
    theirs, elsewhere = a_booking(shop, at, EMAIL), a_booking(other, at, EMAIL)
    somebody = a_booking(shop, berlin("2027-03-02 12:00"), "sam@example.com")
    browser = signed_in(app, user)
    assert soup(browser.get("/account/")).select(".visit-rows") == []
    browser.post(asked(user))
    page = browser.get("/account/")
    assert len(soup(page).select(".visit-rows .row")) == 2
    a_booking(a_shop(), berlin("2027-03-03 10:00"), EMAIL)
    assert len(soup(browser.get("/account/")).select(".visit-rows .row")) == 3
    assert {theirs.business_id, elsewhere.business_id} == {shop.business.id, other.business.id}
    assert somebody.contact_email not in page.text


def test_an_unchecked_account_is_bound_to_nothing_that_is_booked(app, user):
    booking = a_booking(a_shop(), berlin("2027-03-02 10:00"), EMAIL)
    customer = db.session.get_one(Customer, (booking.business_id, booking.customer_id))
    assert (user.email_checked_at, customer.user_id) == (None, None)
    assert soup(signed_in(app, user).get("/account/")).select(".visit-rows") == []


def test_another_address_is_used_only_once_its_link_was_opened(app, user):
    browser = signed_in(app, user)
    user.email_checked_at = clock.now()
    assert change(browser).status_code == 303
    assert again(user).email == EMAIL
    [row] = planned("email_check")
    assert row.recipient == "new@example.com"
    browser.post(link_of("email_check"))
    assert (again(user).email, user.email_checked_at) == ("new@example.com", clock.now())
    [told] = planned("email_changed")
    assert told.recipient == EMAIL
    assert "you sign in as new@example.com" in text_of(sent(told))


def test_what_was_shown_to_be_theirs_stays_when_the_address_changes(app, user):
    a_booking(a_shop(), berlin("2027-03-02 10:00"), EMAIL)
    browser = signed_in(app, user)
    browser.post(asked(user))
    change(browser)
    browser.post(link_of("email_check"))
    assert len(soup(browser.get("/account/")).select(".visit-rows .row")) == 1
    newcomer = a_user(EMAIL)
    other = signed_in(app, newcomer)
    other.post(asked(newcomer))
    assert soup(other.get("/account/")).select(".visit-rows") == []


def test_changing_the_address_takes_the_password(app, user):
    answer = change(signed_in(app, user), password="wrong")
    assert answer.status_code == 422
    assert error(answer, "password")
    assert planned() == []


def test_an_address_somebody_has_is_answered_like_any_other(app, user):
    a_user("taken@example.com")
    browser = signed_in(app, user)
    answers = [change(browser, email) for email in ("taken@example.com", "free@example.com")]
    assert len({(it.status_code, it.location, it.text) for it in answers}) == 1
    assert [it.recipient for it in planned("account_exists")] == ["taken@example.com"]
    assert "There is one with this address" in text_of(sent(planned("account_exists")[0]))
    assert boxes(browser.get("/account/email"))[0].startswith("A link is on its way")


def test_an_address_that_was_taken_meanwhile_stays_somebody_elses(app, user):
    browser = signed_in(app, user)
    change(browser)
    address = link_of("email_check")
    a_user("new@example.com")
    answer = browser.post(address)
    assert answer.status_code == 409
    assert again(user).email == EMAIL


@pytest.mark.parametrize(
    "typed", ["a@example.com, b@example.com", "x", "", "new@example.com\nBcc: b@example.com"]
)
def test_one_new_address_and_no_more(app, user, typed):
    answer = change(signed_in(app, user), typed)
    assert answer.status_code == 422
    assert planned() == []


def test_mails_to_an_address_are_counted(app, user, counting):
    browser = signed_in(app, user)
    for _ in range(6):
        browser.post("/account/email/link")
    assert len(planned("email_check")) == 5


def test_a_mail_to_an_address_nobody_has_checked_has_no_name_in_it(app):
    user = a_user("victim@example.com", "Win at https://evil.example")
    ask_check(user, now=clock.now())
    assert "evil" not in str(sent(planned("email_check")[0]))
