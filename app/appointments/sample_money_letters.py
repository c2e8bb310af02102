"""The letters about money to somebody made up, for whoever words them: a third of the price is paid first."""

from datetime import timedelta
from typing import Any

from flask_babel import force_locale

from app.appointments.money_letters import OtherTime, Sum, booking_page, came_late, how_it_goes_back, to_payer
from app.appointments.sample_letters import made_up_visit
from app.appointments.subjects import Visit
from app.appointments.wordings import FILLS
from app.businesses.finding import load_business
from app.businesses.models import Business
from app.core import clock
from app.notifications.kinds import Letter
from app.notifications.models import Notification
from app.schedule.wall_clock import local_date

_TIMES = (9 * 60 + 30, 11 * 60, 15 * 60)


def due(row: Notification) -> Letter:
    """Accepted; so much is to be paid by tomorrow."""
    return _letter(row, "pending_payment", "pay")


def failed(row: Notification) -> Letter:
    """It did not work, and can be tried again."""
    return _letter(row, "pending_payment", "again")


def lapsed(row: Notification) -> Letter:
    """Nobody has paid."""
    return _letter(row, "expired", "choose", is_gone=True)


def receipt(row: Notification) -> Letter:
    """The deposit was paid by card."""
    return _letter(row, "confirmed", "see")


def returned(row: Notification) -> Letter:
    """It was cancelled, and the deposit goes back."""
    return _letter(row, "cancelled", "see", is_gone=True, reason=str(FILLS["reason"].sample), goes_back=True)


def late(row: Notification) -> Letter:
    """It was paid when the time was gone."""
    return _letter(row, "expired", "choose", is_gone=True, goes_back=True, is_late=True)


def _letter(
    row: Notification,
    status: str,
    action: str,
    *,
    goes_back: bool = False,
    is_late: bool = False,
    **more: Any,
) -> Letter:
    business = load_business(row.business_id or 0)
    with force_locale(row.language.replace("-", "_")):
        visit = made_up_visit(business, status)
        if goes_back:
            news = how_it_goes_back("stripe")
            more["news"] = f"{came_late(was_given_up=False)} {news}" if is_late else news
    if is_late:
        more["times"] = _times(business, visit)
    return to_payer(row, business, visit, _money(visit), link=visit.link, action=action, **more)


def _money(visit: Visit) -> Sum:
    first = visit.receipt.first
    deposit = first.total_cents // 3
    until = clock.now() + timedelta(hours=24)
    return Sum(deposit, first.currency, first.total_cents, first.total_cents - deposit, "stripe", until)


def _times(business: Business, visit: Visit) -> list[OtherTime]:
    day = local_date(visit.receipt.starts_at, business.zone) + timedelta(days=1)
    return [OtherTime(day, minute, booking_page(business) or visit.link) for minute in _TIMES]
