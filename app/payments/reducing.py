"""Less is owed than was said first: by a line that takes it off, or by a credit note once the invoice is issued."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from app.businesses.models import Business
from app.core.actor import Actor
from app.core.money import split
from app.payments.issuing import credit
from app.payments.models import Invoice
from app.payments.owing import Item, as_items, rewrite
from app.payments.taxes import taxes


def reduce(business: Business, invoice: Invoice, amount: int, *, by: Actor, now: datetime) -> Invoice | None:
    """Let so much less (minor units, with its tax) be owed, of every rate its share; never less than nothing.

    Under the schedule lock, with the invoice locked. The credit note, if there is one.
    """
    amount = min(amount, invoice.total_cents - invoice.credited_cents)
    if amount <= 0:
        return None
    with force_locale(invoice.language.replace("-", "_")):
        items = _shares(invoice, amount, _("Price reduction"))
    if invoice.number is not None:
        return credit(business, invoice, items, by=by, now=now)
    off = [it._replace(amount_cents=-it.amount_cents) for it in items]
    rewrite(invoice, [*as_items(invoice.lines), *off])
    return None


def _shares(invoice: Invoice, amount: int, label: str) -> Sequence[Item]:
    """An amount in parts by rate."""
    rates = taxes(invoice.lines)
    if not rates:
        return [Item(label, amount, kind="discount")]
    parts = split(amount, [max(0, it.net + it.tax) for it in rates])
    by_rate = zip(rates, parts, strict=True)
    return [Item(label, part, tax_bp=rate.rate_bp, kind="discount") for rate, part in by_rate if part]
