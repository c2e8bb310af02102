"""A forgotten password: a link by mail, and another password."""

from flask import Response, abort, flash, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.forms import AddressForm, NewPasswordForm
from app.auth.links import DeadLink, find_link
from app.auth.models import OneTimeLink
from app.auth.resetting import ask_reset, reset_password, user_of
from app.auth.routes.room import bp, dead_end, form_page
from app.core import clock, hx
from app.core.db import db, retrying
from app.core.errors import DomainError
from app.core.limits import network_address


@bp.get("/password-reset")
def new_reset() -> Response:
    """Where the link should go."""
    return form_page("auth/reset.html", AddressForm())


@bp.post("/password-reset")
@retrying
def create_reset() -> Response:
    """Send the link to whoever has an account; nobody else can tell."""
    form = AddressForm()
    if not form.validate():
        return form_page("auth/reset.html", form, 422)
    try:
        ask_reset(str(form.email.data), network_address(), now=clock.now())
    except DomainError as refusal:
        return form_page("auth/reset.html", form, refusal.status, refusal)
    db.session.commit()
    return hx.go_to(url_for(".show_sent_reset"))


@bp.get("/password-reset/sent")
def show_sent_reset() -> Response:
    """What happens now, the same for every address."""
    return make_response(render_template("auth/reset_sent.html"))


@bp.get("/password-reset/<token>")
def edit_reset(token: str) -> Response:
    """The form for another password, as long as the link lives."""
    link = _load(token)
    try:
        user = user_of(link, clock.now())
    except DeadLink as refusal:
        return dead_end(refusal, url_for(".new_reset"))
    return form_page("auth/new_password.html", NewPasswordForm(), token=token, email=user.email)


@bp.post("/password-reset/<token>")
@retrying
def update_reset(token: str) -> Response:
    """Set the password, which signs out everywhere and uses the link up."""
    link, form = _load(token), NewPasswordForm()
    if not form.validate():
        return _again(link, form, token, 422)
    try:
        reset_password(link, str(form.new.data), now=clock.now())
    except DeadLink as refusal:
        return dead_end(refusal, url_for(".new_reset"))
    except DomainError as refusal:
        return _again(link, form.refuse(refusal), token, refusal.status)
    db.session.commit()
    flash(_("Your password is changed. Sign in with the new one."), "good")
    return hx.go_to(url_for(".new_session"))


def _again(link: OneTimeLink, form: NewPasswordForm, token: str, status: int) -> Response:
    return form_page("auth/new_password.html", form, status, token=token, email=link.email)


def _load(token: str) -> OneTimeLink:
    return find_link("reset", token) or abort(404)
