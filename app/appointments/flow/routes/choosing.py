"""Services, people, days and times, until one of them is held."""

from flask import Response, g, request, url_for

from app.appointments import holding
from app.appointments.finding import hold_token
from app.appointments.flow.forms.wish import WishForm
from app.appointments.flow.routes.blueprint import basket_token, bp, hold_limits
from app.appointments.forms.money_words import NOTHING_MORE, More, of_choice
from app.appointments.offering import offer
from app.appointments.refusals import ServiceGone
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.framing import visitor
from app.core.limits import limiter, network_address
from app.orders.checking_out import look_at_with_visit
from app.reviews.ratings import all_stars

SLOTS = "appointments/flow/_slots.html"


def is_one_service() -> bool:
    """Whether a visit has one service, which takes no planning."""
    return "service2" not in request.values


# A visit of several services takes far more work than any other page.
planned = limiter.limit("90 per minute", exempt_when=is_one_service)


@bp.get("/book")
@planned
def new() -> Response:
    """Services, people, days and times."""
    return _choosing(WishForm(g.business))


@bp.get("/book/slots")
@planned
def slots() -> Response:
    """The strip of days and the times of one of them."""
    form = WishForm(g.business, with_menu=not hx.wants_partial())
    if not form.parts and hx.wants_partial():
        raise ServiceGone
    return _choosing(form, partial=SLOTS)


@bp.get("/book/holds")
def holds() -> Response:
    """Where the address bar stays after a refusal: whoever asks for it again goes on with the same choice."""
    form = WishForm(g.business)
    return hx.go_to(url_for(".new", **form.query(date=form.date.data or None)))


@bp.post("/book/holds")
@limiter.limit("30 per minute")
@retrying
def create_hold() -> Response:
    """Keep the chosen time while the customer types their name."""
    form = WishForm(g.business)
    if not form.validate():
        return _choosing(form, 422)
    try:
        booking = holding.hold(g.business, form.wish, _visitor(form), by=visitor(), now=clock.now())
    except DomainError as refused:
        undo(showing_rows=True)
        return _choosing(form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".details", hold=hold_token(booking), flow=form.flow_token))


def _choosing(form: WishForm, status: int = 200, partial: str = "appointments/flow/_flow.html") -> Response:
    choice, now = form.choice(), clock.now()
    found = offer(g.business, choice, now, holding.held_by(g.business.id, _visitor(form), now))
    status = 422 if form.problem and status == 200 else status
    ordered = look_at_with_visit(g.business, g.basket)
    more = More(ordered.first, ordered.total) if ordered else NOTHING_MORE
    money = of_choice(g.business, choice, more)
    # Times alone are drawn without services and people.
    stars = {} if partial == SLOTS and hx.wants_partial() else all_stars(g.business.id)
    shown = {"form": form, "choice": choice, "offer": found, "money": money, "stars": stars}
    shown |= {"basket": basket_token(), "ordered": ordered}
    page = hx.render("appointments/flow/flow.html", partial, status, **shown)
    page.headers.update(form.headers)
    return page


def _visitor(form: WishForm) -> holding.Visitor:
    return holding.Visitor(form.flow_id or "", network_address(), hold_limits())
