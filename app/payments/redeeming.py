"""A code is used for something, or given back when nothing came of that."""

import unicodedata
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import format_date, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, func, or_, select, update

from app.businesses.models import Business
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.money import share_of, show_money
from app.customers.models import Customer
from app.payments.models import Coupon, CouponUse
from app.payments.owing import Subject

LONGEST_CODE = 40


class Discount(NamedTuple):
    """What a code takes off (minor units), and the code as its business writes it."""

    code: str
    amount: int


class CodeRefused(DomainError):
    """A code cannot be used for this."""


class UnknownCode(CodeRefused):
    """No business, or only another one, has this code."""

    message = _("We do not know this code. Please check how it is written.")


class CodeNotYet(CodeRefused):
    """The first day of a code is still to come."""


class CodeOver(CodeRefused):
    """Its last day has passed, or the business has switched it off."""

    message = _("This code is no longer valid.")


class CodeUsedUp(CodeRefused):
    """It was used as often as it may be."""

    message = _("This code is used up.")


class CodeUsedByYou(CodeRefused):
    """This customer has used it as often as one may."""


class CodeNeedsMore(CodeRefused):
    """It is for more than this costs."""


class NothingToTakeOff(CodeRefused):
    """There is no price, or none that is known."""

    message = _("There is no price here that a code could lower.")


class CodeGone(Conflict):
    """What was given up had a code, and somebody else has used that since."""

    message = _(
        "The code that made this cheaper has been used up since, so it cannot be had at that price again."
    )


def key_of(code: str) -> str:
    """A code as it is compared: capitals, without blanks, dashes and what cannot be seen; "" for what is no code.

    Wide and other forms of a letter are that letter; one of another alphabet that looks like it is not.
    """
    if len(code) > 5 * LONGEST_CODE:
        return ""
    bare = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", code).upper())
    key = "".join(c for c in bare if c != "_" and unicodedata.category(c)[0] not in "ZC" and not _is_dash(c))
    return key if key.isalnum() and len(key) <= LONGEST_CODE else ""


def worth(coupon: Coupon, total: int) -> int:
    """What it takes off a total (minor units), never more than all of it."""
    off = coupon.amount_cents if coupon.amount_cents else share_of(total, coupon.share_bp or 0)
    return max(0, min(off, total))


def judge(business: Business, code: str, total: int, now: datetime) -> Discount:
    """What a code would take off a total (minor units) now. Raises CodeRefused; who asks is not looked at."""
    coupon = db.session.scalar(_by_key(business.id, key_of(code)))
    if coupon is None:
        raise UnknownCode
    _check(business, coupon, total, now)
    if coupon.most_uses is not None and coupon.uses >= coupon.most_uses:
        raise CodeUsedUp
    return Discount(coupon.code, worth(coupon, total))


def redeem(
    business: Business, code: str, subject: Subject, customer: Customer | None, total: int, now: datetime
) -> Discount:
    """Use a code for a subject that costs `total` (minor units): what it takes off. Under the schedule lock.

    A code the subject had before goes back. Raises CodeRefused; then the caller rolls back.
    """
    give_coupon_back(business.id, subject, now)
    key = key_of(code)
    coupon = _count_one(business.id, Coupon.code_key == key, Coupon.active.is_(True))
    if coupon is None:
        judge(business, code, total, now)
        raise CodeUsedUp
    _check(business, coupon, total, now)
    customer_id = customer.id if customer else None
    if _has_had_its_fill(coupon, customer_id):
        raise CodeUsedByYou(
            ngettext(
                "You have used this code already.",
                "You have used this code %(num)d times already; that is as often as one person can.",
                coupon.most_per_customer or 1,
            )
        )
    discount = Discount(coupon.code, worth(coupon, total))
    _write_down(coupon, subject, customer_id, discount.amount, now)
    return discount


def give_coupon_back(business_id: int, subject: Subject, now: datetime) -> bool:
    """Let others use the code that was used for a subject; whether there was one. Under the schedule lock."""
    given_back = (
        update(CouponUse)
        .where(CouponUse.business_id == business_id, *_used_for(subject))
        .values(given_back_at=now)
        .returning(CouponUse.coupon_id)
    )
    coupon_id = db.session.scalar(given_back, execution_options={"synchronize_session": False})
    if coupon_id is None:
        return False
    one_less = update(Coupon).where(Coupon.business_id == business_id, Coupon.id == coupon_id)
    db.session.execute(
        one_less.values(uses=Coupon.uses - 1), execution_options={"synchronize_session": "fetch"}
    )
    return True


