"""Coupons for tests."""

from app.core import clock
from app.payments.couponing import CouponTerms, add_coupon
from app.payments.models import Coupon
from tests.factories import ANNA


def a_coupon(business, code="SUMMER-10", amount=1000, **terms) -> Coupon:
    """Ten euros less; `terms` are others of CouponTerms."""
    worth = {} if "share_bp" in terms else {"amount_cents": amount}
    return add_coupon(business, CouponTerms(code, **worth, **terms), by=ANNA, now=clock.now())
