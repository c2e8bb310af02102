"""What the codes of a business were used for."""

from flask import Response, abort, g, make_response, render_template, request

from app.businesses.guards import needs_role
from app.money.codes import uses_of
from app.money.forms.listing import PageForm
from app.money.routes.pages import bp
from app.money.visits import places_of
from app.payments.couponing import find_coupon


@bp.get("/codes/<id:coupon_id>")
@needs_role("manager")
def show_code(coupon_id: int) -> Response:
    """Each use of a code, with the visit it was for."""
    coupon = find_coupon(g.business.id, coupon_id) or abort(404)
    found = uses_of(g.business.id, coupon.id, PageForm(request.args).number)
    places = places_of(g.business.id, {it.use.subject_uid for it in found.rows})
    page = render_template("money/code.html", coupon=coupon, found=found, places=places)
    return make_response(page)
