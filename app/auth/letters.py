"""The letters about an account: whether one is still wanted, and what it says at the moment it is sent."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.auth.links import token_of
from app.auth.models import OneTimeLink, User
from app.core.db import db
from app.core.mail import address_of, home_address
from app.notifications.kinds import Letter, Reason
from app.notifications.models import Notification

PAGES = {"reset": "auth.edit_reset", "email_check": "auth.show_confirmation", "account": "new_account.edit"}


def why_not_link(row: Notification) -> Reason | None:
    """Why somebody need not get a link any more: used, ended, or never for anybody."""
    link = _link(row)
    if link is None or link.used_at is not None:
        return _("The link was used, or made void, before it was sent.")
    if link.purpose == "account":
        return None
    user = _user(link.user_id)
    if user is None or not user.active:
        return _("There is no account it could be for.")
    if link.purpose == "reset" and user.email != link.email:
        return _("The account has another address by now.")
    if token_of(link) is None:
        return _("The key it was made with is gone.")
    return None


def why_not_notice(row: Notification) -> Reason | None:
    """Why somebody need not read about their account any more."""
    user = _user(row.user_id)
    return None if user and user.deleted_at is None else _("The account was deleted.")


def with_link(row: Notification) -> Letter:
    """A button that leads to the page of the link.

    An address that is not known to be the reader's gets no name: a stranger may have chosen it.
    """
    link = _link(row)
    assert link
    user = _user(link.user_id)
    named = user if link.purpose == "reset" else None
    page = address_of(PAGES[link.purpose], token=token_of(link))
    hours = round((link.expires_at - link.created_at).total_seconds() / 3600)
    is_new = user is not None and link.email != user.email
    return _letter(named, page=page, hours=hours, email=link.email, purpose=link.purpose, is_new=is_new)


def account_exists(row: Notification) -> Letter:
    """Somebody wants to open an account that is there already."""
    user = _user(row.user_id)
    return _letter(
        user, page=address_of("auth.new_session"), reset=address_of("auth.new_reset"), email=row.recipient
    )


def notice(row: Notification) -> Letter:
    """Something happened to the account: when, and what to do if that was somebody else."""
    user = _user(row.user_id)
    assert user
    at = datetime.fromisoformat(row.payload["at"])
    pages = {"sessions": address_of("account.sessions"), "reset": address_of("auth.new_reset")}
    pages["second_factor"] = address_of("account.show_second_factor")
    return _letter(user, at=at, zone=user.zone or "UTC", facts=row.payload, **pages)


def _letter(user: User | None, **words: Any) -> Letter:
    return Letter(
        sender="Daybook",
        recipient=user.name if user else None,
        words={"home": home_address(), "user": user, **words},
    )


def _link(row: Notification) -> OneTimeLink | None:
    return db.session.get(OneTimeLink, row.subject_id, populate_existing=True)


def _user(user_id: int | None) -> User | None:
    return db.session.get(User, user_id, populate_existing=True) if user_id else None
