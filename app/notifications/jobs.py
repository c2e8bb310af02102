"""Sending what is due: claim, transmit, record, each committed before the next begins.

Called by whoever planned a message, through RQ, and by the clock for whatever was missed. Running twice sends once.
"""

import time

import structlog
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.db import db
from app.core.mail import sender_address, sender_host, way_out
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
from app.notifications.sending import LeaseLost, NotTaken, Unclear, send

AT_A_TIME = 20  # Seconds the clock's job goes on for; other jobs want their turn.
_PAUSES_TO_RECORD = (0, 1, 3, 6)  # seconds
_NOT_WRITTEN = _("It could not be written; whoever runs this installation finds the reason in the log.")
_BROKE_OFF = _("The connection broke while it was sent, so nobody knows whether it has arrived.")
_log = structlog.get_logger("daybook")


def deliver(notification_id: int) -> None:
    """Send this message, if it is due and nobody else does."""
    if way_out() == "none":
        return
    row = claim(notification_id, clock.now(), sender_host())
    db.session.commit()
    if row is not None:
        _send(row)


def deliver_due() -> int:
    """Send whatever is due, the oldest first, for AT_A_TIME seconds; how many were taken on.

    Without a mail server they wait. Messages whose sender died are looked after first.
    """
    now = clock.now()
    settle_dead_leases(now)
    db.session.commit()
    if way_out() == "none":
        if has_due(now):
            _log.warning("messages wait: set MAIL_SERVER")
        db.session.rollback()
        return 0
    count, until = 0, time.monotonic() + AT_A_TIME
    while time.monotonic() < until:
        row = claim_next(clock.now(), sender_host())
        db.session.commit()
        if row is None:
            break
        count += 1
        _send(row)
    return count


def _send(row: Notification) -> None:
    """Detached, the row stays as it was claimed, with the token of this claim, whatever others do to it."""
    db.session.expunge(row)
    body = _compose(row) if row.status == "claimed" else None
    if body is None:
        return
    try:
        answer = send(body, sender_address(), row.recipient, lambda: _begin(row))
    except LeaseLost:
        return
    except NotTaken as refused:
        give_up(row, refused.reason) if refused.for_good else put_off(row, refused.reason, clock.now())
        _log.warning("a message was not taken", message=row.id, kind=row.kind, for_good=refused.for_good)
    except Unclear:
        leave_unclear(row, _BROKE_OFF, clock.now())
        _log.warning("a message may have arrived", message=row.id, kind=row.kind)
    else:
        _record(row, answer)
        return
    db.session.commit()


def _compose(row: Notification) -> bytes | None:
    """The mail, written from what is true now; None when that failed, which the row then says."""
    from app.notifications.composing import compose

    try:
        return compose(row, find_kind(row.kind).words(row))
    except Exception:
        db.session.rollback()
        _log.exception("a message could not be written", message=row.id, kind=row.kind)
        put_off(row, _NOT_WRITTEN, clock.now())
        db.session.commit()
        return None
    finally:
        # No transaction stays open while a mail server thinks.
        db.session.rollback()


def _begin(row: Notification) -> bool:
    is_ours = begin_transmitting(row, clock.now())
    db.session.commit()
    return is_ours


def _record(row: Notification, answer: str) -> None:
    """The mail is out, so its row must know, however long the database takes; a lease that ends first says unknown."""
    for pause in _PAUSES_TO_RECORD:
        time.sleep(pause)
        try:
            mark_sent(row, clock.now(), answer)
            db.session.commit()
            return
        except DBAPIError:
            db.session.rollback()
            _log.exception("a message was sent and could not be recorded", message=row.id)
