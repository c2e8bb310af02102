"""The same service once more, to be changed into another one."""

from datetime import datetime

from flask_babel import gettext
from sqlalchemy import inspect

from app.businesses.locking import rules_changed
from app.businesses.models import Business
from app.core.actor import Actor
from app.schedule.needing import needs_of, set_needs
from app.services.arranging import last_position
from app.services.asking import QuestionWish, ask, questions_for
from app.services.keeping import check_room_for_more
from app.services.models import LONGEST_NAME, Service
from app.services.offering import add_service

# What a copy has of its own.
_WAYS = ("bookable", "orderable", "walk_in", "on_request")
_NOT_COPIED = {"business_id", "id", "uid", "picture", "position", "active", "name", *_WAYS}


def copy_service(business: Business, service: Service, *, by: Actor, now: datetime) -> Service:
    """The same once more under another name, with who and what it takes and what it asks; nobody can have it yet.

    Raises TooManyServices.
    """
    rules_changed(business.id)
    check_room_for_more(business.id)
    names = [it.key for it in inspect(Service).column_attrs if it.key not in _NOT_COPIED]
    columns = {name: getattr(service, name) for name in names}
    mark = gettext("%(name)s (copy)", name="")
    made = add_service(
        business.id,
        service.name[: LONGEST_NAME - len(mark)].rstrip() + mark,
        **columns,
        **dict.fromkeys(_WAYS, False),
        position=last_position(business.id, service.category_id),
        by=by,
        now=now,
    )
    needs = needs_of(business.id, [service.id])[service.id]
    if needs:
        set_needs(business.id, made.id, needs, by=by, now=now)
    for it in questions_for(business.id, [service.id]):
        if it.service_id:
            wish = QuestionWish(it.label, it.kind, tuple(it.options), it.required)
            ask(business.id, wish, made.id, by=by, now=now)
    return made
