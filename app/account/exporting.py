"""All that is kept about somebody, to take along: plain values, moments in UTC, money in minor units."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import selectinload

from app.account.orders import Ordered, all_orders
from app.account.visits import Visit, all_visits, customers_of
from app.auth.models import OneTimeLink, User, UserSession
from app.businesses.joining import memberships_of
from app.businesses.models import Business
from app.core.db import db
from app.customers.favouring import favourites_of
from app.notifications.models import Notification
from app.payments.models import Invoice, Payment

MOST_MESSAGES = 5000


def export_of(user: User, now: datetime) -> dict[str, Any]:
    """The account and everything that is bound to it."""
    businesses = {it.id: it for it in db.session.scalars(_known_to(user.id))}
    return {
        "exported_at": _moment(now),
        "account": {
            "name": user.name,
            "email": user.email,
            "email_checked_at": _moment(user.email_checked_at),
            "language": user.language,
            "time_zone": user.zone,
            "messages_not_wanted": list(user.unwanted),
            "second_factor_since": _moment(user.second_factor_since),
            "created_at": _moment(user.created_at),
        },
        "works_at": [{"business": it.business.name, "role": it.role} for it in memberships_of(user.id)],
        "favourites": [it.name for it in favourites_of(user.id)],
        "known_to_businesses": [
            {
                "business": businesses[it.business_id].name,
                "name": it.name,
                "email": it.email,
                "phone": it.phone,
            }
            for it in customers_of(user.id)
        ],
        "visits": [_visit(it) for it in all_visits(user.id)],
        "orders": [_order(it) for it in all_orders(user.id)],
        "invoices": _invoices(user.id, businesses),
        "messages": [_message(it) for it in _messages(user.id)],
        "sign_ins": [_sign_in(it) for it in _sign_ins(user.id)],
    }


def _visit(visit: Visit) -> dict[str, Any]:
    return {
        "business": visit.business.name,
        "address": visit.business.address,
        "status": visit.receipt.status,
        "services": [
            {
                "name": it.service_name,
                "with": it.performer_name,
                "starts_at": _moment(it.appointment.starts_at),
                "ends_at": _moment(it.appointment.ends_at),
                "places": it.places,
                "total": it.total_cents,
                "currency": it.currency,
                "status": it.status,
                "note": it.note,
                "answers": it.answers,
                "name_given": it.contact_name,
                "email_given": it.contact_email,
                "phone_given": it.contact_phone,
                "booked_at": _moment(it.created_at),
                "cancelled_at": _moment(it.cancelled_at),
            }
            for it in visit.receipt.bookings
        ],
    }


def _order(ordered: Ordered) -> dict[str, Any]:
    it = ordered.order
    return {
        "business": ordered.business.name,
        "number": it.number,
        "status": it.status,
        "way": it.way,
        "due_at": _moment(it.due_at),
        "placed_at": _moment(it.placed_at),
        "ordered": [
            {
                "name": line.name,
                "options": [option["name"] for option in line.options],
                "quantity": line.quantity,
                "amount": line.amount_cents,
                "note": line.note,
            }
            for line in it.lines
        ],
        "total": it.total_cents,
        "currency": it.currency,
        "note": it.note,
        "name_given": it.contact_name,
        "email_given": it.contact_email,
        "phone_given": it.contact_phone,
        "address_given": [given for given in (it.street, it.postcode, it.city) if given],
    }


def _invoices(user_id: int, businesses: Mapping[int, Business]) -> list[dict[str, Any]]:
    """What they owe or owed, and how it was paid."""
    theirs = _of_customers(Invoice, user_id)
    paid_for = (Payment.business_id == Invoice.business_id) & (Payment.invoice_id == Invoice.id)
    payments: dict[tuple[int, int], list[Payment]] = defaultdict(list)
    for payment in db.session.scalars(
        select(Payment).join(Invoice, paid_for).where(theirs).order_by(Payment.id)
    ):
        payments[payment.business_id, payment.invoice_id].append(payment)
    return [
        {
            "business": businesses[it.business_id].name,
            "number": it.number,
            "issued_on": it.issued_on.isoformat() if it.issued_on else None,
            "name": it.name,
            "email": it.email,
            "currency": it.currency,
            "total": it.total_cents,
            "paid": it.paid_cents,
            "given_back": it.refunded_cents,
            "lines": [{"label": line.label, "amount": line.amount_cents} for line in it.lines],
            "payments": [_payment(payment) for payment in payments[it.business_id, it.id]],
        }
        for it in db.session.scalars(
            select(Invoice).where(theirs).options(selectinload(Invoice.lines)).order_by(Invoice.id)
        )
    ]


def _payment(row: Payment) -> dict[str, Any]:
    return {
        "method": row.method,
        "status": row.status,
        "amount": row.received_cents or row.amount_cents,
        "given_back": row.refunded_cents,
        "begun_at": _moment(row.created_at),
        "paid_at": _moment(row.succeeded_at),
    }


def _message(row: Notification) -> dict[str, Any]:
    return {
        "about": row.kind,
        "by": row.channel,
        "to": row.recipient,
        "status": row.status,
        "sent_at": _moment(row.sent_at),
    }


def _sign_in(row: UserSession) -> dict[str, Any]:
    return {
        "signed_in_at": _moment(row.created_at),
        "last_used_at": _moment(row.last_used_at),
        "ended_at": _moment(row.ended_at),
        "address": row.address,
        "browser": row.user_agent,
    }


def _messages(user_id: int) -> list[Notification]:
    """Those about their bookings, and those about the account itself; the latest, if there are very many."""
    links = select(OneTimeLink.id).where(OneTimeLink.user_id == user_id)
    own = and_(Notification.business_id.is_(None), Notification.subject_kind == "user")
    by_link = and_(Notification.business_id.is_(None), Notification.subject_kind == "link")
    about = [
        and_(own, Notification.subject_id == user_id),
        and_(by_link, Notification.subject_id.in_(links)),
        _of_customers(Notification, user_id),
    ]
    rows = select(Notification).where(or_(*about)).order_by(Notification.id.desc()).limit(MOST_MESSAGES)
    return list(db.session.scalars(rows))


def _of_customers(model: type[Notification] | type[Invoice], user_id: int) -> ColumnElement[bool]:
    """What businesses keep of this kind about the person."""
    known = [(it.business_id, it.id) for it in customers_of(user_id)]
    return tuple_(model.business_id, model.customer_id).in_(known)


def _sign_ins(user_id: int) -> list[UserSession]:
    rows = select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.id.desc())
    return list(db.session.scalars(rows.limit(1000)))


def _known_to(user_id: int) -> Any:
    ids = [it.business_id for it in customers_of(user_id)]
    return select(Business).where(Business.id.in_(ids))


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
