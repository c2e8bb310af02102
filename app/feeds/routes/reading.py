"""The address at which a calendar program reads what is booked. Its token is all it takes; there is no session."""

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, request, url_for

from app.core import clock
from app.core.changes import changes_of
from app.core.db import db, retrying
from app.core.limits import limiter
from app.core.signing import hash_token
from app.feeds.booked import booked_between
from app.feeds.finding import Opened, find_feed, note_reading
from app.schedule.wall_clock import local_date
from app.sharing import home_origin, whole

bp = Blueprint("subscriptions", __name__)

_FORM = 1  # Raised when the same bookings make another file.


def _token() -> str:
    """The token of an address as something that may be kept where requests are counted."""
    return hash_token((request.view_args or {})["token"]).hex()


@bp.get("/feeds/<token>.ics")
@limiter.limit("600 per minute")
@limiter.limit("30 per minute", key_func=_token)
@retrying
def show(token: str) -> Response:
    """The calendar; 410 where the link was taken back, or whoever made it may not see this any more.

    Of the business nothing is changed; when the link was read is noted, at most once an hour.
    """
    opened = find_feed(token) or abort(404)
    if opened.is_over:
        abort(410)
    tag = _tag(opened, changes_of(opened.business.id))
    is_known = request.if_none_match.contains_weak(tag)
    _note(opened)
    body = b"" if is_known else _calendar(opened)
    return _kept(body, tag, 304 if is_known else 200)


def _note(opened: Opened) -> None:
    """Keep when it was read, which is not what was asked for, and nothing of the business."""
    if note_reading(opened.feed, clock.now()):
        db.session.commit()


def _calendar(opened: Opened) -> bytes:
    # Megabytes in every web process, for a file that few ask for.
    from app.feeds.writing import AHEAD, BEHIND, feed_file

    g.language = opened.language
    now, business = clock.now(), opened.business
    booked = booked_between(business.id, opened.feed.resource_id, now - BEHIND, now + AHEAD + timedelta(1))
    # Nothing is read any more, and thousands of events take longer to write than a transaction may be idle.
    db.session.commit()
    first = url_for("appointments.show", slug=business.slug, appointment_id=0)
    host = urlsplit(home_origin()).hostname or ""
    return feed_file(opened, booked, host=host, link=whole(first.removesuffix("0")), now=now)


def _tag(opened: Opened, count: int) -> str:
    """Names what is in an answer: it moves on with every change of the business and with every day."""
    today = local_date(clock.now(), opened.business.zone)
    parts = (_FORM, opened.feed.business_id, opened.feed.id, count, today, opened.language, home_origin())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _kept(body: bytes, tag: str, status: int) -> Response:
    response = Response(body, status, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    if status == 200:
        response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response.set_etag(tag, weak=True)
    return response
