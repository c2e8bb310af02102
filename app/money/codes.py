"""What a code of the business was used for."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from app.core.db import db
from app.core.paging import Page, nearest_page
from app.customers.models import Customer
from app.payments.models import CouponUse

PAGE = 50


@dataclass(frozen=True, slots=True)
class Use:
    """A code used for something, and by whom, as far as that is known."""

    use: CouponUse
    name: str | None


def uses_of(business_id: int, coupon_id: int, number: int) -> Page[Use]:
    """A page of them, the latest first; those that were given back too. Two statements."""
    of_customer = and_(Customer.business_id == CouponUse.business_id, Customer.id == CouponUse.customer_id)
    rows = select(CouponUse, Customer.name).outerjoin(Customer, of_customer)
    mine = rows.where(CouponUse.business_id == business_id, CouponUse.coupon_id == coupon_id)
    total = db.session.scalar(mine.with_only_columns(func.count(CouponUse.id))) or 0
    number = nearest_page(number, total, PAGE)
    latest = mine.order_by(CouponUse.used_at.desc(), CouponUse.id.desc())
    found = db.session.execute(latest.limit(PAGE).offset((number - 1) * PAGE))
    return Page([Use(*row) for row in found], total, number, PAGE)
