"""What a business says about its text messages."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

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
    row = db.session.get(MessageSettings, business_id, with_for_update=True)
    if row is None:
        row = MessageSettings(business_id=business_id)
        db.session.add(row)
        # A new row takes the defaults of the table where a value is None, so it is there before it is changed.
        db.session.flush()
    for name, value in asdict(wish).items():
        setattr(row, name, value)
    db.session.flush()
