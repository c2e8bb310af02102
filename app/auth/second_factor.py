"""A second factor: six digits that an app on a phone works out from a secret and the time (RFC 6238).

The secret is sealed in the row of its user. Each code counts once, in the step of thirty seconds it is of and in those
right before and after, because clocks differ.
"""

import hmac
import re
from datetime import datetime, timedelta

import pyotp
from flask_babel import lazy_gettext as _
from sqlalchemy import or_, update

from app.audit.models import record
from app.auth.accounts import load_user
from app.auth.models import User
from app.auth.recovering import forget_recovery_codes, make_recovery_codes
from app.auth.telling import tell_user
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.resealing import keeps_sealed
from app.core.sealing import seal, unseal
from app.core.signing import read, sign

STEP = 30  # Seconds a code is shown for.
OFFERED_FOR = timedelta(hours=1)  # How long somebody may take to set it up.
_PURPOSE = "second-factor"
keeps_sealed(_PURPOSE, User.second_factor)


class CodeNotRight(DomainError):
    message = _("This code is not right. Each one counts once: wait for the next one and type that.")


class OfferOver(DomainError):
    message = _("That took more than an hour. Here is a new key: please scan it again.")


class OnAlready(Conflict):
    message = _("Signing in with a code is on already.")


class OffAlready(Conflict):
    message = _("Signing in with a code is off already.")


def new_offer(user: User, now: datetime) -> str:
    """A new secret for somebody, signed, so that it need not be kept before it is confirmed."""
    return sign(_PURPOSE, {"user": user.id, "secret": pyotp.random_base32(), "at": now.isoformat()})


def offered_secret(offer: str, user: User, now: datetime) -> str:
    """The secret of an offer to this user, base32. Raises OfferOver."""
    found = read(_PURPOSE, offer)
    if not found or found["user"] != user.id or now - datetime.fromisoformat(found["at"]) > OFFERED_FOR:
        raise OfferOver
    return str(found["secret"])


def address_of_secret(secret: str, user: User) -> str:
    """What the QR code says: apps read such an address as the secret and whose it is."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Daybook")


def turn_on(user: User, secret: str, code: str, *, by: Actor, now: datetime) -> list[str]:
    """Ask for codes of this secret from now on. Returns the recovery codes, which are told once.

    Raises CodeNotRight or OnAlready.
    """
    step = _step_of(secret, code, now)
    if step is None:
        raise CodeNotRight
    first = update(User).where(User.id == user.id, User.second_factor.is_(None))
    columns = {
        "second_factor": seal(_PURPOSE, secret),
        "second_factor_since": now,
        "second_factor_step": step,
    }
    if db.session.scalar(first.values(columns).returning(User.id)) is None:
        raise OnAlready
    record("user.second_factor_on", "user", user.id, by=by, at=now)
    tell_user("second_factor_on", user, now.isoformat(), now)
    return make_recovery_codes(user.id)


def turn_off(user: User, *, by: Actor, now: datetime) -> None:
    """Ask for the password alone from now on. Raises OffAlready."""
    last = update(User).where(User.id == user.id, User.second_factor.is_not(None))
    columns = {"second_factor": None, "second_factor_since": None, "second_factor_step": None}
    if db.session.scalar(last.values(columns).returning(User.id)) is None:
        raise OffAlready
    forget_recovery_codes(user.id)
    record("user.second_factor_off", "user", user.id, by=by, at=now)
    tell_user("second_factor_off", user, now.isoformat(), now)


def renew_recovery_codes(user: User, *, by: Actor, now: datetime) -> list[str]:
    """New recovery codes; those before are void. Raises OffAlready."""
    user = load_user(user.id)
    db.session.refresh(user, with_for_update={"key_share": True})
    if user.second_factor is None:
        raise OffAlready
    forget_recovery_codes(user.id)
    record("user.recovery_codes_renewed", "user", user.id, by=by, at=now)
    return make_recovery_codes(user.id)


def use_code(user: User, typed: str, now: datetime) -> None:
    """Take the code their app shows; of two who send the same one, one does. Raises CodeNotRight."""
    kept = user.second_factor
    secret = unseal(_PURPOSE, kept) if kept else None
    step = _step_of(secret, typed, now) if secret else None
    if step is None:
        raise CodeNotRight
    later = or_(User.second_factor_step.is_(None), User.second_factor_step < step)
    mine = update(User).where(User.id == user.id, User.second_factor == kept, later)
    if db.session.scalar(mine.values(second_factor_step=step).returning(User.id)) is None:
        raise CodeNotRight


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The step whose code this is, of three; all are looked at, so that each takes as long."""
    code = re.sub(r"[\s-]", "", typed)
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    here, app = int(now.timestamp()) // STEP, pyotp.TOTP(secret)
    right = [it for it in (here - 1, here, here + 1) if hmac.compare_digest(app.generate_otp(it), code)]
    return right[0] if right else None
