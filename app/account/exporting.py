"""All that is kept about somebody, to take along: plain values, moments in UTC, money in minor units."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from app.account.visits import Visit, all_visits, customers_of
from app.auth.models import OneTimeLink, User, UserSession
from app.businesses.joining import memberships_of
from app.businesses.models import Business
from app.core.db import db
from app.customers.favouring import favourites_of
from app.notifications.models import Notification

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
    known = [(it.business_id, it.id) for it in customers_of(user_id)]
    links = select(OneTimeLink.id).where(OneTimeLink.user_id == user_id)
    own = and_(Notification.business_id.is_(None), Notification.subject_kind == "user")
    by_link = and_(Notification.business_id.is_(None), Notification.subject_kind == "link")
    about = [
        and_(own, Notification.subject_id == user_id),
        and_(by_link, Notification.subject_id.in_(links)),
        *(
            and_(Notification.business_id == business, Notification.customer_id == customer)
            for business, customer in known
        ),
    ]
    rows = select(Notification).where(or_(*about)).order_by(Notification.id.desc()).limit(MOST_MESSAGES)
    return list(db.session.scalars(rows))


def _sign_ins(user_id: int) -> list[UserSession]:
    rows = select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.id.desc())
    return list(db.session.scalars(rows.limit(1000)))


def _known_to(user_id: int) -> Any:
    ids = [it.business_id for it in customers_of(user_id)]
    return select(Business).where(Business.id.in_(ids))


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
