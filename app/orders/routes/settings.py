"""How orders are taken, and that none are taken for a while."""

from flask import Blueprint, Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.orders.forms.settings import OrderSettingsForm, PauseForm
from app.orders.models import OrderSettings
from app.orders.ruling import OPEN_END, known_settings, pause_orders, set_order_rules
from app.payments.stripe.account import account_of
from app.services.selling import shelves_of

bp = Blueprint("order_settings", __name__, url_prefix="/manage/<slug>/settings/orders")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def edit() -> Response:
    """The ways, the times, and who pays when."""
    return _page(_form())


@bp.post("")
@needs_role("manager")
@retrying
def update() -> Response:
    """Take orders like this from now on."""
    form = _form()
    if not form.validate():
        return _page(form, status=422)
    set_order_rules(g.business.id, form.columns, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Saved. What is ordered stays as it was promised."), "good")
    return hx.go_to(url_for(".edit"))


@bp.post("/pause")
@needs_role("manager")
@retrying
def create_pause() -> Response:
    """Take no orders for a while."""
    form, now = PauseForm(), clock.now()
    if not form.validate():
        return _page(_form(), form, 422)
    pause_orders(g.business.id, form.until_at(g.business, now), by=actor(), now=now)
    db.session.commit()
    flash(_("No orders are taken for now. What is ordered already is still expected."), "good")
    return hx.go_to(url_for(".edit"))


@bp.post("/resumption")
@needs_role("manager")
@retrying
def create_resumption() -> Response:
    """Take orders again."""
    pause_orders(g.business.id, None, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Orders are taken again."), "good")
    return hx.go_to(url_for(".edit"))


def _form() -> OrderSettingsForm:
    known = known_settings(g.business.id)
    return OrderSettingsForm(g.business, known, can_pay_online=account_of(g.business.id) is not None)


def _page(form: OrderSettingsForm, pause: PauseForm | None = None, status: int = 200) -> Response:
    settings = known_settings(g.business.id)
    page = render_template(
        "orders/settings.html",
        form=form,
        pause=pause or PauseForm(formdata=None),
        settings=settings,
        paused_until=_paused_until(settings),
        is_open_end=settings is not None and settings.paused_until == OPEN_END,
        has_items=any(it.items for it in shelves_of(g.business.id)),
    )
    return make_response(page, status)


def _paused_until(settings: OrderSettings | None) -> object:
    until = settings.paused_until if settings else None
    return until if until is not None and until > clock.now() else None
