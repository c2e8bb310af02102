"""The money of what was given back: what goes back of it, and what stays as a fee."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import func, or_, select

from app.appointments.agreeing import agreed, shares_back
from app.appointments.billing import BOOKING, VISIT, find_bill, is_settled, items_of, subject_of
from app.appointments.fees import is_of, taken_back, with_fees
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.card_amounts import step_of
from app.core.db import db
from app.payments.issuing import credit, issue
from app.payments.models import Invoice, InvoiceLine, Refund
from app.payments.owing import Item, Subject, as_items, invoice_of, rewrite
from app.payments.reckoning import Outcome, Share, reckon, shares_of
from app.payments.refund_steps import ALL
from app.payments.refunding import give_back


@dataclass(frozen=True, slots=True)
class Returned:
    """What had been paid for each of those that are given up, and what of it goes back, by booking."""

    parts: Mapping[int, Outcome]
    currency: str

    @property
    def paid(self) -> int:
        """Minor units, of all of them together."""
        return sum(it.paid for it in self.parts.values())

    @property
    def back(self) -> int:
        """What of it goes back."""
        return sum(it.back for it in self.parts.values())


class Going(NamedTuple):
    """What was paid for some bookings of a visit, and what would go back by what was agreed (minor units)."""

    bookings: Sequence[Booking]
    paid: int
    by_terms: int
    currency: str


def going_back(business: Business, ways: Iterable[Sequence[Booking]], now: datetime) -> list[Going]:
    """What would go back for each way to cancel something of a visit; nothing where nothing was paid."""
    found = []
    for those in ways:
        visit = bookings_of_visit(business.id, those[0].visit)
        back = would_go_back(business, visit, those, now)
        if back:
            found.append(Going(those, back.paid, back.back, back.currency))
    return found


def would_go_back(
    business: Business,
    visit: Sequence[Booking],
    those: Sequence[Booking],
    now: datetime,
    *,
    by_terms: bool = True,
) -> Returned | None:
    """What goes back when those of a visit are cancelled now, by what was agreed or all of it; None: nothing was paid.

    It is decided by the same sums that `pay_back` does.
    """
    invoice = find_bill(business.id, visit[0])
    left, those = ([it for it in some if it.live] for some in (visit, those))
    if invoice is None or not invoice.kept_cents or not those:
        return None
    back_bp = shares_back(left, those, now) if by_terms else dict.fromkeys((it.id for it in those), ALL)
    shares = _shares(_lines(invoice), visit, ())
    return Returned(reckon(invoice.kept_cents, shares, back_bp, step_of(invoice.currency)), invoice.currency)


def pay_back(
    business: Business,
    those: Iterable[Booking],
    *,
    by_terms: bool,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Let go back what was paid for those, which were given back just now; all of it, or what was agreed.

    What stays is a fee on the invoice of their visit. Under the schedule lock, once for each time one is given back.
    """
    in_order = sorted(those, key=lambda it: (str(it.visit), it.id))
    for visit, given_up in groupby(in_order, key=lambda it: it.visit):
        gone = list(given_up)
        ids = {it.id for it in gone}
        invoice = invoice_of(business.id, Subject(VISIT, visit))
        if invoice is None:
            continue
        bookings = bookings_of_visit(business.id, visit)
        left = [it for it in bookings if it.live or it.id in ids]
        back_bp = shares_back(left, gone, now) if by_terms else dict.fromkeys(ids, ALL)
        keys = {it.id: f"cancelled/{it.id}/{it.schedule_seq}" for it in gone}
        _carry_out(business, invoice, bookings, back_bp, keys, by=by, now=now, reason=reason)


