"""Free times as JSON, for programs on other websites. docs/widget.md says what they can rely on."""

import hashlib
from datetime import datetime
from typing import Any

from flask import Response, abort, current_app, g, make_response, request, url_for
from flask_babel import gettext as _

from app.appointments.choosing import Choice, Chosen
from app.appointments.offering import times_between
from app.core import clock
from app.core.bodies import answers_json
from app.core.changes import changes_of
from app.core.errors import DomainError
from app.core.limits import limiter
from app.schedule.wall_clock import epoch_minute_not_before, local_date, utc
from app.services.models import Service
from app.services.offering import bookable_services
from app.sharing import whole
from app.staff.team import performers_of
from app.widget import availability
from app.widget.forms import Question, Unreadable, read_question
from app.widget.routes.blueprint import bp

_FORM = 1  # Rises when the same question is answered in another form, so that nobody keeps the earlier one.


class NotOffered(DomainError):
    """A service or a person that cannot be booked here, or not any more."""

    status = 404


@bp.get("/availability.json")
@limiter.limit("120 per minute")
@answers_json
def show_availability(slug: str) -> Response:
    """The free times of a service; without one, what can be booked and with whom.

    Whoever asks again within the minute is told that nothing happened since by two statements, without the engine.
    """
    if "business" not in g:
        abort(404)
    # The flow, too, counts from the next whole minute, so the answer holds until it has passed.
    now = utc(epoch_minute_not_before(clock.now()))
    question = read_question(request.args, g.business.zone, local_date(now, g.business.zone))
    tag = _tag(question, now)
    if request.if_none_match.contains(tag) and not request.if_none_match.star_tag:
        return _kept(make_response("", 304), tag)
    return _kept(make_response(_answer(question, now)), tag)


def _answer(question: Question, now: datetime) -> dict[str, Any]:
    business = g.business
    services = bookable_services(business.id)
    said: dict[str, Any] = {"business": availability.about(business)}
    if question.service_id is None:
        people = performers_of(business.id, [it.id for it in services])
        return said | {"services": availability.menu(services, people)}
    choice = _choice(services, question)
    found = times_between(business, choice, question.first, question.last, now)
    zone = choice.zone or business.zone
    return said | {
        "service": availability.chosen_service(choice),
        "zone": zone,
        "days": availability.days(found, choice, zone, _book_at),
    }


def _choice(services: list[Service], question: Question) -> Choice:
    service = next((it for it in services if it.id == question.service_id), None)
    if service is None:
        raise NotOffered(_("That service is not offered here. Please choose another one."))
    people = performers_of(g.business.id, [service.id])[service.id]
    person = next((it for it in people if it.id == question.staff_id), None)
    if question.staff_id is not None and person is None:
        raise NotOffered(_("That person does not do this. Please choose somebody else."))
    if question.places > service.capacity:
        raise Unreadable(_("This service has no more than %(most)s places.", most=service.capacity))
    is_online = service.online and g.business.shows_customer_zone
    return Choice(
        (Chosen(service, tuple(people), person),),
        places=question.places,
        zone=question.zone if is_online else None,
    )


def _book_at(**query: Any) -> str:
    return whole(url_for("flow.new", slug=g.business.slug, lang=None, **query))


def _tag(question: Question, now: datetime) -> str:
    """Names the bytes of an answer: whatever they are made of is in it, and whether they travel compressed."""
    base = current_app.config["PUBLIC_BASE_URL"]
    parts = (_FORM, g.business.id, g.business.slug, changes_of(g.business.id), now, question, base)
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    return f"{digest}-gzip" if request.accept_encodings.quality("gzip") else digest


def _kept(response: Response, tag: str) -> Response:
    response.mimetype = "application/json"  # Also where nothing is sent: what it varies by goes by this.
    response.headers["Cache-Control"] = "public, max-age=30"
    response.set_etag(tag)
    return response
