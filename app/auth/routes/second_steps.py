"""The second step of signing in, for accounts that ask for one: a code from an app, or a recovery code."""

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.auth.forms import RecoveryCodeForm
from app.auth.guards import device, forget_step, somebody_halfway
from app.auth.halfway import Halfway
from app.auth.recovering import use_recovery_code
from app.auth.routes.room import bp, form_page
from app.auth.routes.signing_in import enter
from app.auth.second_factor import use_code
from app.auth.signing_in import slow_down_code
from app.core import clock, hx
from app.core.db import retrying
from app.core.errors import DomainError
from app.core.limits import network_address
from app.password_fields import CodeForm


@bp.get("/sign-in/code")
def new_code() -> Response:
    """Where the six digits are typed."""
    if somebody_halfway() is None:
        return _first_step()
    return form_page("auth/code.html", CodeForm())


@bp.post("/sign-in/code")
@retrying
def create_code() -> Response:
    """Sign in, if they are right."""
    halfway, form = somebody_halfway(), CodeForm()
    if halfway is None:
        return _first_step()
    if not form.validate():
        return form_page("auth/code.html", form, 422)
    try:
        slow_down_code(halfway.user, device(), network_address())
        use_code(halfway.user, str(form.one_time_code.data), clock.now())
    except DomainError as refusal:
        return form_page("auth/code.html", CodeForm(formdata=None), refusal.status, refusal)
    return _enter(halfway)


@bp.get("/sign-in/recovery-code")
def new_recovery_code() -> Response:
    """Where somebody who has lost their phone types one of their recovery codes."""
    if somebody_halfway() is None:
        return _first_step()
    return form_page("auth/recovery_code.html", RecoveryCodeForm())


@bp.post("/sign-in/recovery-code")
@retrying
def create_recovery_code() -> Response:
    """Sign in and use it up."""
    halfway, form = somebody_halfway(), RecoveryCodeForm()
    if halfway is None:
        return _first_step()
    if not form.validate():
        return form_page("auth/recovery_code.html", form, 422)
    try:
        slow_down_code(halfway.user, device(), network_address())
        left = use_recovery_code(halfway.user, str(form.recovery_code.data), clock.now())
    except DomainError as refusal:
        blank = RecoveryCodeForm(formdata=None)
        return form_page("auth/recovery_code.html", blank, refusal.status, refusal)
    return _enter(halfway, left)


def _enter(halfway: Halfway, left: int | None = None) -> Response:
    response = forget_step(enter(halfway.user, remembered=halfway.remembered, wanted=halfway.wanted))
    if left is not None:
        unused = ngettext(
            "You have %(num)d recovery code left.", "You have %(num)d recovery codes left.", left
        )
        flash(unused, "bad" if left < 3 else "good")
    return response


def _first_step() -> Response:
    flash(
        _("Please sign in once more: that took too long, or something about the account has changed."), "bad"
    )
    return hx.go_to(url_for(".new_session"))
