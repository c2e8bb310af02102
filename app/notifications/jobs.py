"""Sending what is due: claim, transmit, record, each committed before the next begins.

Rung for by whoever planned a message, through RQ, and by the clock for whatever was missed. Running twice sends once.
"""

import time
from datetime import datetime

import structlog
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.db import db
from app.core.jobs import one_waits, ring
from app.core.mail import Mailing, sender_address, sender_host, way_out
from app.core.texting import texting_way
from app.notifications.claiming import (
    begin_transmitting,
    claim,
    claim_next,
    give_up,
    has_due,
    leave_unclear,
    mark_sent,
    put_off,
    settle_dead_leases,
)
from app.notifications.kinds import find_kind
from app.notifications.models import Notification
from app.notifications.sending import LeaseLost, NotTaken, Taken, Unclear, send
from app.notifications.sms.providers import Text, compose_text, send_text
from app.notifications.turns import Turns

AT_A_TIME = 20  # Seconds the job goes on for; other jobs want their turn.
HELP_AFTER = 1  # Seconds after which another worker, if there is one, may join in.
_PAUSES_TO_RECORD = (0, 1, 3, 6)  # seconds
_NOT_WRITTEN = _("It could not be written; whoever runs this installation finds the reason in the log.")
_BROKE_OFF = _("The connection broke while it was sent, so nobody knows whether it has arrived.")
_log = structlog.get_logger("daybook")


def deliver(notification_id: int) -> None:
    """Send this message before all others, if it is due and nobody else does."""
    row = claim(notification_id, clock.now(), sender_host(), _channels())
    db.session.commit()
    if row is not None:
        mailing = Mailing()
        try:
            _send(row, mailing)
        finally:
            mailing.close()


@one_waits
def deliver_due() -> int:
    """Send whatever is due, each business in its turn, for AT_A_TIME seconds; how many were taken on.

    What has no way out waits. Messages whose sender died are looked after first. When there is much to do it rings
    once more: that is another worker's job, or this one's next after others have had their turn.
    """
    now = clock.now()
    settle_dead_leases(now)
    db.session.commit()
    channels = _channels()
    _warn_of_waiting(now, channels)
    if not channels:
        return 0
    mailing, turns = Mailing(), Turns()
    count, began, has_rung = 0, time.monotonic(), False
    try:
        while (passed := time.monotonic() - began) < AT_A_TIME:
            row = claim_next(clock.now(), sender_host(), turns, channels)
            db.session.commit()
            if row is None:
                break
            if passed > HELP_AFTER and not has_rung:
                has_rung = ring(deliver_due)
            count += 1
            _send(row, mailing)
    finally:
        mailing.close()
    return count


def _channels() -> list[str]:
    """Those that have a way out."""
    ways = {"email": way_out(), "sms": texting_way()}
    return [channel for channel, way in ways.items() if way != "none"]


def _warn_of_waiting(now: datetime, channels: list[str]) -> None:
    """In the log, which whoever runs the installation reads."""
    if "email" not in channels and has_due(now, "email"):
        _log.warning("messages wait: set MAIL_SERVER")
    if "sms" not in channels and has_due(now, "sms"):
        _log.warning("text messages wait: set SMS_PROVIDER")
    db.session.rollback()


def _send(row: Notification, mailing: Mailing) -> None:
    """Detached, the row stays as it was claimed, with the token of this claim, whatever others do to it."""
    db.session.expunge(row)
    written = _compose(row) if row.status == "claimed" else None
    if written is None:
        return
    try:
        taken = _hand_over(row, written, mailing)
    except LeaseLost:
        return
    except NotTaken as refused:
        give_up(row, refused.reason) if refused.for_good else put_off(row, refused.reason, clock.now())
        _log.warning("a message was not taken", message=row.id, kind=row.kind, for_good=refused.for_good)
    except Unclear:
        leave_unclear(row, _BROKE_OFF, clock.now())
        _log.warning("a message may have arrived", message=row.id, kind=row.kind)
    else:
        _record(row, taken)
        return
    db.session.commit()


def _compose(row: Notification) -> bytes | Text | None:
    """The mail or the text, written from what is true now; None when that failed, which the row then says."""
    from app.notifications.composing import compose

    try:
        letter = find_kind(row.kind).words(row)
        return compose_text(row, letter) if row.channel == "sms" else compose(row, letter)
    except NotTaken as refused:
        db.session.rollback()
        give_up(row, refused.reason)
        db.session.commit()
        return None
    except Exception:
        db.session.rollback()
        _log.exception("a message could not be written", message=row.id, kind=row.kind)
        put_off(row, _NOT_WRITTEN, clock.now())
        db.session.commit()
        return None
    finally:
        # No transaction stays open while a mail server thinks.
        db.session.rollback()


def _hand_over(row: Notification, written: bytes | Text, mailing: Mailing) -> Taken:
    if isinstance(written, Text):
        return send_text(written, row.recipient, row.id, lambda: _begin(row, written.segments))
    return send(written, sender_address(), row.recipient, lambda: _begin(row), mailing)


def _begin(row: Notification, segments: int | None = None) -> bool:
    is_ours = begin_transmitting(row, clock.now(), segments)
    db.session.commit()
    return is_ours


def _record(row: Notification, taken: Taken) -> None:
    """The message is out, so its row must know, however long the database takes; a lease that ends says unknown."""
    for pause in _PAUSES_TO_RECORD:
        time.sleep(pause)
        try:
            mark_sent(row, clock.now(), taken)
            db.session.commit()
            return
        except DBAPIError:
            db.session.rollback()
            _log.exception("a message was sent and could not be recorded", message=row.id)
