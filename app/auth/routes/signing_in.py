"""Signing in, signing out, changing the password. Always full pages: they change what the browser may see."""

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.auth import accounts
from app.auth.forms import PasswordForm, SignInForm
from app.auth.guards import (
    actor,
    device,
    needs_sign_in,
    remember_device,
    second_step_first,
    sign_in,
    sign_out,
)
from app.auth.models import User
from app.auth.returning import safe_path
from app.auth.routes.room import bp, form_page
from app.auth.signing_in import check_sign_in, note_sign_in, slow_down_password, tell_of_new_browser
from app.businesses.joining import memberships_of
from app.core import clock, hx
from app.core.db import db
from app.core.errors import DomainError
from app.core.limits import network_address


@bp.get("/sign-in")
def new_session() -> Response:
    """The form to sign in; whoever is signed in goes on to where they wanted."""
    wanted = safe_path(request.args.get("next"))
    if current_user.is_authenticated:
        return hx.go_to(wanted or home_of(current_user.id))
    return form_page("auth/sign_in.html", SignInForm(next=wanted))


@bp.post("/sign-in")
def create_session() -> Response:
    """Sign in and go to the page that was wanted, or home."""
    form = SignInForm()
    if not form.validate():
        return form_page("auth/sign_in.html", form, 422)
    try:
        user = check_sign_in(str(form.email.data), str(form.password.data), device(), network_address())
    except DomainError as refusal:
        return form_page("auth/sign_in.html", form, refusal.status, refusal)
    wanted = safe_path(form.next.data)
    if user.second_factor:
        db.session.commit()
        return second_step_first(user, remembered=form.remember.data, wanted=wanted)
    return enter(user, remembered=form.remember.data, wanted=wanted)


@bp.post("/sign-out")
def destroy_session() -> Response:
    """Sign out, and say so."""
    sign_out()
    db.session.commit()
    flash(_("You are signed out."), "good")
    return hx.go_to(url_for(".new_session"))


@bp.get("/account/password")
@needs_sign_in
def edit_password() -> Response:
    """The form for another password."""
    return form_page("auth/password.html", PasswordForm())


@bp.post("/account/password")
@needs_sign_in
def update_password() -> Response:
    """Change the password, which ends every other session of theirs."""
    form = PasswordForm()
    if not form.validate():
        return form_page("auth/password.html", form, 422)
    user = accounts.load_user(current_user.id)
    try:
        slow_down_password(user.id)
        accounts.change_password(
            user, str(form.current.data), str(form.new.data), by=actor(), now=clock.now()
        )
    except DomainError as refusal:
        return form_page("auth/password.html", form.refuse(refusal), refusal.status, refusal)
    sign_in(user, remembered=current_user.session.remembered)
    db.session.commit()
    flash(_("Your password is changed. You were signed out everywhere else."), "good")
    return hx.go_to(url_for("account.index"))


def enter(user: User, *, remembered: bool, wanted: str | None) -> Response:
    """Sign in whoever has shown all that is asked for, and go to the page that was wanted, or home."""
    now = clock.now()
    note_sign_in(user, now)
    tell_of_new_browser(user, device(), request.user_agent.string, request.remote_addr, now)
    sign_in(user, remembered=remembered)
    db.session.commit()
    return remember_device(hx.go_to(wanted or home_of(user.id)), user.email)


def home_of(user_id: int) -> str:
    """The day of one's only business, or the list to choose from."""
    memberships = memberships_of(user_id)
    if len(memberships) == 1:
        return url_for("dashboard.index", slug=memberships[0].business.slug)
    return url_for("account.index")
