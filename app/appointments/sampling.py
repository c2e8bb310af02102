"""What a business may begin its list with: the usual services of its trade."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.appointments.designing import Design, create_service
from app.businesses.countries import sample_price
from app.businesses.models import Business
from app.businesses.trades import TRADES, SampleService, find_trade
from app.core.actor import Actor
from app.schedule.grouping import NeedWish
from app.schedule.needing import PERFORMER
from app.schedule.serving import Server
from app.services.models import Service
from app.staff.team import team


def samples_for(business: Business) -> Sequence[SampleService]:
    """Three services to begin with."""
    return (find_trade(business.trade) or TRADES[-1]).samples


def offer_sample(business: Business, sample: SampleService, *, by: Actor, now: datetime) -> Service:
    """Offer it, in the language of the page, done by everybody who works here."""
    columns: dict[str, Any] = {
        "name": str(sample.name),
        "description": str(sample.description),
        "minutes": sample.minutes,
        "price_cents": sample_price(sample.euros, business.currency),
        "category_id": None,
    }
    everybody = tuple(Server(person.id) for person in team(business.id))
    return create_service(
        business, Design(columns, 1, [NeedWish(PERFORMER, "staff", everybody)]), by=by, now=now
    )
