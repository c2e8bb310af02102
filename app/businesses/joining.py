"""Who works in a business, and in which role."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import contains_eager

from app.audit.models import record
from app.auth.models import User
from app.businesses.models import ROLES, Business, Invitation, Membership
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError


class NoSuchRole(DomainError):
    message = _("A role is one of owner, manager and staff.")


class NotAMember(DomainError):
    message = _("This person does not work in this business.")


class LastOwner(DomainError):
    message = _("A business needs an owner. Make somebody else an owner first.")


class OwnRole(DomainError):
    message = _("Nobody changes their own role. Ask another owner.")


# Every page of a member asks for these, so they are built once.
_MINE = (
    select(Membership)
    .join(Membership.business)
    .options(contains_eager(Membership.business))
    .where(Membership.user_id == bindparam("user"), Membership.active)
)
_ALL, _ONE = _MINE.order_by(Business.name, Business.id), _MINE.where(Business.slug == bindparam("slug"))


def memberships_of(user_id: int) -> list[Membership]:
    """The businesses somebody works in now, by name, each with its business."""
    return list(db.session.scalars(_ALL, {"user": user_id}))


def find_membership(slug: str, user_id: int) -> Membership | None:
    """Somebody's membership of the business at this slug if it is active, with its business, in one statement."""
    return db.session.scalar(_ONE, {"user": user_id, "slug": slug})


def members_of(business_id: int) -> list[Membership]:
    """Those who can sign in here, owners first, then by name, each with their account."""
    return [it for it in members_ever(business_id) if it.active]


def members_ever(business_id: int) -> list[Membership]:
    """Everybody who could ever sign in here: those who still can as in `members_of`, then those who left, by name."""
    found = select(Membership).join(Membership.user).options(contains_eager(Membership.user))
    rows = db.session.scalars(found.where(Membership.business_id == business_id))
    return sorted(rows, key=_place)


def _place(it: Membership) -> tuple[bool, int, str, int]:
    return not it.active, -ROLES.index(it.role) if it.active else 0, it.user.name.casefold(), it.id


def find_member(business_id: int, user_id: int) -> Membership | None:
    """Somebody's membership, active or not, with their account."""
    found = select(Membership).join(Membership.user).options(contains_eager(Membership.user))
    return db.session.scalar(
        found.where(Membership.business_id == business_id, Membership.user_id == user_id)
    )


def load_membership(business_id: int, membership_id: int) -> Membership | None:
    """One of this business's members, if they still are one."""
    found = select(Membership).join(Membership.user).options(contains_eager(Membership.user))
    mine = found.where(Membership.business_id == business_id, Membership.id == membership_id)
    return db.session.scalar(mine.where(Membership.active))


def join(business: Business, user: User, role: str, *, by: Actor, now: datetime) -> Membership:
    """Take somebody in, take them back, or give them another role. Raises NoSuchRole, LastOwner or OwnRole."""
    if role not in ROLES:
        raise NoSuchRole
    new = insert(Membership).values(business_id=business.id, user_id=user.id, role=role, created_at=now)
    if db.session.execute(new.on_conflict_do_nothing().returning(Membership.id)).one_or_none():
        membership = _locked(business.id, user.id)
        _note("joined", membership, by, now, {"role": [None, role]})
        return membership
    membership = _locked(business.id, user.id)
    was = membership.role if membership.active else None
    if was != role:
        _check_change(membership, role, by)
        membership.role, membership.active = role, True
        _note("role_changed" if was else "joined", membership, by, now, {"role": [was, role]})
    return membership


def leave(business: Business, user: User, *, by: Actor, now: datetime) -> Membership:
    """End somebody's membership at once; the row stays as history. Raises NotAMember or LastOwner."""
    membership = _locked(business.id, user.id) if is_member(business.id, user.id) else None
    if membership is None or not membership.active:
        raise NotAMember
    _keep_an_owner(membership)
    membership.active = False
    _end_invitations(membership, user, now)
    _note("left", membership, by, now, {"role": [membership.role, None]})
    return membership


def is_member(business_id: int, user_id: int) -> bool:
    """Whether there is a membership, active or not."""
    found = select(Membership.id).filter_by(business_id=business_id, user_id=user_id)
    return db.session.scalar(found) is not None


def _end_invitations(membership: Membership, user: User, now: datetime) -> None:
    """Those somebody who leaves has sent, and those sent to them."""
    theirs = update(Invitation).where(
        Invitation.business_id == membership.business_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        or_(Invitation.invited_by == user.id, Invitation.email == user.email),
    )
    db.session.execute(theirs.values(revoked_at=now))


def _check_change(membership: Membership, role: str, by: Actor) -> None:
    if membership.active and by.user_id == membership.user_id:
        raise OwnRole
    if role != "owner":
        _keep_an_owner(membership)


def _keep_an_owner(membership: Membership) -> None:
    """Lock the owners, so that two who leave at once cannot both believe the other stays."""
    owners = select(Membership).filter_by(business_id=membership.business_id, role="owner", active=True)
    if list(db.session.scalars(owners.order_by(Membership.id).with_for_update())) == [membership]:
        raise LastOwner


def _locked(business_id: int, user_id: int) -> Membership:
    found = select(Membership).filter_by(business_id=business_id, user_id=user_id)
    return db.session.execute(found.with_for_update().execution_options(populate_existing=True)).scalar_one()


def _note(
    verb: str, membership: Membership, by: Actor, now: datetime, changes: dict[str, list[str | None]]
) -> None:
    record(
        f"membership.{verb}",
        "membership",
        membership.id,
        by=by,
        at=now,
        business_id=membership.business_id,
        changes=changes,
    )
    db.session.flush()