def use_again(business_id: int, subject: Subject, now: datetime) -> None:
    """Use for a subject what was given back of it, because it is to be after all. Under the schedule lock.

    That the code is over by now does not matter: its price was agreed. Raises CodeGone where it is used up.
    """
    uses = select(CouponUse).filter_by(business_id=business_id, **_named(subject))
    last = db.session.scalar(uses.order_by(CouponUse.id.desc()).limit(1))
    if last is None or _is_in_use(business_id, subject):
        return
    coupon = _count_one(business_id, Coupon.id == last.coupon_id)
    if coupon is None or _has_had_its_fill(coupon, last.customer_id):
        raise CodeGone
    _write_down(coupon, subject, last.customer_id, last.amount_cents, now)


def _is_dash(c: str) -> bool:
    return unicodedata.category(c) == "Pd" or c == "\u2212"


def _by_key(business_id: int, key: str) -> Select[Coupon]:
    found = select(Coupon).where(
        Coupon.business_id == business_id, Coupon.code_key == key, Coupon.code_key != ""
    )
    return found.execution_options(populate_existing=True)


def _count_one(business_id: int, *which: ColumnElement[bool]) -> Coupon | None:
    """Count one more use, where there may be one: the table is asked and changed in one go."""
    has_left = or_(Coupon.most_uses.is_(None), Coupon.uses < Coupon.most_uses)
    counted = update(Coupon).where(Coupon.business_id == business_id, *which, has_left)
    return db.session.scalar(
        counted.values(uses=Coupon.uses + 1).returning(Coupon),
        execution_options={"synchronize_session": False, "populate_existing": True},
    )


def _check(business: Business, coupon: Coupon, total: int, now: datetime) -> None:
    """Raise CodeRefused for what speaks against a coupon, but for how often it was used."""
    today = now.astimezone(ZoneInfo(business.zone)).date()
    if not coupon.active or (coupon.valid_until and today > coupon.valid_until):
        raise CodeOver
    if coupon.valid_from and today < coupon.valid_from:
        first = format_date(coupon.valid_from, "long")
        raise CodeNotYet(gettext("This code cannot be used before %(day)s.", day=first))
    if total <= 0:
        raise NothingToTakeOff
    if coupon.least_total_cents and total < coupon.least_total_cents:
        least = show_money(coupon.least_total_cents, business.currency, str(get_locale() or "en"))
        raise CodeNeedsMore(gettext("This code needs at least %(amount)s.", amount=least))


def _has_had_its_fill(coupon: Coupon, customer_id: int | None) -> bool:
    if coupon.most_per_customer is None or customer_id is None:
        return False
    own = select(func.count()).where(
        CouponUse.business_id == coupon.business_id,
        CouponUse.coupon_id == coupon.id,
        CouponUse.customer_id == customer_id,
        CouponUse.given_back_at.is_(None),
    )
    return (db.session.scalar(own) or 0) >= coupon.most_per_customer


def _is_in_use(business_id: int, subject: Subject) -> bool:
    used = select(CouponUse.id).where(CouponUse.business_id == business_id, *_used_for(subject))
    return db.session.scalar(used) is not None


def _used_for(subject: Subject) -> tuple[ColumnElement[bool], ...]:
    return (
        CouponUse.subject_kind == subject.kind,
        CouponUse.subject_uid == subject.uid,
        CouponUse.given_back_at.is_(None),
    )


def _named(subject: Subject) -> dict[str, object]:
    return {"subject_kind": subject.kind, "subject_uid": subject.uid}


def _write_down(
    coupon: Coupon, subject: Subject, customer_id: int | None, amount: int, now: datetime
) -> None:
    db.session.add(
        CouponUse(
            business_id=coupon.business_id,
            coupon_id=coupon.id,
            customer_id=customer_id,
            amount_cents=amount,
            used_at=now,
            **_named(subject),
        )
    )
    db.session.flush()
