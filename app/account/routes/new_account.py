"""Somebody opens an account to see their visits: an address, a link by mail, a name and a password."""

from flask import Blueprint, Response, abort, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from app.account.forms.new_account import AskForm
from app.account.joining import ask_account, open_account
from app.auth.guards import remember_device, sign_in
from app.auth.links import DeadLink, check_alive, find_link
from app.auth.models import OneTimeLink
from app.auth.signing_in import note_sign_in
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import network_address
from app.formatters import current_language
from app.password_fields import NewPersonForm

bp = Blueprint("new_account", __name__, url_prefix="/account/sign-up")


@bp.get("")
def new() -> Response:
    """Where the link should go; whoever has an account is there already."""
    if current_user.is_authenticated:
        return hx.go_to(url_for("account.index"))
    return _page("account/ask_account.html", AskForm())


@bp.post("")
@retrying
def create() -> Response:
    """Send a link, or a word to whoever has an account; nobody else can tell which."""
    form = AskForm()
    if not form.validate():
        return _page("account/ask_account.html", form, 422)
    try:
        ask_account(str(form.email.data), network_address(), now=clock.now())
    except DomainError as refusal:
        return _page("account/ask_account.html", form, refusal.status, refusal)
    db.session.commit()
    return hx.go_to(url_for(".show_sent"))


@bp.get("/sent")
def show_sent() -> Response:
    """What happens now, the same for every address."""
    return make_response(render_template("account/asked.html"))


@bp.get("/<token>")
def edit(token: str) -> Response:
    """A name and a password, as long as the link lives."""
    link = _load(token)
    try:
        check_alive(link, clock.now())
    except DeadLink as refusal:
        return _dead(refusal)
    return _page("account/open_account.html", NewPersonForm(), link=link, token=token)


@bp.post("/<token>")
@retrying
def update(token: str) -> Response:
    """Open the account, signed in at once."""
    link, form, now = _load(token), NewPersonForm(), clock.now()
    if not form.validate():
        return _page("account/open_account.html", form, 422, link=link, token=token)
    try:
        user = open_account(link, str(form.name.data), str(form.password.data), current_language(), now=now)
    except DomainError as refusal:
        return _refused(form, refusal, link, token)
    note_sign_in(user, now)
    sign_in(user, remembered=False)
    db.session.commit()
    flash(_("Welcome, %(name)s.", name=user.name), "good")
    return remember_device(hx.go_to(url_for("account.index")), user.email)


def _refused(form: NewPersonForm, refusal: DomainError, link: OneTimeLink, token: str) -> Response:
    if refusal.status in (409, 410):
        return _dead(refusal)
    return _page(
        "account/open_account.html", form.refuse(refusal), refusal.status, refusal, link=link, token=token
    )


def _page(
    template: str, form: FlaskForm, status: int = 200, refusal: DomainError | None = None, **more: object
) -> Response:
    if refusal:
        undo()
    page = render_template(template, form=form, refusal=refusal, **more)
    return make_response(page, status, refusal.headers if refusal else {})


def _dead(refusal: DomainError) -> Response:
    undo()
    page = render_template("auth/dead_link.html", refusal=refusal, again=url_for(".new"))
    return make_response(page, refusal.status)


def _load(token: str) -> OneTimeLink:
    return find_link("account", token) or abort(404)
