"""Businesses somebody wants to find again."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from app.businesses.models import Business
from app.core.db import db
from app.customers.models import Favourite

MOST = 100


def favour(user_id: int, business_id: int, *, now: datetime) -> None:
    """Remember a business; once is enough. Beyond MOST nothing more is remembered."""
    row = insert(Favourite).values(user_id=user_id, business_id=business_id, created_at=now)
    if len(favourites_of(user_id)) < MOST:
        db.session.execute(row.on_conflict_do_nothing())


def forget_favourite(user_id: int, business_id: int) -> None:
    """Remember it no longer."""
    db.session.execute(delete(Favourite).filter_by(user_id=user_id, business_id=business_id))


def forget_favourites(user_id: int) -> None:
    """Remember none of them."""
    db.session.execute(delete(Favourite).filter_by(user_id=user_id))


def is_favourite(user_id: int, business_id: int) -> bool:
    """Whether somebody remembers it."""
    found = exists().where(Favourite.user_id == user_id, Favourite.business_id == business_id)
    return bool(db.session.scalar(select(found)))


def favourites_of(user_id: int) -> list[Business]:
    """The open businesses somebody remembers, by name."""
    found = select(Business).join(Favourite, Favourite.business_id == Business.id)
    mine = found.where(Favourite.user_id == user_id, Business.status == "open")
    return list(db.session.scalars(mine.order_by(Business.name, Business.id)))
