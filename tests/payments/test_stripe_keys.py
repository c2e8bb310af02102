"""The pages on which owners connect their business with Stripe."""

import pytest

from app.audit.models import AuditEvent
from app.core import clock
from app.core.db import db
from app.payments.connecting import connection_of
from app.payments.inbox import receive
from app.payments.models import PaymentSettings
from app.payments.starting import start
from app.payments.stripe import asking
from app.payments.stripe.account import account_of, keep_keys
from tests.factories import PASSWORD, a_business, a_membership, signed_in
from tests.payments.owed import an_invoice, with_keys
from tests.reading import error, soup, words

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def business(app, stripe):
    return a_business()


@pytest.fixture
def browser(app, business):
    return signed_in(app, a_membership(business, "owner").user)


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


@pytest.fixture
def page(business):
    return f"/manage/{business.slug}/settings/online-payment"


@pytest.fixture
def keys(stripe):
    return {
        "publishable": stripe.publishable_key,
        "secret": f" {stripe.secret_key}\n",
        "signing": stripe.webhook_secret,
        "password": PASSWORD,
    }


def connection(business):
    db.session.expire_all()
    return connection_of(business.id)


def events(business):
    found = db.session.query(AuditEvent).filter_by(business_id=business.id).order_by(AuditEvent.id)
    return [it for it in found if it.action.startswith("business.stripe")]


def test_an_owner_enters_keys_and_lets_them_count(browser, business, page, keys, stripe):
    assert "not set up" in browser.get(page).text
    answer = browser.post(f"{page}/test/keys", data=keys)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    shown = browser.get(page).text
    assert "Stripe says: these are keys of acct_simulator." in shown
    assert account_of(business.id) is None  # Nothing counts before somebody says so.
    assert "none of them counts yet" in shown
    assert browser.post(page, data={"mode": "test"}).status_code == 303
    account = account_of(business.id)
    assert (account.secret, account.signing, account.live) == (
        stripe.secret_key,
        stripe.webhook_secret,
        False,
    )
    assert "no money moves" in words(soup(browser.get(page)).select_one(".before-form"))


def test_keys_that_are_kept_are_never_shown_again(browser, page, keys):
    browser.post(f"{page}/test/keys", data=keys)
    for address in (page, f"{page}/test/keys", f"{page}/test/removal", f"{page}/test/account"):
        shown = browser.get(address).text
        assert not any(keys[it].strip() in shown for it in ("publishable", "secret", "signing")), address
    assert "… ator" in browser.get(page).text


def test_no_row_of_the_history_holds_a_key(browser, business, page, keys, stripe):
    browser.post(f"{page}/test/keys", data=keys)
    browser.post(page, data={"mode": "test"})
    browser.post(f"{page}/test/removal", data=keys)
    kept = events(business)
    assert [it.action.partition(".")[2] for it in kept] == [
        "stripe_keys_kept",
        "stripe_mode_changed",
        "stripe_keys_removed",
    ]
    assert kept[0].changes["account"] == [None, "acct_simulator"]
    assert not any(stripe.secret_key in str(it.changes) or "whsec" in str(it.changes) for it in kept)


def test_in_the_database_the_secrets_are_sealed(browser, business, page, keys, stripe):
    browser.post(f"{page}/test/keys", data=keys)
    row = db.session.get(PaymentSettings, business.id)
    assert stripe.secret_key.encode() not in row.test_secret
    assert stripe.webhook_secret.encode() not in row.test_signing


@pytest.mark.parametrize(
    ("mode", "changes", "field", "said"),
    [
        ("live", {}, "secret", "This key is for tests. Live ones begin with sk_live_."),
        ("live", {}, "publishable", "This key is for tests. Live ones begin with pk_live_."),
        ("test", {"secret": "sk_live_simulator"}, "secret", "This is no key for tests"),
        ("test", {"publishable": "pk_live_simulator"}, "publishable", "This is no key for tests"),
        ("test", {"publishable": "sk_test_simulator"}, "publishable", "This is the secret key"),
        ("test", {"secret": "pk_test_simulator"}, "secret", "This is the publishable key"),
        ("test", {"signing": "sk_test_simulator"}, "signing", "This is the secret key"),
        ("test", {"signing": "hunter2"}, "signing", "begins with whsec_"),
        ("test", {"secret": "sk_test_"}, "secret", "begins with sk_"),
        ("test", {"secret": "sk_test_" + "x" * 300}, "secret", "begins with sk_"),
        ("test", {"secret": "sk_test_snow☃man"}, "secret", "begins with sk_"),
        ("test", {"secret": ""}, "secret", "Please copy this key"),
        ("test", {"publishable": ""}, "publishable", "Please copy this key"),
        ("test", {"password": ""}, "password", "Please type your password."),
        ("test", {"password": "another long one"}, "password", "not your current password"),
    ],
)
def test_what_cannot_be_right_is_refused_beside_its_field(
    browser, business, page, keys, stripe, mode, changes, field, said
):
    answer = browser.post(f"{page}/{mode}/keys", data=keys | changes)
    assert answer.status_code == 422
    assert said in error(answer, field)
    assert connection(business).test is connection(business).live is None
    assert stripe.calls("GET", "/v1/account") == []