def pay_back_no_show(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Let go back what was agreed for who does not come; nothing more than what stays is owed. Under the lock."""
    invoice = invoice_of(business.id, subject_of(booking))
    if invoice is None:
        return
    bookings = bookings_of_visit(business.id, booking.visit)
    mine = Refund.dedupe_key.startswith(f"no_show/{booking.id}/", autoescape=True)
    before = select(func.count()).where(Refund.business_id == business.id, mine)
    keys = {booking.id: f"no_show/{booking.id}/{db.session.scalar(before)}"}
    back_bp = {booking.id: agreed(booking).no_show_back_bp}
    _carry_out(business, invoice, bookings, back_bp, keys, by=by, now=now)


def owe_again(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Put a booking that stands again back on its invoice, in the place of its fee. Under the schedule lock.

    What has gone back is not fetched: it is owed.
    """
    invoice = invoice_of(business.id, subject_of(booking))
    if invoice is None:
        return
    lines = _lines(invoice)
    if invoice.number is None:
        others = (it for it in as_items(lines) if not is_of(it, {booking.id}))
        rewrite(invoice, [*others, *items_of(booking)])
        return
    charged = sum(it.amount_cents for it in lines if is_of(it, {booking.id}))
    if charged != booking.total_cents:
        again = items_of(booking)[0]._replace(amount_cents=charged - booking.total_cents)
        credit(business, invoice, [again], by=by, now=now)


def paid_for_companion(invoice: Invoice, kind: str, thing: int) -> int:
    """What of the money of a visit (minor units) is for something that was bought with it, by its kind and id."""
    return _of_companion(invoice, _lines(invoice), kind, thing).back


def take_companion_off(
    business: Business,
    invoice: Invoice,
    kind: str,
    thing: int,
    *,
    key: str,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Let all go back that was paid for something that was bought with a visit; nothing is owed for it any more.

    Under the schedule lock, once for a `key`. An invoice that was issued gets a credit note.
    """
    lines = _lines(invoice)
    back = _of_companion(invoice, lines, kind, thing).back
    give_back(business, invoice, back, cause="cancelled", key=key, by=by, now=now, reason=reason)
    owed = [it for it in as_items(lines) if (it.subject_kind, it.subject_id) == (kind, thing)]
    if invoice.number is not None:
        credit(business, invoice, owed, by=by, now=now)
        return
    rewrite(invoice, [it for it in as_items(lines) if it not in owed])
    if invoice.total_cents:
        bookings = bookings_of_visit(business.id, invoice.subject_uid)
        _issue_when_over(business, invoice, bookings, by=by, now=now)


def _of_companion(invoice: Invoice, lines: Sequence[InvoiceLine], kind: str, thing: int) -> Outcome:
    """What was paid for something that was bought with a visit; all of it would go back."""
    bookings = bookings_of_visit(invoice.business_id, invoice.subject_uid)
    number = _number_of(Item("", 0, thing, kind))
    shares = _shares(lines, bookings, ())
    return reckon(invoice.kept_cents, shares, {number: ALL}, step_of(invoice.currency))[number]


def due_for_companions(invoice: Invoice) -> int:
    """What is paid first (minor units) of what was bought with a visit."""
    return sum(it.prepay_cents for it in invoice.lines if is_companion(it))


def is_companion(item: Item | InvoiceLine) -> bool:
    """Whether a line is for something that was bought with the visit, and is no part of it."""
    return item.subject_kind not in (BOOKING, None)


def kept_as_fees(invoice: Invoice, visit: Sequence[Booking]) -> int:
    """What of the money of a visit (minor units) stays for those of it that were given up."""
    lines = _lines(invoice)
    if invoice.number is None:
        return sum(it.amount_cents for it in lines if it.kind == "fee")
    return sum(it.amount for it in _shares(lines, visit, ()).values() if it.is_settled)


def went_back(bookings: Sequence[Booking]) -> int:
    """What went back (minor units) when these were given back last."""
    keys = [
        Refund.dedupe_key.startswith(f"cancelled/{it.id}/{it.schedule_seq}/", autoescape=True)
        for it in bookings
        if not it.live
    ]
    if not keys:
        return 0
    sums = select(func.coalesce(func.sum(Refund.amount_cents), 0)).where(
        Refund.business_id == bookings[0].business_id, Refund.status != "failed", or_(*keys)
    )
    return int(db.session.scalar(sums) or 0)


def _carry_out(
    business: Business,
    invoice: Invoice,
    bookings: Sequence[Booking],
    back_bp: Mapping[int, int],
    keys: Mapping[int, str],
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    lines = _lines(invoice)
    shares = _shares(lines, bookings, back_bp)
    outcomes = reckon(invoice.kept_cents, shares, back_bp, step_of(invoice.currency))
    for it, outcome in sorted(outcomes.items()):
        give_back(
            business, invoice, outcome.back, cause="cancelled", key=keys[it], by=by, now=now, reason=reason
        )
    charged = {it: outcomes[it] for it in outcomes if it in shares}
    if not charged:
        return
    if invoice.number is None:
        rewrite(invoice, with_fees(invoice, as_items(lines), shares, charged))
        if any(it.kept for it in charged.values()):
            _issue_when_over(business, invoice, bookings, by=by, now=now)
    elif notes := taken_back(invoice, lines, shares, charged):
        credit(business, invoice, notes, by=by, now=now)


def _issue_when_over(
    business: Business, invoice: Invoice, bookings: Iterable[Booking], *, by: Actor, now: datetime
) -> None:
    """Give an invoice its number of which nothing but fees is left: nothing of it is still to come."""
    is_over = all(is_settled(it) for it in bookings)
    if is_over and not any(is_companion(it) for it in as_items(invoice.lines)):
        issue(business, invoice, by=by, now=now)


def _lines(invoice: Invoice) -> Sequence[InvoiceLine]:
    """The lines of an invoice and of the credit notes to it."""
    same = Invoice.business_id == InvoiceLine.business_id, Invoice.id == InvoiceLine.invoice_id
    rows = select(InvoiceLine).join(Invoice, (same[0]) & (same[1]))
    mine = or_(Invoice.id == invoice.id, Invoice.corrects_id == invoice.id)
    of_it = rows.where(InvoiceLine.business_id == invoice.business_id, mine)
    return db.session.scalars(of_it.order_by(InvoiceLine.invoice_id, InvoiceLine.position)).all()


def _shares(
    lines: Sequence[InvoiceLine], bookings: Iterable[Booking], now_given_up: Iterable[int]
) -> dict[int | None, Share]:
    """What each booking costs, and what was bought with them (`_number_of`); what is of nothing is for all bookings."""
    settled = {it.id for it in bookings if is_settled(it)} - set(now_given_up)
    items = as_items(lines)
    more = [it._replace(subject_id=_number_of(it)) for it in items if is_companion(it)]
    own = [it for it in items if not is_companion(it)]
    of_bookings = [it if it.subject_kind == BOOKING else it._replace(subject_id=None) for it in own]
    return shares_of(of_bookings, settled=settled) | shares_of(more)


def _number_of(item: Item) -> int:
    """What was bought with bookings may have the number of one, so it goes by a number below zero here."""
    return -(item.subject_id or 0)
