"""The week of a business as its customers read it."""

from sqlalchemy import select

from app.business_hours.models import WeeklyHours
from app.core.db import db


def shop_week(business_id: int) -> list[list[tuple[int, int]]]:
    """For each weekday, Monday first, the open intervals in minutes from midnight, earliest first."""
    rows = select(WeeklyHours.weekday, WeeklyHours.opens_min, WeeklyHours.closes_min).filter_by(
        business_id=business_id, resource_id=None, rota_week=0
    )
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for weekday, opens, closes in db.session.execute(
        rows.order_by(WeeklyHours.weekday, WeeklyHours.opens_min)
    ):
        week[weekday].append((opens, closes))
    return week
