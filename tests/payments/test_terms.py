import pytest

from app.businesses.models import Business
from app.payments.refund_steps import RefundStep
from app.payments.terms import Terms, terms_of
from app.services.models import Service


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        (Terms(), 0),
        (Terms("full"), 6000),
        (Terms("deposit", deposit_cents=2000), 2000),
        (Terms("deposit", deposit_cents=9000), 6000),
        (Terms("deposit", deposit_bp=3333), 2000),
        (Terms("deposit", deposit_bp=10_000), 6000),
    ],
)
def test_what_is_due_first_is_never_more_than_all_of_it(terms, due):
    assert terms.due_first(6000) == due


def test_a_fixed_deposit_is_for_each_place():
    assert Terms("deposit", deposit_cents=500).due_first(6000, places=3) == 1500


def test_a_service_has_its_own_terms_or_those_of_its_business():
    business = Business(prepay="deposit", deposit_bp=2500, refund_steps=[{"until_min": 60, "back_bp": 5000}])
    business.no_show_back_bp = 1000
    assert terms_of(business, Service()) == Terms(
        "deposit", deposit_bp=2500, steps=(RefundStep(60, 5000),), no_show_back_bp=1000
    )
    paid_first = terms_of(business, Service(prepay="full"))
    assert (paid_first.prepay, paid_first.deposit_bp) == ("full", None)
    assert paid_first.steps == (RefundStep(60, 5000),)
    strict = terms_of(business, Service(refund_steps=[], no_show_back_bp=0))
    assert (strict.prepay, strict.steps, strict.no_show_back_bp) == ("deposit", (), 0)


def test_what_was_agreed_can_be_kept_and_read():
    agreed = Terms("deposit", 2000, None, (RefundStep(1440, 10_000), RefundStep(60, 1)), 500)
    assert Terms.read(agreed.written) == agreed
