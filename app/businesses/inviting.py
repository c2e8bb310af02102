"""Asking somebody by mail to work in a business, in a role; and their answer."""

from datetime import datetime, timedelta

from blinker import Signal
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.audit.models import record
from app.auth.accounts import create_user, find_user, plain_email, set_password
from app.auth.checking import need_checked, note_checked
from app.auth.models import User
from app.businesses.joining import find_member, join
from app.businesses.models import Business, Invitation, Membership
from app.core.actor import VISITOR, Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.signing import hash_token, new_nonce, one_time_hash, one_time_token
from app.core.tries import tries
from app.notifications.planning import Message, plan

LIVES = timedelta(hours=72)
PER_BUSINESS = "30/hour"
GIVES = {
    "owner": ("staff", "manager", "owner"),
    "manager": ("staff",),
}  # Roles by the role of who gives them.
_PURPOSE = "invitation"

# Sent in the transaction in which somebody accepts. invitation_accepted(invitation, user).
invitation_accepted = Signal()


class AboveOwnRole(DomainError):
    """Nobody makes somebody else what they are not themselves."""

    status = 403
    message = _("Your role does not allow that. Please ask an owner.")


class AlreadyMember(Conflict):
    message = _("Whoever has this address works here already.")


class InvitationOver(DomainError):
    """Used, revoked or run out."""

    status = 410
    message = _("This invitation was used, taken back, or has run out after three days.")


class ForSomebodyElse(DomainError):
    """An invitation is for one address."""

    status = 403
    message = _("This invitation is for another address than the one you are signed in with.")


def invite(
    business: Business, email: str, role: str, resource_id: int | None, *, by: Membership, now: datetime
) -> Invitation:
    """Ask somebody, or ask them once more with another role. `resource_id` is the person on the calendar they will be.

    Raises AboveOwnRole, AddressUnchecked, AlreadyMember or TooManyTries.
    """
    email = plain_email(email)
    known = db.session.scalar(
        select(Invitation).where(_open(business.id), Invitation.email == email).with_for_update()
    )
    check_may_give(by, role)
    if known:
        check_may_give(by, known.role)
    user = find_user(email)
    member = user and find_member(business.id, user.id)
    if member and member.active:
        raise AlreadyMember
    invitation = known or _new(business.id, email, role)
    invitation.role, invitation.resource_id = role, resource_id
    _send(business, invitation, user, by, now)
    return invitation


def invite_again(business: Business, invitation: Invitation, *, by: Membership, now: datetime) -> None:
    """Send it once more, with a new link; the one before is void. Raises InvitationOver, and as `invite` does."""
    check_may_give(by, invitation.role)
    db.session.refresh(invitation, with_for_update=True)
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationOver
    _send(business, invitation, find_user(invitation.email), by, now)


def revoke(invitation: Invitation, *, by: Membership, now: datetime) -> None:
    """Take it back; its link is dead at once. Raises AboveOwnRole."""
    check_may_give(by, invitation.role)
    if _end(and_(_open(invitation.business_id), Invitation.id == invitation.id), now):
        _note("revoked", invitation, _actor(by), now)


def accept(invitation: Invitation, user: User, *, now: datetime) -> Membership:
    """Become a member; the address counts as checked. Raises InvitationOver, ForSomebodyElse or AlreadyMember."""
    check_open(invitation, now)
    if user.email != invitation.email or not user.active:
        raise ForSomebodyElse
    member = find_member(invitation.business_id, user.id)
    if member and member.active:
        raise AlreadyMember
    mine = update(Invitation).where(
        _open(invitation.business_id), Invitation.id == invitation.id, Invitation.expires_at > now
    )
    if db.session.scalar(mine.values(accepted_at=now).returning(Invitation.id)) is None:
        raise InvitationOver
    by = Actor("member", user.name, user.id)
    membership = join(invitation.business, user, invitation.role, by=by, now=now)
    note_checked(user, by=by, now=now)
    _note("accepted", invitation, by, now)
    invitation_accepted.send(invitation, user=user)
    _tell_inviter(invitation, user, now)
    return membership


def accept_as_new(invitation: Invitation, name: str, password: str, *, now: datetime) -> User:
    """The same for somebody without an account: it is made for the address of the invitation.

    Raises InvitationOver, EmailTaken or WeakPassword.
    """
    check_open(invitation, now)
    user = create_user(invitation.email, name, by=VISITOR, now=now)
    set_password(user, password, by=Actor("member", user.name, user.id), now=now)
    accept(invitation, user, now=now)
    return user


