"""The keys of a business at Stripe, which only its owners enter and remove, with their password."""

from flask import Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.auth.accounts import check_password, load_user
from app.auth.guards import actor
from app.auth.signing_in import slow_down_password
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.payments.connecting import (
    connection_of,
    keep_account,
    last_paid_with,
    remove_account,
    under_way,
    whose,
)
from app.payments.forms.stripe_keys import KeysForm, PasswordForm
from app.payments.routes.online_payment import bp
from app.payments.stripe.account import Account, account_of

_MODE = "/<any(test, live):mode>"


@bp.get(f"{_MODE}/keys")
@needs_role("owner")
def edit(mode: str) -> Response:
    """The keys to enter; of those that are kept only the end is shown."""
    return _keys(_form(mode))


@bp.post(f"{_MODE}/keys")
@needs_role("owner")
@retrying
def update_keys(mode: str) -> Response:
    """Keep them, once Stripe has said whose they are."""
    form = _form(mode)
    if not form.validate():
        return _keys(form, 422)
    try:
        _check_password(form)
        name = _whose(form.wish)
        keep_account(g.business, form.wish, name, by=actor(), now=clock.now())
    except DomainError as refusal:
        return _keys(form.refuse(refusal), refusal.status, refusal)
    db.session.commit()
    flash(
        _("Stripe says: these are keys of %(name)s.", name=name) if name else _("Stripe takes these keys."),
        "good",
    )
    return hx.go_to(url_for(".index"))


@bp.get(f"{_MODE}/removal")
@needs_role("owner")
def new_removal(mode: str) -> Response:
    """What happens to payments under way, before it does."""
    return _removal(PasswordForm(), mode)


@bp.post(f"{_MODE}/removal")
@needs_role("owner")
@retrying
def create_removal(mode: str) -> Response:
    """Forget the keys."""
    form = PasswordForm()
    if not form.validate():
        return _removal(form, mode, 422)
    try:
        _check_password(form)
    except DomainError as refusal:
        return _removal(form.refuse(refusal), mode, refusal.status, refusal)
    remove_account(g.business, live=mode == "live", by=actor(), now=clock.now())
    db.session.commit()
    flash(_("The keys are removed here. At Stripe they still work until you revoke them there."), "good")
    return hx.go_to(url_for(".index"))


def _form(mode: str) -> KeysForm:
    kept = getattr(connection_of(g.business.id), mode)
    return KeysForm(mode, kept, account_of(g.business.id, live=mode == "live"))


def _whose(account: Account) -> str:
    """Stripe is asked, and nobody waits for it with a transaction open."""
    paid_before = last_paid_with(g.business.id, live=account.live)
    db.session.rollback()
    return whose(account, paid_before)


def _check_password(form: PasswordForm) -> None:
    slow_down_password(current_user.id)
    check_password(load_user(current_user.id), str(form.password.data))


def _keys(form: KeysForm, status: int = 200, refusal: DomainError | None = None) -> Response:
    return _page("keys", status, refusal, form=form, mode=form.mode, kept=form.kept)


def _removal(
    form: PasswordForm, mode: str, status: int = 200, refusal: DomainError | None = None
) -> Response:
    if refusal:
        undo()
    connection, waits = connection_of(g.business.id), under_way(g.business.id, live=mode == "live")
    return _page("removal", status, refusal, form=form, mode=mode, connection=connection, waits=waits)


def _page(name: str, status: int, refusal: DomainError | None, **shown: object) -> Response:
    if refusal:
        undo()
    user = load_user(current_user.id)
    page = render_template(f"payments/stripe/{name}.html", business=g.business, user=user, **shown)
    return make_response(page, status, refusal.headers if refusal else {})
