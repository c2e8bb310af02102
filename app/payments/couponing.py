"""The codes of a business: made, changed, switched off and on again."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import changes_to, record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.paging import Page, nearest_page
from app.payments.models import Coupon
from app.payments.redeeming import key_of

SHORTEST_CODE = 3
PAGE = 50


class NoSuchCode(DomainError):
    """Nothing that customers could type."""

    message = _("A code has at least three letters or digits, and nothing else but blanks and dashes.")


class CodeTaken(Conflict):
    """The business has this code already, however it is written."""

    message = _("You have this code already. Please choose another one, or change that.")


class UsedMoreOften(DomainError):
    """A limit below what has happened."""


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """What a coupon is to be; see Coupon. Either `amount_cents` or `share_bp` is given."""

    code: str
    amount_cents: int | None = None
    share_bp: int | None = None
    least_total_cents: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    most_uses: int | None = None
    most_per_customer: int | None = None


def coupons_of(business_id: int, typed: str = "", page: int = 1) -> Page[Coupon]:
    """The coupons of a business whose code has what was typed in it, those in use first, the newest of them first.

    A page that does not exist is the last.
    """
    found = select(Coupon).where(Coupon.business_id == business_id)
    if typed:
        key = key_of(typed)
        found = found.where(Coupon.code_key.contains(key, autoescape=True) if key else Coupon.id.is_(None))
    total = db.session.scalar(found.with_only_columns(func.count())) or 0
    page = nearest_page(page, total, PAGE)
    order = found.order_by(Coupon.active.desc(), Coupon.created_at.desc(), Coupon.id.desc())
    rows = db.session.scalars(order.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Page(list(rows), total, page, PAGE)


def has_codes(business_id: int) -> bool:
    """Whether there is any that customers can use."""
    found = select(Coupon.id).filter_by(business_id=business_id, active=True)
    return db.session.scalar(select(found.exists())) or False


def find_coupon(business_id: int, coupon_id: int) -> Coupon | None:
    """A coupon of this business."""
    return db.session.get(Coupon, (business_id, coupon_id))


def add_coupon(business: Business, terms: CouponTerms, *, by: Actor, now: datetime) -> Coupon:
    """A new code customers can type. Raises NoSuchCode or CodeTaken."""
    coupon = Coupon(business_id=business.id, code_key=_key(terms.code), created_at=now, **asdict(terms))
    _keep(coupon)
    changes = {name: [None, value] for name, value in asdict(terms).items() if value is not None}
    record("coupon.added", "coupon", coupon.id, by=by, at=now, business_id=business.id, changes=changes)
    return coupon


def change_coupon(coupon: Coupon, terms: CouponTerms, *, by: Actor, now: datetime) -> None:
    """Other terms from now on; what was booked with it keeps its price. Raises NoSuchCode, CodeTaken, UsedMoreOften."""
    _lock(coupon)
    if terms.most_uses is not None and terms.most_uses < coupon.uses:
        raise UsedMoreOften(gettext("It has been used %(num)s times already.", num=coupon.uses))
    columns = asdict(terms) | {"code_key": _key(terms.code)}
    changes = changes_to(coupon, columns)
    if changes:
        _keep(coupon, columns)
        record(
            "coupon.changed",
            "coupon",
            coupon.id,
            by=by,
            at=now,
            business_id=coupon.business_id,
            changes=changes,
        )


def switch_coupon(coupon: Coupon, *, active: bool, by: Actor, now: datetime) -> None:
    """Let nobody use it any more, or let everybody again. Doing it twice changes nothing."""
    _lock(coupon)
    if coupon.active == active:
        return
    coupon.active = active
    what = "coupon.switched_on" if active else "coupon.switched_off"
    record(what, "coupon", coupon.id, by=by, at=now, business_id=coupon.business_id)


def _key(code: str) -> str:
    key = key_of(code)
    if len(key) < SHORTEST_CODE:
        raise NoSuchCode
    return key


def _lock(coupon: Coupon) -> None:
    db.session.refresh(coupon, with_for_update=True)


def _keep(coupon: Coupon, columns: dict[str, object] | None = None) -> None:
    """Write it down, where no other one has its code."""
    try:
        with db.session.begin_nested():
            for name, value in (columns or {}).items():
                setattr(coupon, name, value)
            db.session.add(coupon)
            db.session.flush()
    except IntegrityError as error:
        raise CodeTaken from error
