"""An invoice or a credit note as a PDF: the same rows make the same bytes, wherever and whenever.

Imported where it is asked for, as `paper` is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_percent
from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.money import show_money
from app.payments.models import Invoice, InvoiceLine
from app.payments.paper import GREY, INK, WIDTH, Paper
from app.payments.taxes import tax_in, taxes

# Millimetres: where the columns of the lines end, the first but one from the left.
_QUANTITY, _TAX = 112.0, 134.0
_LABEL = 96.0
_SUMS = 90.0


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit note of an invoice: its number and how much of it is not owed any more (minor units)."""

    number: str
    cents: int


def invoice_pdf(invoice: Invoice, credited: Sequence[Credited] = (), corrects: str | None = None) -> bytes:
    """The paper of an issued invoice in its own language, with what was paid of it so far.

    `credited` are its credit notes; of a credit note `corrects` is the number of the invoice it corrects.
    """
    assert invoice.issued_at
    assert invoice.seller
    locale = invoice.language.replace("-", "_")
    with force_locale(locale):
        title = _("Credit note") if corrects else _("Invoice")
        sheet = Paper(
            f"{title} {invoice.number}",
            author=invoice.seller["name"],
            language=invoice.language,
            made_at=invoice.issued_at.astimezone(UTC),
        )
        _head(sheet, invoice, title, locale)
        _who(sheet, invoice, corrects, locale)
        _lines(sheet, invoice, locale)
        _sums(sheet, _sums_of(invoice, locale))
        if not corrects:
            _sums(sheet, _state_of(invoice, credited, locale))
        _note(sheet, invoice)
        return bytes(sheet.output())


def _head(sheet: Paper, invoice: Invoice, title: str, locale: str) -> None:
    """Who sells on the left, what it is on the right."""
    seller = invoice.seller or {}
    top = sheet.y
    sheet.write_text(title, x=WIDTH / 2, width=WIDTH / 2, size=20, bold=True, align="R")
    sheet.write_text(invoice.number or "", x=WIDTH / 2, width=WIDTH / 2, size=11, colour=GREY, align="R")
    right, sheet.y = sheet.y, top
    sheet.write_text(seller["name"], width=_LABEL - 10, size=13, bold=True)
    sheet.y += 1
    tax = seller.get("tax_number")
    told = [_address(seller.get("address"), locale), seller.get("email"), seller.get("phone")]
    for text in [*told, _("Tax number: %(number)s", number=tax) if tax else None]:
        if text:
            sheet.write_text(text, width=_LABEL - 10, size=9, colour=GREY)
    sheet.y = max(sheet.y, right) + 12


def _who(sheet: Paper, invoice: Invoice, corrects: str | None, locale: str) -> None:
    """Who buys, and when."""
    top = sheet.y
    sheet.write_text(_("For"), width=_LABEL, size=8, colour=GREY)
    sheet.write_text(invoice.name or _("Customer"), width=_LABEL, size=10.5, bold=True)
    for text in (invoice.address, invoice.email):
        if text:
            sheet.write_text(text, width=_LABEL, size=9, colour=GREY)
    left, sheet.y = sheet.y, top
    assert invoice.issued_on
    facts = [(_("Date"), format_date(invoice.issued_on, "long", locale=locale))]
    facts += [(_("Corrects invoice"), corrects)] if corrects else []
    for label, value in facts:
        sheet.write_text(label, x=_QUANTITY, width=WIDTH - _QUANTITY, size=8, colour=GREY, align="R")
        sheet.write_text(value, x=_QUANTITY, width=WIDTH - _QUANTITY, size=10.5, align="R")
    sheet.y = max(sheet.y, left) + 12


def _lines(sheet: Paper, invoice: Invoice, locale: str) -> None:
    """What it is for, with the heads of the columns on every page."""
    has_tax = any(it.tax_bp for it in invoice.lines)
    heads = [_("What"), _("Quantity"), _("Tax") if has_tax else "", _("Amount")]
    _row(sheet, heads, head=True)
    for line in invoice.lines:
        what = _("Code %(code)s", code=line.label) if _is_code(line) else line.label
        cells = [
            what,
            str(line.quantity),
            _percent(line.tax_bp, locale) if has_tax else "",
            show_money(_shown(line, invoice), invoice.currency, locale),
        ]
        day = format_date(line.served_on, "long", locale=locale) if line.served_on else ""
        if sheet.needs_page(sheet.height(what, _LABEL, 10) + sheet.height(day, _LABEL, 8.5) + 4):
            sheet.add_page()
            _row(sheet, heads, head=True)
        _row(sheet, cells, below=day)
    sheet.y += 4


