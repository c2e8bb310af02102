"""The money pages as tables for other programs."""

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from app.businesses.models import Business
from app.core.spreadsheets import date_and_time, plain_amount, written
from app.money.going_back import GoingBack
from app.payments.models import Invoice
from app.payments.wording import CAUSES, METHODS, REFUND_STATUSES
from app.takings.entries import Entry


def takings_csv(business: Business, entries: Iterable[Entry]) -> str:
    """Each payment and each refund, a refund below nothing."""
    head = [
        *(_("Date"), _("Time"), _("What"), _("Amount"), _("Currency"), _("How"), _("Invoice")),
        *(_("Customer"), _("Services"), _("People"), _("Note"), _("By")),
    ]
    return written(
        head,
        (
            [
                *date_and_time(it.at, business.zone),
                _("Payment") if it.cents > 0 else _("Refund"),
                plain_amount(it.cents, it.currency),
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


def debt_heads() -> list[str]:
    """What stands above the columns of what is owed."""
    return [
        *(_("Date"), _("Time"), _("Invoice"), _("Customer"), _("E-mail")),
        *(_("Owed"), _("Paid"), _("Given back"), _("Still to pay"), _("Currency")),
    ]


def debt_rows(business: Business, debts: Iterable[Invoice]) -> Iterator[list[object]]:
    """Each invoice something is open of."""
    for it in debts:
        amounts = it.owed_cents, it.paid_cents, it.refunded_cents, it.open_cents
        yield [
            *date_and_time(it.created_at, business.zone),
            it.number,
            it.name,
            it.email,
            *(plain_amount(cents, it.currency) for cents in amounts),
            it.currency,
        ]


def refund_heads() -> list[str]:
    """What stands above the columns of what goes back."""
    return [
        *(_("Date"), _("Time"), _("Amount"), _("Currency"), _("How"), _("State"), _("Why")),
        *(_("Customer"), _("Invoice"), _("By")),
    ]


def refund_rows(business: Business, refunds: Iterable[GoingBack]) -> Iterator[list[object]]:
    """Each refund with what became of it."""
    for it in refunds:
        yield [
            *date_and_time(it.refund.created_at, business.zone),
            plain_amount(it.refund.amount_cents, it.payment.currency),
            it.payment.currency,
            METHODS[it.payment.method],
            REFUND_STATUSES[it.state],
            it.refund.reason or CAUSES[it.refund.cause],
            it.invoice.name,
            it.invoice.number,
            it.refund.by_name,
        ]
