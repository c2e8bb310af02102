"""The lines of an invoice once some of its bookings were given up: what was kept, and what is not owed any more."""

from collections.abc import Collection, Mapping, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from app.appointments.billing import BOOKING
from app.core.money import split
from app.payments.models import Invoice, InvoiceLine
from app.payments.owing import Item, as_items
from app.payments.reckoning import Outcome, Share


def is_of(line: Item | InvoiceLine, ids: Collection[int]) -> bool:
    """Whether a line is for one of these bookings."""
    return line.subject_kind == BOOKING and line.subject_id in ids


def with_fees(
    invoice: Invoice,
    items: Sequence[Item],
    shares: Mapping[int | None, Share],
    charged: Mapping[int, Outcome],
) -> list[Item]:
    """The lines of an invoice with a fee in the place of each booking that was given up, where something was kept."""
    stay = [it for it in items if not is_of(it, charged)]
    lost = sum(shares[it].before - shares[it].amount for it in charged)
    cuts = [it for it in stay if _is_for_all(it)]
    less = split(lost, [-it.amount_cents for it in cuts]) if cuts else []
    smaller = [it._replace(amount_cents=it.amount_cents + cut) for it, cut in zip(cuts, less, strict=True)]
    first_of = {it.subject_id: it for it in reversed(items) if is_of(it, charged)}
    fees = [_fee(invoice, first_of[it], outcome.kept) for it, outcome in charged.items() if outcome.kept]
    others = [it for it in stay if not _is_for_all(it)]
    return [*others, *(it for it in smaller if it.amount_cents), *fees]


def _is_for_all(item: Item) -> bool:
    """Whether it makes all of a visit cheaper."""
    return item.kind == "discount" and item.subject_kind != BOOKING


def _fee(invoice: Invoice, item: Item, kept: int) -> Item:
    with force_locale(invoice.language.replace("-", "_")):
        label = _("Cancellation fee: %(service)s", service=item.label)
    return Item(label, kept, item.subject_id, BOOKING, tax_bp=item.tax_bp, prepay_cents=kept, kind="fee")


def taken_back(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    shares: Mapping[int | None, Share],
    charged: Mapping[int, Outcome],
) -> list[Item]:
    """What is not owed any more of an invoice that was issued, as a credit note says it."""
    first_of = {it.subject_id: it for it in reversed(as_items(lines)) if is_of(it, charged)}
    notes = [
        first_of[it]._replace(amount_cents=less, quantity=1)
        for it, outcome in charged.items()
        if (less := shares[it].before - outcome.kept)
    ]
    lost = sum(shares[it].before - shares[it].amount for it in charged)
    cut = next((it for it in as_items(lines) if _is_for_all(it)), None)
    return [*notes, *([cut._replace(amount_cents=-lost)] if cut and lost else [])]
