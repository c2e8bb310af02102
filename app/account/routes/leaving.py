"""Taking one's things along, and deleting the account."""

import json

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.account.erasing import delete_account
from app.account.exporting import export_of
from app.account.forms.person import DeletionForm
from app.account.routes.home import bp
from app.account.visits import visits_ahead
from app.auth.accounts import load_user
from app.auth.guards import actor, sign_out
from app.auth.signing_in import slow_down_password
from app.businesses.joining import memberships_of
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError


@bp.get("/export")
def show_export() -> Response:
    """Everything that is kept about somebody, as one file."""
    now = clock.now()
    text = json.dumps(export_of(load_user(current_user.id), now), ensure_ascii=False, indent=2)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="daybook-{now:%Y-%m-%d}.json"'
    return response


@bp.get("/deletion")
def new_deletion() -> Response:
    """What happens, before it does."""
    return _page(DeletionForm())


@bp.post("/deletion")
@retrying
def create_deletion() -> Response:
    """Delete the account and sign out everywhere."""
    form = DeletionForm()
    if not form.validate():
        return _page(form, 422)
    try:
        slow_down_password(current_user.id)
        user = load_user(current_user.id)
        delete_account(user, str(form.password.data), by=actor(), now=clock.now())
    except DomainError as refusal:
        return _page(form.refuse(refusal), refusal.status, refusal)
    sign_out()
    db.session.commit()
    flash(_("Your account is deleted."), "good")
    return hx.go_to(url_for("auth.new_session"))


def _page(form: DeletionForm, status: int = 200, refusal: DomainError | None = None) -> Response:
    if refusal:
        undo()
    page = render_template(
        "account/deletion.html",
        form=form,
        refusal=refusal,
        user=load_user(current_user.id),
        memberships=memberships_of(current_user.id),
        ahead=visits_ahead(current_user.id, clock.now()),
    )
    return make_response(page, status, refusal.headers if refusal else {})
