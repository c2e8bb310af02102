"""The pages on which members say what is paid first and what goes back."""

import pytest

from app.audit.models import AuditEvent
from app.core.db import db
from app.payments.models import PaymentSettings
from app.payments.stripe.account import keep_keys
from app.payments.terms import Terms, terms_of
from tests.factories import a_membership, a_shop, signed_in
from tests.reading import error, soup

pytestmark = pytest.mark.usefixtures("frozen")
STEPS = {
    "step-1-amount": "2",
    "step-1-unit": "days",
    "step-1-share": "100",
    "step-2-amount": "6",
    "step-2-unit": "hours",
    "step-2-share": "33,5",
    "no_show": "10",
}
DEPOSIT = {"prepay": "deposit", "deposit_kind": "amount", "deposit": "20", "deposit_share": ""}


@pytest.fixture
def shop(app):
    return a_shop()


@pytest.fixture
def browser(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


@pytest.fixture
def page(shop):
    return f"/manage/{shop.business.slug}/settings/payment-terms"


@pytest.fixture
def own_page(shop):
    return f"/manage/{shop.business.slug}/services/{shop.service.id}/payment-terms"


def agreed(shop) -> Terms:
    db.session.expire_all()
    return terms_of(shop.business, shop.service)


def meaning(answer) -> str:
    return " ".join(soup(answer).select_one("#meaning").get_text(" ").split())


def test_a_business_says_what_is_paid_first_and_what_goes_back(browser, shop, page):
    answer = browser.post(page, data=DEPOSIT | STEPS)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    terms = agreed(shop)
    assert (terms.prepay, terms.deposit_cents, terms.deposit_bp) == ("deposit", 2000, None)
    assert [(it.until_min, it.back_bp) for it in terms.steps] == [(2880, 10_000), (360, 3_350)]
    assert terms.no_show_back_bp == 1000
    (event,) = db.session.query(AuditEvent).filter_by(action="business.changed").all()
    assert event.changes["deposit_cents"] == [None, 2000]


def test_a_deposit_can_be_a_share_and_what_stands_in_the_other_field_does_not_count(browser, shop, page):
    form = DEPOSIT | STEPS | {"deposit_kind": "share", "deposit": "nonsense", "deposit_share": "25"}
    assert browser.post(page, data=form).status_code == 303
    assert (agreed(shop).deposit_cents, agreed(shop).deposit_bp) == (None, 2500)


def test_without_any_step_nothing_goes_back(browser, shop, page):
    assert browser.post(page, data={"prepay": "full", "no_show": "0"}).status_code == 303
    assert agreed(shop).steps == ()
    assert "nothing of what was paid goes back" in meaning(browser.get(page))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deposit": ""}, "deposit"),
        ({"deposit": "-5"}, "deposit"),
        ({"deposit": "0"}, "deposit"),
        ({"deposit": "1e9"}, "deposit"),
        ({"deposit": "999999999999"}, "deposit"),
        ({"deposit": "1.234567"}, "deposit"),
        ({"deposit_kind": "share", "deposit_share": "101"}, "deposit_share"),
        ({"deposit_kind": "share", "deposit_share": ""}, "deposit_share"),
        ({"step-1-amount": ""}, "step-1-amount"),
        ({"step-1-share": ""}, "step-1-share"),
        ({"step-1-amount": "1.5"}, "step-1-amount"),
        ({"step-1-amount": "366"}, "step-1-amount"),
        ({"step-1-share": "100.01"}, "step-1-share"),
        ({"step-1-share": "-1"}, "step-1-share"),
        ({"step-1-share": "20"}, "step-1-share"),
        ({"step-2-amount": "48"}, "step-2-amount"),
        ({"no_show": ""}, "no_show"),
        ({"no_show": "100.5"}, "no_show"),
        ({"no_show": "²"}, "no_show"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field_and_stays_typed(browser, shop, page, changes, field):
    before = agreed(shop)
    form = DEPOSIT | STEPS | changes
    answer = browser.post(page, data=form)
    assert answer.status_code == 422
    assert error(answer, field)
    typed = soup(answer).select_one(f'[name="{field}"]')
    assert typed["value"] == form[field]
    assert agreed(shop) == before


@pytest.mark.parametrize("changes", [{"prepay": "shop"}, {"prepay": "gold"}, {"step-1-unit": "years"}])
def test_what_is_no_choice_is_refused(browser, page, changes):
    assert browser.post(page, data=DEPOSIT | STEPS | changes).status_code == 422


def test_the_page_says_in_words_what_customers_will_read(browser, page):
    browser.post(page, data=DEPOSIT | STEPS)
    said = meaning(browser.get(page))
    assert "A deposit is paid when booking: €20.00 for each place. The rest is paid on site." in said
    assert "Free cancellation until 48 hours before." in said
    assert "After that you get 33.5% back until 6 hours before, then nothing." in said
    assert "If you do not come, you get 10% back." in said


def test_the_sentence_follows_what_is_typed_and_keeps_nothing(browser, shop, page):
    before = agreed(shop)
    answer = browser.post(f"{page}/meaning", data={"prepay": "full"} | STEPS)
    assert "The full price is paid when booking." in meaning(answer)
    assert "as soon as everything" in meaning(
        browser.post(f"{page}/meaning", data=DEPOSIT | {"no_show": "x"})
    )
    assert agreed(shop) == before


def test_without_keys_the_page_says_that_nothing_can_be_asked_for(browser, shop, page):
    browser.post(page, data=DEPOSIT | STEPS)
    assert "not connected Stripe" in meaning(browser.get(page))
    settings = PaymentSettings(business_id=shop.business.id, mode="test")
    keep_keys(settings, "pk_test_1", "sk_test_1", None, live=False)
    db.session.add(settings)
    db.session.commit()
    assert "not connected Stripe" not in meaning(browser.get(page))
    assert "test mode" in meaning(browser.get(page))
    assert soup(browser.get(page)).select_one("#meaning a")["href"].endswith("/settings/online-payment")


def test_a_service_with_nothing_to_pay_first_says_too_that_online_payment_is_not_set_up(browser, own_page):
    assert "Online payment is not set up, so everything is paid on site." in meaning(browser.get(own_page))


def test_a_service_has_it_as_the_business_until_it_says_otherwise(browser, shop, page, own_page):
    browser.post(page, data=DEPOSIT | STEPS)
    assert soup(browser.get(own_page)).select_one("[name=prepay][value=shop]").has_attr("checked")
    form = {"prepay": "full", "gives": "shop", "no_show": "whatever", "step-1-amount": "x"}
    assert browser.post(own_page, data=form).status_code == 303
    terms = agreed(shop)
    assert (terms.prepay, terms.no_show_back_bp, len(terms.steps)) == ("full", 1000, 2)
    form = {"prepay": "shop", "gives": "own", "no_show": "0", "step-1-amount": "1", "step-1-share": "50"}
    assert browser.post(own_page, data=form).status_code == 303
    terms = agreed(shop)
    assert (terms.prepay, terms.deposit_cents, terms.no_show_back_bp) == ("deposit", 2000, 0)
    assert [(it.until_min, it.back_bp) for it in terms.steps] == [(60, 5000)]
    assert "€20.00 for each place" in meaning(browser.get(own_page))
    browser.post(own_page, data={"prepay": "shop", "gives": "shop"})
    assert agreed(shop) == terms_of(shop.business, shop.business)


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (None, "Where the price is on request, nothing is paid in advance."),
        (0, "What is free is booked without paying."),
    ],
)
def test_what_has_no_price_is_said_not_to_be_paid_in_advance(browser, shop, own_page, price, words):
    assert words not in meaning(browser.post(f"{own_page}/meaning", data=DEPOSIT | {"pays": "own"}))
    shop.service.price_cents, shop.service.prepay, shop.service.deposit_cents = price, "deposit", 2000
    db.session.flush()
    assert words in meaning(browser.get(own_page))