def _is_code(line: InvoiceLine) -> bool:
    """Whether a code took this off something; of other reductions the label says what they are."""
    return line.kind == "discount" and line.subject_id is not None


def _shown(line: InvoiceLine, invoice: Invoice) -> int:
    """The amount of a line, with its tax or, where tax comes on top, without."""
    return line.amount_cents - (0 if invoice.tax_included else tax_in(line.amount_cents, line.tax_bp))


def _row(sheet: Paper, cells: Sequence[str], *, head: bool = False, below: str = "") -> None:
    size, colour = (8.0, GREY) if head else (10.0, INK)
    top = sheet.y
    ends = (_QUANTITY, _TAX, WIDTH)
    for text, start, end in zip(cells[1:], (_LABEL, *ends), ends, strict=False):
        sheet.y = top
        sheet.write_text(text, x=start, width=end - start, size=size, colour=colour, align="R")
    low, sheet.y = sheet.y, top
    sheet.write_text(cells[0], width=_LABEL, size=size, colour=colour)
    sheet.write_text(below, width=_LABEL, size=8.5, colour=GREY)
    sheet.y = max(sheet.y, low) + 1.6
    sheet.rule()
    sheet.y += 1.8


def _sums_of(invoice: Invoice, locale: str) -> list[tuple[str, str, bool]]:
    """What it comes to: before tax, the tax of each rate, and all of it. (label, amount, whether it stands out)"""

    def shown(cents: int) -> str:
        return show_money(cents, invoice.currency, locale)

    found = taxes(invoice.lines)
    sums = [(_("Before tax"), shown(invoice.total_cents - invoice.tax_cents), False)] if found else []
    for tax in found:
        words = _("Tax %(rate)s on %(net)s", rate=_percent(tax.rate_bp, locale), net=shown(tax.net))
        sums.append((words, shown(tax.tax), False))
    return [*sums, (_("Total"), shown(invoice.total_cents), True)]


def _state_of(invoice: Invoice, credited: Sequence[Credited], locale: str) -> list[tuple[str, str, bool]]:
    """What of it was paid, went back and is open."""

    def shown(cents: int) -> str:
        return show_money(cents, invoice.currency, locale)

    notes = [(_("Credit note %(number)s", number=it.number), shown(-it.cents), False) for it in credited]
    paid = [(_("Paid"), shown(-invoice.paid_cents), False)] if invoice.paid_cents else []
    back = [(_("Given back"), shown(invoice.refunded_cents), False)] if invoice.refunded_cents else []
    left = invoice.open_cents
    return [
        *notes,
        *paid,
        *back,
        (_("Still to pay") if left else _("Nothing left to pay"), shown(left), True),
    ]


def _sums(sheet: Paper, sums: Sequence[tuple[str, str, bool]]) -> None:
    """Amounts under the last column, together on one page."""
    if sheet.needs_page(len(sums) * 6.5 + 4):
        sheet.add_page()
    for label, amount, stands_out in sums:
        top = sheet.y
        start = WIDTH - _SUMS
        sheet.write_text(
            label, x=start, width=_SUMS - 36, size=10, bold=stands_out, colour=INK if stands_out else GREY
        )
        low, sheet.y = sheet.y, top
        sheet.write_text(amount, x=WIDTH - 36, width=36, size=10, bold=stands_out, align="R")
        sheet.y = max(sheet.y, low) + 1
    sheet.y += 1
    sheet.rule(WIDTH - _SUMS)
    sheet.y += 3


def _note(sheet: Paper, invoice: Invoice) -> None:
    note = (invoice.seller or {}).get("note")
    if note:
        sheet.y += 6
        sheet.write_text(note, size=9, colour=GREY)


def _address(text: str | None, locale: str) -> str:
    """An address, with the country by its name."""
    *lines, last = (text or "").split("\n")
    return "\n".join([*lines, Locale.parse(locale).territories.get(last, last)])


def _percent(bp: int, locale: str) -> str:
    return format_percent(Decimal(bp) / 10_000, locale=locale, decimal_quantization=False)