def test_of_what_was_typed_only_a_public_key_stays(browser, page, keys, stripe):
    answer = browser.post(f"{page}/test/keys", data=keys | {"password": "wrong wrong wrong"})
    form = soup(answer)
    assert form.select_one("#publishable")["value"] == stripe.publishable_key
    assert not any(form.select_one(it).get("value") for it in ("#secret", "#signing", "#password"))
    answer = browser.post(f"{page}/test/keys", data=keys | {"publishable": stripe.secret_key})
    assert stripe.secret_key not in answer.text


def test_keys_that_stripe_does_not_know_are_not_kept(browser, business, page, keys):
    answer = browser.post(f"{page}/test/keys", data=keys | {"secret": "sk_test_nobody_at_all"})
    assert answer.status_code == 422
    assert "Stripe does not take these keys" in answer.text
    assert connection(business).test is None


def test_while_stripe_is_away_nothing_is_kept(browser, business, page, keys, stripe):
    stripe.mode("fail", status=500, times=None)
    answer = browser.post(f"{page}/test/keys", data=keys)
    assert answer.status_code == 422
    assert "does not answer" in answer.text
    assert connection(business).test is None


def test_nobody_waits_for_stripe_with_a_transaction_open(browser, page, keys, monkeypatch):
    open_ = []
    monkeypatch.setattr(
        "app.payments.connecting.who_is",
        lambda _account: open_.append(db.session().in_transaction()) or "Ann",
    )
    browser.post(f"{page}/test/keys", data=keys)
    monkeypatch.setattr(
        "app.payments.routes.online_payment.who_is",
        lambda _account: open_.append(db.session().in_transaction()) or "Ann",
    )
    browser.get(f"{page}/test/account")
    assert open_ == [False, False]


def test_one_key_can_be_changed_alone(browser, business, page, keys, stripe):
    browser.post(f"{page}/test/keys", data=keys)
    answer = browser.post(f"{page}/test/keys", data={"signing": "whsec_another_one", "password": PASSWORD})
    assert answer.status_code == 303
    account = account_of(business.id, live=False)
    assert (account.secret, account.signing) == (stripe.secret_key, "whsec_another_one")


def test_keys_of_another_account_do_not_replace_those_that_money_was_paid_with(
    browser, business, page, keys, stripe
):
    browser.post(f"{page}/test/keys", data=keys)
    payment = start(business, an_invoice(business), live=False, by_page=False, now=clock.now())
    payment.provider_ref = asking.open_intent(account_of(business.id, live=False), payment, "A", None).ref
    db.session.commit()
    other, _live = stripe.open_account("acct_other")
    typed = keys | {"publishable": other.publishable_key, "secret": other.secret_key}
    refused = browser.post(f"{page}/test/keys", data=typed)
    assert refused.status_code == 409
    assert "another Stripe account" in refused.text
    assert account_of(business.id, live=False).secret == stripe.secret_key
    assert browser.post(f"{page}/test/keys", data=keys).status_code == 303
    assert browser.post(f"{page}/test/removal", data=keys).status_code == 303
    assert browser.post(f"{page}/test/keys", data=typed).status_code == 303


def test_guessing_the_password_is_slowed_down(browser, business, page, keys, counting):
    for _ in range(10):
        browser.post(f"{page}/test/keys", data=keys | {"password": "wrong wrong wrong"})
    answer = browser.post(f"{page}/test/keys", data=keys)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "61")
    assert connection(business).test is None


def test_a_mode_without_keys_cannot_count(browser, business, page, keys):
    browser.post(f"{page}/test/keys", data=keys)
    answer = browser.post(page, data={"mode": "live"})
    assert answer.status_code == 409
    assert "enter the keys" in error(answer, "mode")
    assert browser.post(page, data={"mode": "gold"}).status_code == 422
    assert connection(business).mode == "off"


