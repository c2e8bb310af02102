"""Invoices and credit notes on paper: their words, their letters, and the same bytes every time."""

import io
import zlib
from datetime import UTC, date

import pytest
from fontTools.ttLib import TTFont

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.lettering import drawn, joined, known
from app.payments.issuing import credit, issue
from app.payments.models import PaymentSettings
from app.payments.owing import Item, rewrite
from app.payments.paper import Paper
from app.payments.papers import paper_of
from app.payments.printing import invoice_pdf
from tests.factories import a_business, berlin
from tests.payments.owed import an_invoice, paid_online


@pytest.fixture
def written(monkeypatch):
    """Every line that is drawn, in order."""
    lines = []
    draw = Paper._line

    def note(self, text, *rest):
        lines.append(text.replace("\xa0", " "))
        draw(self, text, *rest)

    monkeypatch.setattr(Paper, "_line", note)
    return lines


def issued(business=None, items=None, language="en-GB", **more):
    business = business or a_business(
        street="Lindenstr. 4", postcode="10969", city="Berlin", country="DE", **more
    )
    invoice = an_invoice(business)
    invoice.language, invoice.name = language, "Olivia Park"
    rewrite(invoice, items or [Item("Haircut", 11_900, tax_bp=1900), Item("Book", 1070, tax_bp=700)])
    at = berlin("2027-03-02 10:00").astimezone(UTC)
    return business, issue(business, invoice, by=SYSTEM, now=at)


def test_it_says_who_what_when_and_how_much(app, written):
    business, invoice = issued()
    paid_online(business, invoice, 5000)
    assert paper_of(invoice).startswith(b"%PDF-")
    assert written == [
        *("Invoice", "2027-0001", "Ann's Salon", "Lindenstr. 4", "10969 Berlin", "Germany"),
        *("For", "Olivia Park", "Date", "2 March 2027"),
        *("Quantity", "Tax", "Amount", "What"),
        *("1", "19%", "€119.00", "Haircut", "1", "7%", "€10.70", "Book"),
        *("Before tax", "€110.00", "Tax 19% on €100.00", "€19.00", "Tax 7% on €10.00", "€0.70"),
        *("Total", "€129.70", "Paid", "-€50.00", "Still to pay", "€79.70"),
        *("Invoice 2027-0001", "Page 1 of \ue000"),
    ]


def test_it_says_below_each_line_on_which_day_it_was_done(app, written):
    _business, invoice = issued(items=[Item("Haircut", 4500), Item("Shampoo", 900)])
    invoice.lines[0].served_on = date(2027, 3, 5)
    paper_of(invoice)
    at = written.index("Haircut")
    assert written[at : at + 4] == ["Haircut", "5 March 2027", "1", "€9.00"]


def test_what_a_code_took_off_is_named_as_such(app, written):
    off = Item("SPRING-10", -500, subject_id=7, subject_kind="booking", kind="discount")
    _business, invoice = issued(
        items=[Item("Haircut", 4500), off, Item("Price reduction", -100, kind="discount")]
    )
    paper_of(invoice)
    assert "Code SPRING-10" in written
    assert "Price reduction" in written


def test_it_is_in_its_own_language(app, written):
    _business, invoice = issued(language="de")
    paper_of(invoice)
    assert {"2. März 2027", "119,00 €", "19 %", "Deutschland"} <= set(written)


def test_where_tax_comes_on_top_the_lines_are_without_it_and_the_sum_is_the_same(app, written):
    _business, invoice = issued(tax_included=False)
    paper_of(invoice)
    assert written[10:20] == [
        *("Quantity", "Tax", "Amount", "What"),
        *("1", "19%", "€100.00", "Haircut", "1", "7%"),
    ]
    sums = dict(zip(written[22:-2:2], written[23:-2:2], strict=True))
    assert (sums["Before tax"], sums["Tax 19% on €100.00"], sums["Total"]) == (
        "€110.00",
        "€19.00",
        "€129.70",
    )


def test_a_credit_note_names_what_it_corrects_and_the_invoice_names_it(app, written):
    business, invoice = issued()
    note = credit(business, invoice, [Item("Book", 1070, tax_bp=700)], by=SYSTEM, now=clock.now())
    paper_of(note)
    assert {"Credit note", note.number, "Corrects invoice", invoice.number, "-€10.70"} <= set(written)
    assert "Still to pay" not in written
    written.clear()
    paper_of(invoice)
    assert {f"Credit note {note.number}", "€119.00"} <= set(written)


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "JP¥4,500"), ("KWD", "KWD4.500")])
def test_amounts_have_the_decimals_of_their_currency(app, written, currency, shown):
    _business, invoice = issued(items=[Item("Haircut", 4500)], currency=currency)
    paper_of(invoice)
    assert shown in written
    assert "Tax" not in written


def test_a_long_list_goes_on_with_its_heads_on_every_page(app, written):
    _business, invoice = issued(items=[Item(f"Lesson {n} " * 8, 1000) for n in range(60)])
    pdf = paper_of(invoice)
    pages = pdf.count(b"/Type /Page\n")
    assert pages == written.count("What") == written.count(f"Page {pages} of \ue000") + pages - 1
    assert pages > 2


def test_a_word_that_is_too_long_is_broken(app, written):
    _business, invoice = issued(items=[Item("W" * 200, 1000)])
    paper_of(invoice)
    broken = [it for it in written if set(it) == {"W"}]
    assert "".join(broken) == "W" * 200
    assert len(broken) > 3


def test_the_same_rows_make_the_same_bytes(app):
    business, invoice = issued()
    db.session.add(PaymentSettings(business_id=business.id, invoice_note="Thank you!"))
    assert invoice_pdf(invoice) == invoice_pdf(invoice)


def test_the_letters_are_in_the_file(app):
    _business, invoice = issued(items=[Item("Größe Zażółć Καλημέρα Привет שלום", 1000)])
    pdf = paper_of(invoice)
    fonts = []
    for stream in pdf.split(b"stream\n")[1:]:
        try:
            body = zlib.decompress(stream.split(b"\nendstream")[0])
        except zlib.error:
            continue
        if body[:4] == b"\x00\x01\x00\x00":
            fonts.append(TTFont(io.BytesIO(body)))
    assert len(fonts) == 2
    assert len(pdf) < 120_000


def test_arabic_letters_are_joined_and_run_from_the_right():
    # Seen-lam-alef-meem: the first is joined to what follows it, lam and alef are one, meem stands alone.
    assert joined("سلام") == "\ufeb3\ufefc\ufee1"
    assert drawn("سلام") == "\ufee1\ufefc\ufeb3"


def test_what_stands_in_a_line_of_hebrew_keeps_its_own_direction():
    assert drawn("שלום 45") == "45 םולש"
    assert drawn("(שלום)") == "(םולש)"
    assert drawn("Haircut 45 (min)") == "Haircut 45 (min)"


def test_what_has_no_letter_is_left_out_or_marked():
    letters = {ord(it) for it in "Yoga \ufffd"}
    assert known("Yoga 🧘\u200d♀️", letters) == "Yoga "
    assert known("Yoga 道", letters) == "Yoga \ufffd"
