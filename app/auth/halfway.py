"""Between the password and the second step: no session yet, only a signed note of whose password was right."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.auth.models import User
from app.core.db import db
from app.core.signing import read, sign

LIVES = timedelta(minutes=10)
_PURPOSE = "second-step"


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody whose password was right. `wanted` is the path to go to afterwards."""

    user: User
    remembered: bool
    wanted: str | None


def halfway_token(user: User, *, remembered: bool, wanted: str | None, now: datetime) -> str:
    """The note: good for ten minutes, and for this password and this second factor only."""
    return sign(
        _PURPOSE,
        {
            "user": user.id,
            "version": _version(user),
            "remembered": remembered,
            "wanted": wanted,
            "at": now.isoformat(),
        },
    )


def find_halfway(token: str, now: datetime) -> Halfway | None:
    """Who got as far as that, if nothing has changed meanwhile; their row stays locked until the commit."""
    note = read(_PURPOSE, token)
    if not note or now - datetime.fromisoformat(note["at"]) > LIVES:
        return None
    user = db.session.get(User, note["user"], populate_existing=True, with_for_update={"key_share": True})
    if user is None or not user.active or user.second_factor is None or _version(user) != note["version"]:
        return None
    return Halfway(user, note["remembered"], note["wanted"])


def _version(user: User) -> str:
    """Another one after each change of the password or of the second factor."""
    both = f"{user.password_hash} {user.second_factor_since}"
    return hashlib.sha256(both.encode()).hexdigest()[:32]
