"""Those who wait, in their order, and what they were offered."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.businesses.models import Business
from app.core.db import db
from app.waitlist.models import WaitlistEntry, WaitlistOffer

WAITS = ("waiting", "offered")
IN_LINE = (WaitlistEntry.position, WaitlistEntry.id)


def in_line(business_id: int) -> list[WaitlistEntry]:
    """All who wait at a business, the first in line first, as they are now: they and their customers are read anew."""
    rows = select(WaitlistEntry).where(
        WaitlistEntry.business_id == business_id, WaitlistEntry.status.in_(WAITS)
    )
    with_customers = rows.options(joinedload(WaitlistEntry.customer)).order_by(*IN_LINE)
    return list(db.session.scalars(with_customers.execution_options(populate_existing=True)))


def last_position(business_id: int) -> int:
    """The place at the end of the line."""
    rows = select(func.max(WaitlistEntry.position)).where(
        WaitlistEntry.business_id == business_id, WaitlistEntry.status.in_(WAITS)
    )
    return db.session.scalar(rows) or 0


def offers_of(business_id: int, entry_ids: Collection[int]) -> dict[int, list[WaitlistOffer]]:
    """What each of these entries was offered, the latest first."""
    found: dict[int, list[WaitlistOffer]] = {entry: [] for entry in entry_ids}
    if not found:
        return found
    rows = select(WaitlistOffer).where(
        WaitlistOffer.business_id == business_id, WaitlistOffer.entry_id.in_(found)
    )
    fresh = rows.order_by(WaitlistOffer.id.desc()).execution_options(populate_existing=True)
    for offer in db.session.scalars(fresh):
        found[offer.entry_id].append(offer)
    return found


def open_offer(entry: WaitlistEntry) -> WaitlistOffer | None:
    """What an entry is offered right now."""
    return db.session.scalar(
        select(WaitlistOffer).filter_by(business_id=entry.business_id, entry_id=entry.id, status="open")
    )


def ahead_of(business: Business, entry: WaitlistEntry) -> int:
    """How many wait for the same service before this one."""
    others = (
        select(func.count())
        .select_from(WaitlistEntry)
        .where(
            WaitlistEntry.business_id == business.id,
            WaitlistEntry.status.in_(WAITS),
            WaitlistEntry.service_id == entry.service_id,
            (WaitlistEntry.position < entry.position)
            | (WaitlistEntry.position == entry.position) & (WaitlistEntry.id < entry.id),
        )
    )
    return db.session.scalar(others) or 0


def lapsed_in_a_row(offers: Sequence[WaitlistOffer]) -> int:
    """How many of the latest offers (the latest first) nobody answered."""
    count = 0
    for offer in offers:
        if offer.status == "lapsed":
            count += 1
        elif offer.status != "withdrawn":
            break
    return count