def test_the_page_says_when_stripe_was_last_heard_of(browser, business, page, stripe):
    with_keys(business, stripe)
    assert "No event from Stripe has arrived yet." in browser.get(page).text
    about = {"id": "evt_1", "type": "x", "livemode": True, "data": {"object": {"id": "pi_1"}}}
    receive(business.id, about, clock.now())
    assert "No event from Stripe has arrived yet." in browser.get(page).text
    receive(business.id, about | {"id": "evt_2", "livemode": False}, clock.now())
    assert "Last event from Stripe: just now." in browser.get(page).text


def test_whose_keys_they_are_is_asked_of_stripe(browser, business, page, stripe):
    assert "There are no keys." in browser.get(f"{page}/test/account").text
    with_keys(business, stripe)
    assert "Connected to acct_simulator, test mode." in browser.get(f"{page}/test/account").text
    fragment = browser.get(
        f"{page}/test/account", headers={"HX-Request": "true", "HX-Target": "account-test"}
    )
    assert soup(fragment).select_one("#account-test")
    assert "<html" not in fragment.text
    stripe.mode("fail", status=500, times=None)
    assert "does not answer" in browser.get(f"{page}/test/account").text


def test_keys_that_stripe_refuses_later_are_a_problem_said_in_words(browser, business, page, stripe):
    settings = with_keys(business, stripe)
    keep_keys(settings, "pk_test_old", "sk_test_revoked", None, live=False)
    db.session.commit()
    assert "Stripe refuses these keys" in browser.get(f"{page}/test/account").text


def test_keys_that_cannot_be_opened_any_more_are_to_be_entered_again(
    app, browser, business, page, stripe, monkeypatch
):
    settings = with_keys(business, stripe)
    settings.test_secret = b"sealed by another key"
    db.session.commit()
    shown = browser.get(page).text
    assert "Online payment does not work" in shown
    assert "enter them again" in shown


def test_before_keys_are_removed_it_is_said_what_that_does(browser, business, page, stripe):
    with_keys(business, stripe)
    start(business, an_invoice(business, 2000), live=False, by_page=False, now=clock.now())
    shown = words(soup(browser.get(f"{page}/test/removal")).main)
    assert "1 payment is under way." in shown
    assert "customers pay on site" in shown
    assert browser.post(f"{page}/test/removal", data={"password": "wrong"}).status_code == 422
    assert account_of(business.id)
    assert browser.post(f"{page}/test/removal", data={"password": PASSWORD}).status_code == 303
    assert (connection(business).mode, connection(business).test) == ("off", None)
    assert browser.post(f"{page}/test/removal", data={"password": PASSWORD}).status_code == 303
    assert len(events(business)) == 1


def test_managers_see_how_it_stands_without_any_key(manager, business, page, stripe):
    with_keys(business, stripe)
    shown = manager.get(page)
    assert "Test mode" in shown.text
    assert "… ator" not in shown.text
    assert "Change keys" not in shown.text
    assert "/webhooks/stripe/" not in shown.text
    assert "Connected to" in manager.get(f"{page}/test/account").text


def test_managers_change_nothing(manager, page, keys):
    assert manager.post(page, data={"mode": "off"}).status_code == 403
    for rest in ("keys", "removal"):
        assert manager.get(f"{page}/test/{rest}").status_code == 403
        assert manager.post(f"{page}/test/{rest}", data=keys).status_code == 403


def test_nobody_reaches_another_business(app, page, keys):
    other = signed_in(app, a_membership(a_business(), "owner").user)
    for rest in ("", "/test/account", "/test/keys", "/live/removal"):
        assert other.get(page + rest).status_code == 404
    assert other.post(f"{page}/test/keys", data=keys).status_code == 404
    assert other.get(f"{page}/gold/keys").status_code == 404


def test_the_address_for_the_webhook_is_the_one_that_listens(browser, business, page):
    copier = soup(browser.get(page)).select_one("[data-copy]")
    assert copier["data-copy"].endswith(f"/webhooks/stripe/{business.id}")
    assert "payment_intent.succeeded" in browser.get(page).text


def test_a_restricted_key_that_may_not_ask_who_it_is_is_good_enough(monkeypatch, business, stripe):
    import stripe as library

    with_keys(business, stripe)

    def refuse(*_args):
        raise library.PermissionError("The provided key does not have the required permissions.")

    monkeypatch.setattr("stripe._account_service.AccountService.retrieve_current", refuse)
    assert asking.who_is(account_of(business.id)) == ""
