"""Everything about one person: to hand over, or to forget."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.appointments.statuses import CUSTOMERS_WORDS
from app.audit.models import record
from app.auth.guards import actor, proved_only
from app.businesses.guards import needs_role
from app.core import clock, hx, parcels
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.customers.copying import parts_of
from app.customers.erasing import erase, everything_about
from app.customers.forms import EraseForm
from app.customers.models import Customer
from app.customers.routes.room import bp, load
from app.orders.words import STATUSES as ORDER_STATUSES
from app.orders.words import WAYS
from app.payments.wording import METHODS, PAYMENT_STATUSES


@bp.post("/<id:customer_id>/copies")
@needs_role("manager")
@proved_only
@retrying
def create_copy(customer_id: int) -> Response:
    """All that is kept of them, for programs and for themselves; the journal says who took it."""
    customer, now = load(customer_id), clock.now()
    told = everything_about(customer, now)
    record("customer.exported", "customer", customer.id, by=actor(), at=now, business_id=g.business.id)
    db.session.commit()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as both:
        both.writestr("customer.json", json.dumps(told, ensure_ascii=False, indent=2, default=str))
        both.writestr("customer.html", _in_words(customer, told, now))
    page = Response(file.getvalue(), mimetype="application/zip")
    page.headers["Content-Disposition"] = f'attachment; filename="customer-{customer.id}.zip"'
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.get("/<id:customer_id>/erasure")
@needs_role("manager")
def new_erasure(customer_id: int) -> Response:
    """What goes and what stays."""
    return _page(load(customer_id), EraseForm())


@bp.post("/<id:customer_id>/erasure")
@needs_role("manager")
@proved_only
@retrying
def create_erasure(customer_id: int) -> Response:
    """Forget them."""
    customer, form = load(customer_id), EraseForm()
    if not form.validate():
        return _page(customer, form, 422)
    try:
        erase(customer, form.name.data or "", by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        form.name.errors = [str(refusal.message)]
        return _page(load(customer_id), form, refusal.status)
    db.session.commit()
    # They are in what was written of the whole business before.
    parcels.forget_made(g.business.id)
    flash(_("The customer is erased."), "good")
    return hx.go_to(url_for(".index"))


def _in_words(customer: Customer, told: Mapping[str, Any], now: datetime) -> str:
    """The same as a page that opens in any browser."""
    codes = {
        "status": {**PAYMENT_STATUSES, **CUSTOMERS_WORDS},
        "method": METHODS,
        "order_status": ORDER_STATUSES,
        "way": WAYS,
    }
    parts = parts_of(told, codes, g.business.zone)
    return render_template(
        "customers/copy.html", customer=customer, business=g.business, parts=parts, now=now
    )


def _page(customer: Customer, form: EraseForm, status: int = 200) -> Response:
    return make_response(render_template("customers/erasure.html", customer=customer, form=form), status)