def find_invitation(token: str) -> Invitation | None:
    """The invitation with this token, with its business, whatever became of it."""
    found = select(Invitation).options(joinedload(Invitation.business))
    return db.session.scalar(found.filter_by(token_hash=hash_token(token)))


def find_open_invitation(business_id: int, invitation_id: int) -> Invitation | None:
    """One of this business that nobody has answered."""
    return db.session.scalar(select(Invitation).where(_open(business_id), Invitation.id == invitation_id))


def open_invitations(business_id: int) -> list[Invitation]:
    """Those nobody has answered, those that have run out too, the latest first."""
    rows = select(Invitation).where(_open(business_id)).order_by(Invitation.expires_at.desc(), Invitation.id)
    return list(db.session.scalars(rows))


def check_open(invitation: Invitation, now: datetime) -> None:
    """Whether it can be accepted: also that who sent it may still give that role. Raises InvitationOver."""
    if invitation.accepted_at or invitation.revoked_at or invitation.expires_at <= now:
        raise InvitationOver
    inviter = invitation.invited_by and find_member(invitation.business_id, invitation.invited_by)
    if inviter and not (
        inviter.active and inviter.user.active and invitation.role in GIVES.get(inviter.role, ())
    ):
        raise InvitationOver


def check_may_give(by: Membership, role: str) -> None:
    """Raises AboveOwnRole where this member may not make somebody that."""
    if role not in GIVES.get(by.role, ()):
        raise AboveOwnRole


def token_of(invitation: Invitation) -> str | None:
    """What stands in the address of its link; None where the key it was made with is gone."""
    return one_time_token(_PURPOSE, invitation.nonce, invitation.token_hash)


def _new(business_id: int, email: str, role: str) -> Invitation:
    return Invitation(business_id=business_id, email=email, role=role)


def _send(
    business: Business, invitation: Invitation, user: User | None, by: Membership, now: datetime
) -> None:
    """With a new token. A twin who was faster has invited them already. Raises AddressUnchecked, TooManyTries."""
    need_checked(by.user)
    tries.count(PER_BUSINESS, "invitations", str(business.id))
    invitation.nonce = new_nonce()
    invitation.token_hash = one_time_hash(_PURPOSE, invitation.nonce)
    invitation.invited_by, invitation.created_at, invitation.expires_at = by.user_id, now, now + LIVES
    try:
        with db.session.begin_nested():
            db.session.add(invitation)
            db.session.flush()
    except IntegrityError as error:
        raise AlreadyMember(_("Somebody has just invited this address.")) from error
    _note("sent", invitation, _actor(by), now)
    message = Message(
        kind="invitation",
        business_id=business.id,
        subject_kind="invitation",
        subject_id=invitation.id,
        recipient=invitation.email,
        language=(user.language if user else None) or business.language,
        dedupe_key=f"b{business.id}:invitation{invitation.id}:{now.isoformat()}:email",
        expires_at=invitation.expires_at,
        payload={"until": invitation.expires_at.isoformat(), "by": by.user.name},
    )
    plan([message], now)


def _tell_inviter(invitation: Invitation, user: User, now: datetime) -> None:
    """Whoever sent it, as long as they work here."""
    inviter = invitation.invited_by and find_member(invitation.business_id, invitation.invited_by)
    if not inviter:
        return
    message = Message(
        kind="invitation_accepted",
        business_id=invitation.business_id,
        subject_kind="invitation",
        subject_id=invitation.id,
        recipient=inviter.user.email,
        language=inviter.user.language or invitation.business.language,
        dedupe_key=f"b{invitation.business_id}:invitation{invitation.id}:accepted:email",
        user_id=inviter.user_id,
        payload={"name": user.name},
    )
    plan([message], now)


def _open(business_id: int) -> ColumnElement[bool]:
    return and_(
        Invitation.business_id == business_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )


def _end(which: ColumnElement[bool], now: datetime) -> bool:
    ended = update(Invitation).where(which).values(revoked_at=now).returning(Invitation.id)
    return bool(db.session.scalars(ended).all())


def _actor(by: Membership) -> Actor:
    return Actor("member", by.user.name, by.user_id, source="staff")


def _note(verb: str, invitation: Invitation, by: Actor, now: datetime) -> None:
    record(
        f"invitation.{verb}",
        "invitation",
        invitation.id,
        by=by,
        at=now,
        business_id=invitation.business_id,
        changes={"email": [None, invitation.email], "role": [None, invitation.role]},
    )
    db.session.flush()