def test_a_deposit_that_is_too_little_to_be_paid_online_is_refused(browser, shop, page, own_page):
    for address in (page, own_page):
        refused = browser.post(address, data=DEPOSIT | STEPS | {"gives": "own", "deposit": "0.49"})
        assert refused.status_code == 422
        assert error(refused, "deposit") == "Less than €0.50 cannot be paid online."
    assert browser.post(page, data=DEPOSIT | STEPS | {"deposit": "0.50"}).status_code == 303
    assert agreed(shop).deposit_cents == 50


def test_a_service_that_costs_too_little_is_said_to_be_booked_without_paying(browser, shop, own_page):
    said = "Less than €0.50 cannot be paid online. What has so little to be paid first is booked without."
    shop.service.prepay, shop.service.price_cents = "full", 50
    db.session.flush()
    assert said not in meaning(browser.get(own_page))
    shop.service.price_cents = 49
    db.session.flush()
    assert said in meaning(browser.get(own_page))


def test_another_business_has_no_such_service(browser, shop, app):
    other = a_shop()
    page = f"/manage/{shop.business.slug}/services/{other.service.id}/payment-terms"
    assert browser.get(page).status_code == 404
    assert browser.post(page, data=STEPS).status_code == 404


def test_staff_may_not(app, shop, page):
    staff = signed_in(app, a_membership(shop.business, "staff").user)
    assert staff.get(page).status_code == 403
    assert staff.post(page, data=DEPOSIT | STEPS).status_code == 403
