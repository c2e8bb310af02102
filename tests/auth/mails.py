"""Mails about accounts, as tests read them."""

from urllib.parse import urlsplit

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.notifications.claiming import claim
from app.notifications.composing import compose
from app.notifications.kinds import find_kind
from app.notifications.models import Notification
from tests.notifications.post import read


def planned(kind=None):
    """The mails that were planned, oldest first."""
    db.session.flush()
    rows = select(Notification).order_by(Notification.id).execution_options(populate_existing=True)
    return list(db.session.scalars(rows.filter_by(kind=kind) if kind else rows))


def sent(row):
    """The mail of a planned row as a mail program reads it; None when it is called off, for the reason in the row."""
    claimed = claim(row.id, clock.now(), "daybook.example")
    assert claimed
    if claimed.status != "claimed":
        return None
    return read(compose(claimed, find_kind(claimed.kind).words(claimed)))


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def links_in(mail):
    """The addresses of ours in a mail, without the host."""
    words = text_of(mail).split()
    return [urlsplit(it).path for it in words if it.startswith("http")]


def link_of(kind):
    """The address in the newest mail of a kind."""
    mail = sent(planned(kind)[-1])
    assert mail is not None, planned(kind)[-1].last_error
    return links_in(mail)[0]
