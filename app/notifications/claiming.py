"""Who sends a message, and what became of it. Each function is one step that its caller commits.

A claim is a lease with a token: whoever lost it changes nothing any more. Leases are judged by the database's own
clock, because those of two machines may differ; what is due, by the `now` that is given.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select, update

from app.core.db import db
from app.notifications.kinds import Reason, find_kind, sent_again
from app.notifications.models import Notification
from app.notifications.sending import Taken
from app.notifications.sms.allowance import Held, over_the_limit, why_held
from app.notifications.turns import NO_BUSINESS, Turns

CHANNELS = ("email", "sms")
LEASE = timedelta(seconds=180)  # Longer than a job may run.
MOST_ATTEMPTS = 8
# How long to wait after each attempt but the last: half a day in all.
PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (30, 2 * 60, 10 * 60, 30 * 60, 3600, 3 * 3600, 6 * 3600)
)
_log = structlog.get_logger("daybook")
_FREE = {"claim_token": None, "claimed_until": None}
# Written as the index of the lines is.
_LINE: Any = func.coalesce(Notification.business_id, literal_column(str(NO_BUSINESS)))


def claim(
    notification_id: int, now: datetime, host: str, channels: Collection[str] = CHANNELS
) -> Notification | None:
    """Take this message on for LEASE; None when it is not due or somebody has it.

    One that nobody wants any more comes back with the status it ends in. `host` stands in its Message-ID, which it
    keeps from its first claim on. `channels` are those that have a way out.
    """
    lapsed = and_(Notification.status == "claimed", Notification.claimed_until < func.now())
    this = and_(Notification.id == notification_id, Notification.channel.in_(channels))
    return _claim(and_(this, or_(_due(now), lapsed)), now, host)


def claim_next(
    now: datetime, host: str, turns: Turns, channels: Collection[str] = CHANNELS
) -> Notification | None:
    """The same for what has been due for longest in the line whose turn it is; None when nothing is left for anybody.

    `channels` are those that have a way out.
    """
    turns.look_now_and_then(now)
    for is_first in (True, False):
        while (line := turns.next()) is not None:
            which = and_(_due(now), line == _LINE, Notification.channel.in_(channels))
            row = _claim(which, now, host)
            if row is not None:
                return row
            turns.empty(line)
        if is_first:
            turns.look(now)
    return None


def begin_transmitting(row: Notification, now: datetime, segments: int | None = None) -> bool:
    """Write down that from now on it may arrive, in so many `segments` if it is a text message.

    False when the lease was lost, and then it must not be sent; nor when that would be more than a business wants to
    pay for this month.
    """
    held = and_(Notification.status == "claimed", Notification.claimed_until > func.now())
    if segments and (reason := over_the_limit(row, segments, now)):
        _change(and_(_by(row), held), status="cancelled", last_error=str(reason), **_FREE)
        return False
    begun = {"status": "transmitting", "transmitting_at": now, "segments": segments}
    return _change(and_(_by(row), held), **begun) == 1


def mark_sent(row: Notification, now: datetime, taken: Taken) -> None:
    """Somebody has taken it, which is so even if the lease ran out meanwhile."""
    lost = and_(Notification.id == row.id, Notification.status.in_(("pending", "unknown")))
    said = {"provider_message_id": taken.provider_id or None, "last_error": None, **_FREE}
    counted = {"segments": taken.segments} if taken.segments else {}
    _change(or_(_by(row), lost), status="sent", sent_at=now, **said, **counted)


def put_off(row: Notification, reason: Reason, now: datetime) -> None:
    """Nothing of it was taken, this time: try again later, or never after MOST_ATTEMPTS."""
    if row.attempts >= MOST_ATTEMPTS:
        give_up(row, reason)
        return
    later = now + PAUSES[row.attempts - 1]
    _change(_by(row), status="pending", send_at=later, last_error=str(reason), **_FREE)


def give_up(row: Notification, reason: Reason) -> None:
    """It will never be taken."""
    _change(_by(row), status="failed", last_error=str(reason), **_FREE)


def leave_unclear(row: Notification, reason: Reason, now: datetime) -> None:
    """It may have arrived: once more for kinds that are sent again, else it stays unknown."""
    pause = PAUSES[min(row.attempts, len(PAUSES)) - 1]
    _leave_unclear(_by(row), reason, now, now + pause)


def settle_dead_leases(now: datetime) -> int:
    """Look after the messages whose sender died: how many there were."""
    dead = Notification.claimed_until < func.now()
    idle = and_(Notification.status == "claimed", dead)
    count = _change(idle, status="pending", **_FREE)
    reason = _("Sending broke off, so nobody knows whether it has arrived.")
    on_their_way = and_(Notification.status == "transmitting", dead)
    return count + _leave_unclear(on_their_way, reason, now, now)


def has_due(now: datetime, channel: str) -> bool:
    """Whether any message of this channel waits to be sent."""
    return bool(db.session.scalar(select(exists().where(_due(now), Notification.channel == channel))))


def is_superseded(row: Notification, seq: int, kinds: Collection[str]) -> bool:
    """Whether its subject has changed, to `seq`, and the same person is told so by a newer message of these kinds."""
    if row.subject_seq == seq:
        return False
    newer = exists().where(
        Notification.business_id == row.business_id,
        Notification.subject_kind == row.subject_kind,
        Notification.subject_id == row.subject_id,
        Notification.recipient == row.recipient,
        Notification.subject_seq > row.subject_seq,
        Notification.id > row.id,
        Notification.kind.in_(kinds),
        Notification.status != "cancelled",
    )
    return bool(db.session.scalar(select(newer)))


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(Notification.status == "pending", Notification.send_at <= now)


def _claim(which: ColumnElement[bool], now: datetime, host: str) -> Notification | None:
    """One statement, so that of two who come at the same moment one has it."""
    waiting = select(Notification.id).where(which).order_by(Notification.send_at, Notification.id).limit(1)
    taken = (
        update(Notification)
        .where(Notification.id == waiting.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            status="claimed",
            attempts=Notification.attempts + 1,
            claim_token=func.gen_random_uuid(),
            claimed_until=func.now() + LEASE,
            message_id=func.coalesce(
                Notification.message_id, func.concat("<", func.gen_random_uuid(), "@", host, ">")
            ),
        )
        .returning(Notification)
    )
    options = {"synchronize_session": False, "populate_existing": True}
    row = db.session.scalars(taken, execution_options=options).one_or_none()
    if row is not None:
        _end_if_pointless(row, now)
    return row


def _end_if_pointless(row: Notification, now: datetime) -> None:
    """Decide, in the transaction of the claim, whether there is still anything to send."""
    if row.attempts > MOST_ATTEMPTS:
        _end(row, "failed", _("Sending broke off again and again."))
    elif row.expires_at is not None and row.expires_at <= now:
        _end(row, "expired", _("It was too late to be of use."))
    else:
        _ask_its_room(row, now)


def _ask_its_room(row: Notification, now: datetime) -> None:
    """Whether it is still wanted. Where that breaks, or a newer release knows the kind, the others have their turn."""
    try:
        with db.session.begin_nested():
            reason = find_kind(row.kind).wanted(row)
            held = why_held(row, now) if row.channel == "sms" and not reason else None
    except Exception:
        _log.exception("a message could not be judged", message=row.id, kind=row.kind)
        row.send_at = now + PAUSES[min(row.attempts, len(PAUSES)) - 1]
        _end(row, "pending", _("Nobody could say whether it is still wanted; the log has the reason."))
        return
    if reason:
        _end(row, "cancelled", reason)
    elif held:
        _hold(row, held)


def _hold(row: Notification, held: Held) -> None:
    """Not now: later, which is no attempt, unless that would be too late; or never."""
    if held.until is None:
        _end(row, "cancelled", held.reason)
    elif row.expires_at is not None and row.expires_at <= held.until:
        _end(row, "expired", _("It was due in the quiet hours, and after them too late to be of use."))
    else:
        row.send_at, row.attempts = held.until, row.attempts - 1
        _end(row, "pending", held.reason)


def _end(row: Notification, status: str, reason: Reason) -> None:
    row.status, row.last_error = status, str(reason)
    row.claim_token = row.claimed_until = None
    db.session.flush()


def _leave_unclear(which: ColumnElement[bool], reason: Reason, now: datetime, then: datetime) -> int:
    """`resent_at` counts: a message that was sent again once, and broke off again, stays unknown.

    So does a text message: it has no Message-ID by which a phone knows two for one, and its report may still come.
    """
    once_more = and_(
        which,
        Notification.channel == "email",
        Notification.kind.in_(sent_again()),
        Notification.resent_at.is_(None),
    )
    again = {"status": "pending", "resent_at": now, "send_at": then}
    said = {"last_error": str(reason), **_FREE}
    return _change(once_more, **again, **said) + _change(which, status="unknown", **said)


def _by(row: Notification) -> ColumnElement[bool]:
    """The row, as long as the claim that was read with it stands."""
    return and_(Notification.id == row.id, Notification.claim_token == row.claim_token)


def _change(which: ColumnElement[bool], **values: Any) -> int:
    """How many rows there were to change. Those in memory stay as they were claimed, with their token."""
    change = update(Notification).where(which).values(**values)
    found = db.session.execute(change, execution_options={"synchronize_session": False})
    return int(found.rowcount)  # type: ignore[attr-defined]
