"""Money that goes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, tuple_

from app.core.db import db
from app.core.paging import Page, Place, each_part, nearest_page
from app.payments.finding import refunds_of as every_refund
from app.payments.models import Invoice, Payment, Refund
from app.payments.undecided import undone_refunds

PAGE = 50
AT_ONCE = 500
_BY_HAND = and_(Refund.status == "pending", Payment.method != "stripe")


@dataclass(frozen=True, slots=True)
class GoingBack:
    """A refund, the payment it is of, and the invoice that was paid."""

    refund: Refund
    payment: Payment
    invoice: Invoice

    @property
    def is_by_hand(self) -> bool:
        """Whether a member gives it back, not Stripe."""
        return self.payment.method != "stripe"

    @property
    def state(self) -> str:
        """What became of it, as the words for members are called."""
        waits = self.is_by_hand and self.refund.status == "pending"
        return "to_hand_out" if waits else self.refund.status


def refunds_of(business_id: int, number: int) -> tuple[Page[GoingBack], list[tuple[int, str]]]:
    """A page of the refunds: what waits to be handed out, what failed, then the newest; and what waits by currency.

    Two statements.
    """
    waits = func.coalesce(func.sum(Refund.amount_cents).filter(_BY_HAND), 0)
    sums = every_refund(business_id).with_only_columns(Payment.currency, func.count(), waits)
    by_currency = db.session.execute(sums.group_by(Payment.currency).order_by(Payment.currency)).all()
    total = sum(row[1] for row in by_currency)
    number = nearest_page(number, total, PAGE)
    rows = _in_order(business_id).limit(PAGE).offset((number - 1) * PAGE)
    page = Page([GoingBack(*row) for row in db.session.execute(rows)], total, number, PAGE)
    return page, [(int(row[2]), row[0]) for row in by_currency if row[2]]


def each_refund(business_id: int) -> Iterator[Sequence[GoingBack]]:
    """All of them, the newest first, in parts of AT_ONCE, between which a transaction may end."""
    rows = every_refund(business_id).order_by(Refund.created_at.desc(), Refund.id.desc()).limit(AT_ONCE)

    def read(before: Place | None) -> Sequence[GoingBack]:
        behind = rows.where(tuple_(Refund.created_at, Refund.id) < before) if before else rows
        return [GoingBack(*row) for row in db.session.execute(behind)]

    return each_part(read, lambda it: (it.refund.created_at, it.refund.id), AT_ONCE)


def undone_refunds_of(business_id: int) -> Sequence[GoingBack]:
    """The newest of them first, a page at most. One statement."""
    newest = undone_refunds(business_id).order_by(Refund.created_at.desc(), Refund.id.desc())
    return [GoingBack(*row) for row in db.session.execute(newest.limit(PAGE))]


def find_online(business_id: int, refund_id: int) -> Refund | None:
    """A refund that is Stripe's to give back, whatever became of it; None where there is no such one."""
    rows = every_refund(business_id).with_only_columns(Refund).where(Refund.id == refund_id)
    return db.session.scalar(rows.where(Payment.method == "stripe"))


def find_by_hand(business_id: int, refund_id: int) -> Refund | None:
    """A refund that members give back themselves; None where there is no such one."""
    rows = every_refund(business_id).with_only_columns(Refund).where(Refund.id == refund_id)
    return db.session.scalar(rows.where(Payment.method != "stripe"))


def _in_order(business_id: int) -> Any:
    urgency = case((_BY_HAND, 0), (Refund.status == "failed", 1), else_=2)
    return every_refund(business_id).order_by(urgency, Refund.created_at.desc(), Refund.id.desc())
