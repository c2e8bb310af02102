"""The codes that make a visit cheaper."""

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.payments.couponing import add_coupon, change_coupon, coupons_of, find_coupon, switch_coupon
from app.payments.forms.coupons import CouponForm, FindForm, in_words, state_in_words
from app.payments.models import Coupon
from app.schedule.wall_clock import local_date

bp = Blueprint("coupons", __name__, url_prefix="/manage/<slug>/coupons")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """All codes, or those that are looked for."""
    form = FindForm(request.args)
    found = coupons_of(g.business.id, form.typed, form.number)
    today = local_date(clock.now(), g.business.zone)
    words = {it.id: (in_words(it, g.business.currency), state_in_words(it, today)) for it in found.rows}
    page = render_template("payments/coupons/index.html", found=found, words=words, typed=form.typed)
    return make_response(page)


@bp.get("/new")
@needs_role("manager")
def new() -> Response:
    """A form for one more."""
    return _form(CouponForm(g.business.currency))


@bp.post("")
@needs_role("manager")
@retrying
def create() -> Response:
    """One more."""
    form = CouponForm(g.business.currency)
    if not form.validate():
        return _form(form, status=422)
    try:
        coupon = add_coupon(g.business, form.terms, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _form(form.refuse(refusal), status=refusal.status)
    db.session.commit()
    flash(_("Customers can use %(code)s now.", code=coupon.code), "good")
    return hx.go_to(url_for(".index"))


@bp.get("/<id:coupon_id>")
@needs_role("manager")
def edit(coupon_id: int) -> Response:
    """Its terms, to change them."""
    coupon = _load(coupon_id)
    return _form(CouponForm(g.business.currency, coupon), coupon)


@bp.post("/<id:coupon_id>")
@needs_role("manager")
@retrying
def update(coupon_id: int) -> Response:
    """Other terms, from the next booking on."""
    coupon = _load(coupon_id)
    form = CouponForm(g.business.currency, coupon)
    if not form.validate():
        return _form(form, coupon, 422)
    try:
        change_coupon(coupon, form.terms, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _form(form.refuse(refusal), _load(coupon_id), refusal.status)
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".index"))


@bp.post("/<id:coupon_id>/pause")
@needs_role("manager")
@retrying
def create_pause(coupon_id: int) -> Response:
    """Nobody can use it any more."""
    return _switch(coupon_id, active=False)


@bp.post("/<id:coupon_id>/return")
@needs_role("manager")
@retrying
def create_return(coupon_id: int) -> Response:
    """It can be used again."""
    return _switch(coupon_id, active=True)


def _switch(coupon_id: int, *, active: bool) -> Response:
    coupon = _load(coupon_id)
    switch_coupon(coupon, active=active, by=actor(), now=clock.now())
    db.session.commit()
    words = _("%(code)s can be used again.") if active else _("%(code)s cannot be used any more.")
    flash(words % {"code": coupon.code}, "good")
    return hx.go_to(url_for(".index"))


def _load(coupon_id: int) -> Coupon:
    return find_coupon(g.business.id, coupon_id) or abort(404)


def _form(form: CouponForm, coupon: Coupon | None = None, status: int = 200) -> Response:
    return make_response(render_template("payments/coupons/form.html", form=form, coupon=coupon), status)
