"""Somebody new opens shop."""

from datetime import datetime

from flask import Blueprint, Response, current_app, make_response, render_template, url_for
from flask_login import current_user

from app.account import signing_up
from app.account.forms.sign_up import SignUpForm
from app.auth.guards import remember_device, second_step_first, sign_in
from app.auth.signing_in import note_sign_in
from app.core import clock, hx
from app.core.actor import VISITOR
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import network_address

bp = Blueprint("sign_up", __name__, url_prefix="/sign-up")


@bp.get("")
def new() -> Response:
    """One short page; whoever has an account opens another business there."""
    if current_user.is_authenticated:
        return hx.go_to(url_for("shops.new"))
    return _page(SignUpForm())


@bp.post("")
@retrying
def create() -> Response:
    """Make an account and a business together, signed in at once."""
    form, now = SignUpForm(), clock.now()
    if not form.validate():
        return _page(form, 422)
    try:
        signing_up.slow_down(current_app.config["SIGN_UPS_PER_HOUR"], network_address())
        opened = signing_up.sign_up(form.person, form.plans, form.id, by=VISITOR, now=now)
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), refusal.status)
    return _enter(opened, now)


def _enter(opened: signing_up.Opened, now: datetime) -> Response:
    """Signed in, to the business. The same form sent again later may find an account that asks for a second step."""
    home = url_for("dashboard.index", slug=opened.slug)
    if opened.user.second_factor:
        undo(showing_rows=True)
        return second_step_first(opened.user, remembered=False, wanted=home)
    note_sign_in(opened.user, now)
    sign_in(opened.user, remembered=False)
    db.session.commit()
    return remember_device(hx.go_to(home), opened.user.email)


def _page(form: SignUpForm, status: int = 200) -> Response:
    headers = form.refusal.headers if form.refusal else {}
    return make_response(render_template("account/sign_up.html", form=form), status, headers)
