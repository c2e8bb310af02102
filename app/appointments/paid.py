"""What visits owe, what was paid of it and what is open, for those who look at them."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.appointments.billing import VISIT
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core.db import db
from app.payments.finding import Account, accounts_of
from app.payments.models import Refund


@dataclass(frozen=True, slots=True)
class Money:
    """The money of one visit in minor units of its currency; `account` is None until something is paid or due first.

    `parts` is how many bookings of the visit count.
    """

    account: Account | None
    owed: int
    open: int
    currency: str
    parts: int

    @property
    def kept(self) -> int:
        """What was paid and did not go back, nor is promised to."""
        return self.account.invoice.kept_cents if self.account else 0

    @property
    def paid(self) -> int:
        return self.account.invoice.paid_cents if self.account else 0

    @property
    def refunded(self) -> int:
        return self.account.invoice.refunded_cents if self.account else 0

    @property
    def is_on_its_way(self) -> bool:
        """Whether it is paid and the money has not come in yet, as with a bank that needs days."""
        return self.account is not None and any(it.status == "processing" for it in self.account.payments)

    @property
    def can_issue(self) -> bool:
        """Whether there is something to write an invoice about, and none was issued."""
        return self.owed > 0 and (self.account is None or self.account.invoice.number is None)

    @property
    def refunds_by_hand(self) -> Sequence[Refund]:
        """What members give back themselves."""
        account = self.account
        return [it for it in account.refunds if account.method_of(it) != "stripe"] if account else []


def money_of(business: Business, visits: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Money]:
    """The money of visits, without those of which nothing is owed and nothing was paid. Four statements at most."""
    accounts = accounts_of(business.id, VISIT, visits)
    live: dict[uuid.UUID, list[Booking]] = defaultdict(list)
    rows = select(Booking).where(
        Booking.business_id == business.id, Booking.visit.in_(visits), Booking.live.is_(True)
    )
    for booking in db.session.scalars(rows) if visits else ():
        live[booking.visit].append(booking)
    found = {it: _money(business, accounts.get(it), live[it]) for it in visits}
    return {visit: it for visit, it in found.items() if it.owed or it.paid}


def _money(business: Business, account: Account | None, live: Sequence[Booking]) -> Money:
    """What was booked again after nothing was owed for it any more owes its price once more."""
    invoice = account and account.invoice
    if invoice and not (invoice.void_at and live):
        return Money(account, invoice.owed_cents, invoice.open_cents, invoice.currency, len(live))
    owed = sum(it.total_cents for it in live)
    kept = invoice.kept_cents if invoice else 0
    currency = live[0].currency if live else business.currency
    return Money(account, owed, max(0, owed - kept), currency, len(live))
