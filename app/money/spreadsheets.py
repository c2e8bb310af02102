"""Tables as CSV for other programs: dates are ISO 8601, amounts plain decimals, and nothing in them is a formula."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision
from flask_babel import gettext as _

from app.businesses.models import Business
from app.core.csv_files import write_csv
from app.money.entries import Entry
from app.money.going_back import GoingBack
from app.payments.models import Invoice
from app.payments.wording import CAUSES, METHODS, REFUND_STATUSES

MOST_ROWS = 50_000


def takings_csv(business: Business, entries: Iterable[Entry]) -> str:
    """Each payment and each refund, a refund below nothing."""
    head = [
        *(_("Date"), _("Time"), _("What"), _("Amount"), _("Currency"), _("How"), _("Invoice")),
        *(_("Customer"), _("Services"), _("People"), _("Note"), _("By")),
    ]
    return write_csv(
        head,
        (
            [
                *_moment(it.at, business.zone),
                _("Payment") if it.cents > 0 else _("Refund"),
                _amount(it.cents, it.currency),
                it.currency,
                METHODS[it.method],
                it.number,
                it.customer,
                ", ".join(dict.fromkeys(part.service for part in it.parts)),
                ", ".join(dict.fromkeys(part.person for part in it.parts if part.person)),
                it.note,
                it.by_name,
            ]
            for it in entries
        ),
    )


def outstanding_csv(business: Business, debts: Iterable[Invoice]) -> str:
    """Each invoice something is open of."""
    head = [
        *(_("Date"), _("Time"), _("Invoice"), _("Customer"), _("E-mail")),
        *(_("Owed"), _("Paid"), _("Given back"), _("Still to pay"), _("Currency")),
    ]
    return write_csv(
        head,
        (
            [
                *_moment(it.created_at, business.zone),
                it.number,
                it.name,
                it.email,
                *(
                    _amount(cents, it.currency)
                    for cents in (it.owed_cents, it.paid_cents, it.refunded_cents, it.open_cents)
                ),
                it.currency,
            ]
            for it in debts
        ),
    )


def refunds_csv(business: Business, refunds: Iterable[GoingBack]) -> str:
    """Each refund with what became of it."""
    head = [
        *(_("Date"), _("Time"), _("Amount"), _("Currency"), _("How"), _("State"), _("Why")),
        *(_("Customer"), _("Invoice"), _("By")),
    ]
    return write_csv(
        head,
        (
            [
                *_moment(it.refund.created_at, business.zone),
                _amount(it.refund.amount_cents, it.payment.currency),
                it.payment.currency,
                METHODS[it.payment.method],
                REFUND_STATUSES[it.state],
                it.refund.reason or CAUSES[it.refund.cause],
                it.invoice.name,
                it.invoice.number,
                it.refund.by_name,
            ]
            for it in refunds
        ),
    )


def _amount(cents: int, currency: str) -> Decimal:
    """As many decimals as the currency has."""
    return Decimal(cents).scaleb(-get_currency_precision(currency))


def _moment(at: datetime, zone: str) -> tuple[str, str]:
    local = at.astimezone(ZoneInfo(zone))
    return local.date().isoformat(), local.strftime("%H:%M")
