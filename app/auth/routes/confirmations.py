"""Showing that an address is one's own: the page of the link that came by mail."""

from flask import Response, abort, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.auth.accounts import EmailTaken, load_user
from app.auth.checking import check_address
from app.auth.guards import actor, needs_sign_in
from app.auth.links import DeadLink, check_alive, find_link
from app.auth.models import OneTimeLink
from app.auth.routes.room import bp, dead_end
from app.core import clock, hx
from app.core.db import db, retrying


@bp.get("/confirmation/<token>")
@needs_sign_in
def show_confirmation(token: str) -> Response:
    """A button, for the account the address belongs to: a stranger's account gains nothing by their pressing it."""
    link = _load(token)
    try:
        check_alive(link, clock.now())
    except DeadLink as refusal:
        return dead_end(refusal, url_for("account.edit_email"))
    return _page(link, token)


@bp.post("/confirmation/<token>")
@needs_sign_in
@retrying
def create_confirmation(token: str) -> Response:
    """The address is theirs from now on."""
    link, user = _load(token), load_user(current_user.id)
    if link.user_id != user.id:
        return _page(link, token, 403)
    try:
        check_address(link, user, by=actor(), now=clock.now())
    except (DeadLink, EmailTaken) as refusal:
        return dead_end(refusal, url_for("account.edit_email"))
    db.session.commit()
    flash(_("%(email)s is confirmed.", email=user.email), "good")
    return hx.go_to(url_for("account.index"))


def _page(link: OneTimeLink, token: str, status: int = 200) -> Response:
    is_mine = link.user_id == current_user.id
    page = render_template("auth/confirmation.html", link=link, token=token, is_mine=is_mine)
    return make_response(page, status if is_mine else 403)


def _load(token: str) -> OneTimeLink:
    return find_link("email_check", token) or abort(404)
