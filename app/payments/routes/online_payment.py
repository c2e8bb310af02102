"""How a business is connected with Stripe: managers see how it stands, owners say which of its keys count."""

from typing import Any

from flask import Blueprint, Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.mail import address_of
from app.payments.connecting import choose_mode, connection_of
from app.payments.forms.stripe_keys import ModeForm
from app.payments.inbox import KINDS
from app.payments.stripe.account import account_of
from app.payments.stripe.answers import Refused, Unreachable
from app.payments.stripe.asking import who_is

bp = Blueprint("online_payment", __name__, url_prefix="/manage/<slug>/settings/online-payment")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """How it stands; owners see what they can do about it."""
    return _page(ModeForm(connection_of(g.business.id)))


@bp.post("")
@needs_role("owner")
@retrying
def update() -> Response:
    """Let other keys count, or none."""
    form = ModeForm(connection_of(g.business.id))
    if not form.validate():
        return _page(form, 422)
    try:
        choose_mode(g.business, form.mode.data, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), refusal.status)
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".index"))


@bp.get("/<any(test, live):mode>/account")
@needs_role("manager")
def show_account(mode: str) -> Response:
    """Whose keys they are, and whether Stripe takes them: it is asked now."""
    account, name, problem = account_of(g.business.id, live=mode == "live"), "", ""
    # Nobody waits for Stripe with a transaction open.
    db.session.rollback()
    try:
        name = who_is(account) if account else ""
    except (Refused, Unreachable) as refusal:
        problem = "refused" if isinstance(refusal, Refused) else "away"
    known: dict[str, Any] = {"mode": mode, "account": account, "name": name, "problem": problem}
    return hx.render(
        "payments/stripe/account.html", "payments/stripe/_account.html", business=g.business, **known
    )


def _page(form: ModeForm, status: int = 200) -> Response:
    page = render_template(
        "payments/stripe/index.html",
        business=g.business,
        form=form,
        connection=connection_of(g.business.id),
        address=address_of("stripe_reports.create_report", business_id=g.business.id),
        kinds=KINDS,
    )
    return make_response(page, status)
