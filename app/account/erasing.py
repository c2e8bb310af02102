"""Somebody deletes their account: the row stays, with nothing of the person in it."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from app.audit.models import AuditEvent, record
from app.auth.accounts import WrongPassword
from app.auth.models import OneTimeLink, User, UserSession
from app.auth.passwords import is_right
from app.auth.recovering import forget_recovery_codes
from app.businesses.joining import LastOwner, leave, memberships_of
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.errors import DomainError
from app.customers.favouring import forget_favourites
from app.customers.linking import unlink_customers
from app.notifications.models import Notification
from app.staff.models import StaffMember

NOBODY = "Deleted"


class StillOwner(DomainError):
    """A business would be left without an owner."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "You are the last owner of %(business)s. Make somebody else an owner there first.",
                business=name,
            )
        )


def delete_account(user: User, password: str, *, by: Actor, now: datetime) -> None:
    """End the account. Bookings, and what businesses know of the person, stay theirs.

    Raises WrongPassword or StillOwner.
    """
    if not is_right(password, user.password_hash):
        raise WrongPassword
    for membership in memberships_of(user.id):
        try:
            leave(membership.business, user, by=by, now=now)
        except LastOwner as error:
            raise StillOwner(membership.business.name) from error
    db.session.execute(update(StaffMember).where(StaffMember.user_id == user.id).values(user_id=None))
    unlink_customers(user.id)
    forget_favourites(user.id)
    _forget_mails(user)
    _forget_sign_ins(user.id, now)
    _erase(user, now)
    record("user.deleted", "user", user.id, by=SYSTEM, at=now)
    db.session.flush()


def _erase(user: User, now: datetime) -> None:
    """What stands in place of the address is none, and nobody else's."""
    user.email, user.name = f"deleted-{user.id}", NOBODY
    user.password_hash = user.password_changed_at = user.email_checked_at = None
    user.language = user.zone = None
    user.second_factor = user.second_factor_since = user.second_factor_step = None
    forget_recovery_codes(user.id)
    user.unwanted, user.active, user.deleted_at = [], False, now
    events = update(AuditEvent).where(
        AuditEvent.business_id.is_(None), AuditEvent.subject_kind == "user", AuditEvent.subject_id == user.id
    )
    db.session.flush()
    db.session.execute(events.values(changes={}, actor_name=NOBODY))


def _forget_sign_ins(user_id: int, now: datetime) -> None:
    theirs = update(UserSession).where(UserSession.user_id == user_id)
    db.session.execute(theirs.where(UserSession.ended_at.is_(None)).values(ended_at=now))
    db.session.execute(theirs.values(address=None, user_agent=None))


def _forget_mails(user: User) -> None:
    """Links die; mails about the account that were not sent yet are called off, and none keeps the address."""
    links = select(OneTimeLink.id).where(OneTimeLink.user_id == user.id)
    mails = update(Notification).where(Notification.business_id.is_(None))
    gone = {"recipient": f"deleted-{user.id}", "payload": {}}
    for about in (
        mails.where(Notification.subject_kind == "user", Notification.subject_id == user.id),
        mails.where(Notification.subject_kind == "link", Notification.subject_id.in_(links)),
    ):
        called_off = {"status": "cancelled", "last_error": _("The account was deleted.")}
        db.session.execute(about.where(Notification.status == "pending").values(**called_off))
        db.session.execute(about.values(**gone))
    db.session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id))
