"""Links of the calendar for other programs: the page on which a member makes them and takes them back."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import members_only
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.feeds.allowing import Whose, everybody, open_to
from app.feeds.finding import feeds_of, load_feed
from app.feeds.forms import FeedForm, OtherForm
from app.feeds.making import make_feed, revoke_feed, rotate_feed, token_of
from app.feeds.models import Feed
from app.feeds.others import calendars_of
from app.feeds.problems import in_words
from app.sharing import whole

bp = Blueprint("feeds", __name__, url_prefix="/manage/<slug>/feeds")
bp.before_request(members_only)


@bp.get("/")
def index() -> Response:
    """The links there are, and a form for one more."""
    return page()


@bp.post("/")
@retrying
def create() -> Response:
    """One more link."""
    form = _form()
    if not form.validate():
        return page(422, form=form)
    try:
        make_feed(g.membership, form.resource_id, form.detail.data or "busy", by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return page(refusal.status, form=form.refuse(refusal))
    db.session.commit()
    flash(_("Here is your link. Give it to your calendar program, and to nobody else."), "good")
    return hx.go_to(url_for(".index"))


@bp.post("/<id:feed_id>/rotation")
@retrying
def create_rotation(feed_id: int) -> Response:
    """Another link in the place of this one; only whoever made it sees links."""
    feed = _load(feed_id)
    if feed.user_id != g.membership.user_id:
        abort(403)
    rotate_feed(feed, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("This is a new link. The old one does not work any more."), "good")
    return hx.go_to(url_for(".index"))


@bp.post("/<id:feed_id>/revocation")
@retrying
def create_revocation(feed_id: int) -> Response:
    """Nobody reads it from now on."""
    revoke_feed(_load(feed_id), by=actor(), now=clock.now())
    db.session.commit()
    flash(_("The link does not work any more."), "good")
    return hx.go_to(url_for(".index"))


def page(status: int = 200, *, form: FeedForm | None = None, other: OtherForm | None = None) -> Response:
    """The whole page, with a form that was refused in its place."""
    those = everybody(g.membership)
    listed = [(kept, _address(kept.feed)) for kept in feeds_of(g.membership)]
    shown = render_template(
        "feeds/index.html",
        business=g.business,
        form=form or _form(those),
        mine=[it for it in listed if it[0].feed.user_id == g.membership.user_id],
        others=[it for it in listed if it[0].feed.user_id != g.membership.user_id],
        names={it.id: it.name for it in those},
        other_form=other or other_form(those),
        calendars=calendars_of(g.membership, those),
        in_words=in_words,
    )
    return make_response(shown, status)


def other_form(those: Sequence[Whose] | None = None) -> OtherForm:
    """A calendar elsewhere, of one of those whose time this member may take."""
    return OtherForm(open_to(g.membership, those or everybody(g.membership)))


def _address(feed: Feed) -> str | None:
    """The whole address of one's own link; none of others', and none whose key is gone."""
    token = token_of(feed) if feed.user_id == g.membership.user_id else None
    return whole(url_for("subscriptions.show", token=token)) if token else None


def _form(those: Sequence[Whose] | None = None) -> FeedForm:
    choices = open_to(g.membership, those or everybody(g.membership))
    return FeedForm(choices, has_all=g.membership.is_at_least("manager"))


def _load(feed_id: int) -> Feed:
    return load_feed(g.membership, feed_id) or abort(404)
