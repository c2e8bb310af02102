"""How many services there may be, and those that come back."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.services.arranging import count_services
from app.services.models import Service
from app.services.offering import change_service

MOST = 300


class TooManyServices(DomainError):
    """A list longer than anybody would read."""

    message = _(
        "There are 300 services already, which is as many as there may be. Please put some away first."
    )


def check_room_for_more(business_id: int) -> None:
    """Raise TooManyServices where MOST are offered. Under the lock."""
    if count_services(business_id)[True] >= MOST:
        raise TooManyServices


def put_back(service: Service, *, by: Actor, now: datetime) -> None:
    """Offer a service that was put away. Twice changes nothing. Raises TooManyServices or NoticeBeyondWindow."""
    rules_changed(service.business_id)
    db.session.refresh(service)
    if service.active:
        return
    check_room_for_more(service.business_id)
    change_service(service, by=by, now=now, active=True)
