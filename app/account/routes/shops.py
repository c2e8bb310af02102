"""Somebody who has an account opens one more business."""

from flask import Blueprint, Response, current_app, make_response, render_template, url_for
from flask_login import current_user

from app.account import signing_up
from app.account.forms.business import BusinessForm
from app.auth.accounts import load_user
from app.auth.guards import signed_in_only
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import network_address

bp = Blueprint("shops", __name__, url_prefix="/account/businesses")
bp.before_request(signed_in_only)


@bp.get("/new")
def new() -> Response:
    """The form for another business of somebody who has an account."""
    return _page(BusinessForm())


@bp.post("/new")
@retrying
def create() -> Response:
    """Open another business of one's own and go to its day."""
    form = BusinessForm()
    if not form.validate():
        return _page(form, 422)
    try:
        signing_up.slow_down(current_app.config["SIGN_UPS_PER_HOUR"], network_address())
        opened = signing_up.open_another(load_user(current_user.id), form.plans, form.id, now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), refusal.status)
    db.session.commit()
    return hx.go_to(url_for("dashboard.index", slug=opened.slug))


def _page(form: BusinessForm, status: int = 200) -> Response:
    headers = form.refusal.headers if form.refusal else {}
    return make_response(render_template("account/new_business.html", form=form), status, headers)
