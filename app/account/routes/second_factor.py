"""Signing in with a code from one's phone: switching it on and off, and the recovery codes."""

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.account.forms.second_factor import SetUpForm
from app.account.routes.home import bp
from app.auth.accounts import load_user
from app.auth.guards import actor, proved_only
from app.auth.recovering import recovery_codes_left
from app.auth.second_factor import (
    address_of_secret,
    new_offer,
    offered_secret,
    renew_recovery_codes,
    turn_off,
    turn_on,
)
from app.auth.sessions import end_other_sessions
from app.auth.signing_in import slow_down_password
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError


@bp.get("/second-factor")
def show_second_factor() -> Response:
    """Whether it is on, since when, and how many recovery codes are left."""
    left = recovery_codes_left(current_user.id)
    page = render_template("account/second_factor.html", user=load_user(current_user.id), left=left)
    return make_response(page)


@bp.get("/second-factor/new")
@proved_only
def new_second_factor() -> Response:
    """A key for the app on the phone, to scan or to type, and the first code to confirm it."""
    user = load_user(current_user.id)
    if user.second_factor:
        return hx.go_to(url_for(".show_second_factor"))
    return _set_up(SetUpForm(offer=new_offer(user, clock.now())))


@bp.post("/second-factor")
@proved_only
@retrying
def create_second_factor() -> Response:
    """Switch it on; other browsers are signed out, because nobody showed a code there."""
    form, user, now = SetUpForm(), load_user(current_user.id), clock.now()
    if not form.validate():
        return _set_up(form, 422)
    try:
        slow_down_password(user.id)
        secret = offered_secret(str(form.offer.data), user, now)
        codes = turn_on(user, secret, str(form.one_time_code.data), by=actor(), now=now)
    except DomainError as refusal:
        return _set_up(form, refusal.status, refusal)
    end_other_sessions(user.id, current_user.session.id, now)
    db.session.commit()
    return _codes(codes)


@bp.post("/second-factor/recovery-codes")
@proved_only
@retrying
def create_recovery_codes() -> Response:
    """New ones; those before count no more."""
    try:
        codes = renew_recovery_codes(load_user(current_user.id), by=actor(), now=clock.now())
    except DomainError as refusal:
        return _refused(refusal)
    db.session.commit()
    return _codes(codes)


@bp.post("/second-factor/removal")
@proved_only
@retrying
def create_second_factor_removal() -> Response:
    """Switch it off."""
    try:
        turn_off(load_user(current_user.id), by=actor(), now=clock.now())
    except DomainError as refusal:
        return _refused(refusal)
    db.session.commit()
    flash(_("Signing in takes the password alone from now on."), "good")
    return hx.go_to(url_for(".show_second_factor"))


def _set_up(form: SetUpForm, status: int = 200, refusal: DomainError | None = None) -> Response:
    """The form, with the key it had, or a new one where that has run out."""
    # For one page that is seen once.
    from app.core.qr_codes import as_data

    if refusal:
        undo()
    user, now = load_user(current_user.id), clock.now()
    try:
        secret = offered_secret(str(form.offer.data), user, now)
    except DomainError:
        form.offer.data = new_offer(user, now)
        secret = offered_secret(form.offer.data, user, now)
    page = render_template(
        "account/new_second_factor.html",
        user=user,
        form=form,
        refusal=refusal,
        key=secret,
        picture=as_data(address_of_secret(secret, user)),
    )
    return make_response(page, status, refusal.headers if refusal else {})


def _codes(codes: list[str]) -> Response:
    user = load_user(current_user.id)
    return make_response(render_template("account/recovery_codes.html", user=user, codes=codes))


def _refused(refusal: DomainError) -> Response:
    undo()
    flash(str(refusal.message), "bad")
    return hx.go_to(url_for(".show_second_factor"))
