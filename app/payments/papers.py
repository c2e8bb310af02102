"""The paper of an invoice, with all that stands on it."""

from app.payments.finding import corrected_by, notes_of
from app.payments.models import Invoice


def paper_of(invoice: Invoice) -> bytes:
    """An issued invoice or a credit note as a PDF."""
    # Megabytes in every web process, for a paper that few ask for.
    from app.payments.printing import Credited, invoice_pdf

    corrected = corrected_by(invoice)
    notes = [Credited(it.number or "", -it.total_cents) for it in notes_of(invoice)]
    return invoice_pdf(invoice, notes, corrected.number if corrected else None)
