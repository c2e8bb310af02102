"""Recovery codes: each lets somebody in once who has lost what their codes come from. Only hashes are kept."""

import hashlib
import re
import secrets
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, insert, select, update

from app.audit.models import record
from app.auth.models import RecoveryCode, User
from app.auth.telling import tell_user
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError

HOW_MANY = 10
# Five bits each: without i, l, o and u, which are taken for others. Sixteen are too many to try, hashed or not.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_TAKEN_FOR = str.maketrans("ILO", "110")


class RecoveryCodeNotRight(DomainError):
    message = _("This recovery code is not right, or it was used before.")


def make_recovery_codes(user_id: int) -> list[str]:
    """New codes for somebody, as they are shown: in groups of four."""
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(LENGTH)) for _code in range(HOW_MANY)]
    rows = [{"user_id": user_id, "code_hash": _hash(it)} for it in codes]
    db.session.execute(insert(RecoveryCode), rows)
    return ["-".join(it[at : at + 4] for at in range(0, LENGTH, 4)) for it in codes]


def forget_recovery_codes(user_id: int) -> None:
    """Make all they have void."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def recovery_codes_left(user_id: int) -> int:
    """How many of theirs were not used yet."""
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def use_recovery_code(user: User, typed: str, now: datetime) -> int:
    """Use one up and tell them by mail; how many are left. Of two who send the same one, one does.

    Raises RecoveryCodeNotRight.
    """
    mine = update(RecoveryCode).where(
        RecoveryCode.user_id == user.id,
        RecoveryCode.code_hash == _hash(_plain(typed)),
        RecoveryCode.used_at.is_(None),
    )
    used = db.session.scalar(mine.values(used_at=now).returning(RecoveryCode.id))
    if used is None:
        raise RecoveryCodeNotRight
    left = recovery_codes_left(user.id)
    by = Actor("member", user.name, user.id)
    record("user.recovery_code_used", "user", user.id, by=by, at=now)
    tell_user("recovery_code_used", user, f"code{used}", now, left=left)
    return left


def _plain(typed: str) -> str:
    """As they were made, however they are typed: small letters, spaces, O for 0."""
    return re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_TAKEN_FOR)


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
