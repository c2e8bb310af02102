"""What a business says about its text messages."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.notifications.models import MessageSettings


@dataclass(frozen=True, slots=True)
class TextingWish:
    """How many segments a month, to which countries (ISO 3166; none: its own), and when it is quiet (minutes)."""

    sms_limit: int
    sms_countries: Sequence[str]
    quiet_from_min: int | None
    quiet_until_min: int | None


def change_texting(business_id: int, wish: TextingWish) -> None:
    """Keep what a business wants; what was planned already goes by it too."""
    row = lock_settings(business_id)
    for name, value in asdict(wish).items():
        setattr(row, name, value)
    db.session.flush()


def lock_settings(business_id: int) -> MessageSettings:
    """What a business says about its messages, to be changed: with the defaults, if it has said nothing yet."""
    made = insert(MessageSettings).values(business_id=business_id).on_conflict_do_nothing()
    db.session.execute(made)
    return db.session.get_one(MessageSettings, business_id, with_for_update=True, populate_existing=True)
