"""Files as people export them, made into lines of cells and into people."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.spreadsheets import written
from app.customers.imports import reading
from app.customers.imports.judging import Person, RefusedLine, in_words, read_person
from app.customers.imports.mapping import guess_columns
from app.customers.imports.reading import (
    BrokenQuotes,
    IsAWorkbook,
    NotATable,
    NothingInIt,
    TableTooLarge,
    TooManyColumns,
    TooManyRows,
    read_file,
    read_text,
)

TABLE = "Name,E-Mail\r\nJörg Müßig,joerg@example.com\r\n"
CELLS = [(1, ["Name", "E-Mail"]), (2, ["Jörg Müßig", "joerg@example.com"])]
COLUMNS = {"name": 0, "email": 1, "phone": 2, "language": 3, "tags": 4, "note": 5, "blocked": 6}


@pytest.mark.parametrize(
    ("body", "encoding", "is_guessed"),
    [
        (TABLE.encode(), "utf-8", False),
        (TABLE.encode("utf-8-sig"), "utf-8", False),
        (TABLE.encode("utf-16"), "utf-16", False),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "utf-16", False),
        (TABLE.encode("cp1252"), "cp1252", True),
    ],
)
def test_a_file_is_read_as_it_was_written(body, encoding, is_guessed):
    table = read_file(body)
    assert (table.rows, table.encoding, table.is_guessed) == (CELLS, encoding, is_guessed)


def test_somebody_may_know_better_how_a_file_was_written():
    body = "Name\nЖанна\n".encode("cp1251")
    assert read_file(body).rows[1][1] != ["Жанна"]
    assert read_file(body, "cp1251").rows[1][1] == ["Жанна"]
    assert read_file(TABLE.encode("mac_roman"), "mac_roman").rows == CELLS


@pytest.mark.parametrize("delimiter", reading.DELIMITERS)
def test_what_divides_cells_is_found(delimiter):
    text = TABLE.replace(",", delimiter) + f'"Lee, Ann; or | so"{delimiter}ann@example.com\n'
    assert read_text(text)[2] == (3, ["Lee, Ann; or | so", "ann@example.com"])


def test_a_first_line_may_say_what_divides_cells():
    assert read_text("sep=;\nName;Note\nAnn;a,b,c\n")[1] == (2, ["Ann", "a,b,c"])


def test_lines_are_counted_as_a_spreadsheet_counts_them():
    text = 'Name,Note\r\n\r\nAnn,"two\nlines"\r\n,,\r\nBob,\r\n'
    assert read_text(text) == [(1, ["Name", "Note"]), (3, ["Ann", "two\nlines"]), (5, ["Bob"])]


LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
ROW = st.lists(st.text(LETTERS | st.sampled_from("\n,;\t\"'")), min_size=1, max_size=5)


@given(
    st.lists(ROW, min_size=1, max_size=6),
    st.sampled_from(reading.DELIMITERS),
)
def test_whatever_a_program_writes_is_read_again(rows, delimiter):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    wanted = [
        (line, [cell.replace("\ufeff", "") for cell in cells]) for line, cells in enumerate(rows, start=1)
    ]
    try:
        found = dict(read_text(written.getvalue(), delimiter))
    except NothingInIt:
        found = {}
    for line, cells in wanted:
        kept = found.get(line, [])
        assert kept == cells[: len(kept)]
        assert not "".join(cells[len(kept) :]).strip() or reading.is_blank("".join(cells[len(kept) :]))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused_in_a_sentence(body):
    for encoding in (None, *reading.ENCODINGS):
        with suppress(reading.DomainError):
            cells = [cell for _line, cells in read_file(body, encoding).rows for cell in cells]
            assert not any("\0" in cell for cell in cells)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"PK\x03\x04" + b"x" * 50, IsAWorkbook),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 50, IsAWorkbook),
        (b"\x89PNG\r\n\x1a\n", NotATable),
        (b"%PDF-1.7", NotATable),
        (b"a\0b\0c\0\n", NotATable),
        (b"", NothingInIt),
        ("\u200b,\n ,\n".encode(), NothingInIt),
        (b'Name,Note\nAnn,"open\nBob,\n', BrokenQuotes),
        (b'Name,Note\nAnn,"a"b\n', BrokenQuotes),
        (b'Name\n"' + b"x" * 200_000 + b'"\n', BrokenQuotes),
        (b",".join([b"x"] * 51), TooManyColumns),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(app, body, refusal):
    with app.test_request_context(), pytest.raises(refusal):
        read_file(body)


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert len(read_text("Name\nA\nB\nC\n")) == 4
    with pytest.raises(TooManyRows):
        read_text("Name\nA\nB\nC\nD\n")
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(TableTooLarge):
        read_file(b"x" * 11)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Name;Mobile;Phone", {"name": 0, "phone": 1}),
        ("Vorname;Name;E-Mail-Adresse", {"first_name": 0, "last_name": 1, "email": 2}),
        ("Vorname;Nachname;Telefon;Notizen", {"first_name": 0, "last_name": 1, "phone": 2, "note": 3}),
        ("First Name;Last Name;Name;Labels", {"name": 2, "tags": 3}),
        ("Prénom;Nom;Téléphone portable;Courriel", {"first_name": 0, "last_name": 1, "email": 3}),
        ("Kunde;Sprache;Gesperrt", {"name": 0, "language": 1, "blocked": 2}),
    ],
)
def test_the_names_of_columns_are_known(text, columns):
    found = guess_columns(read_text(text + "\na;b;c;d\n"))
    assert found == columns | {"header": 1, "width": len(text.split(";"))}


def test_without_names_columns_are_known_by_their_looks():
    found = guess_columns(read_text("4711,Ann Lee,ann@example.com,+49 30 12345\n12,Bob,,030 999888\n"))
    assert found == {"name": 1, "email": 2, "phone": 3, "header": 0, "width": 4}


def a_person(*cells, columns=COLUMNS, width=7):
    return read_person(list(cells), columns, width, "DE")


def test_a_line_is_somebody():
    found = a_person(
        " Ann  Lee ", "mailto:ANN@Example.com", "030 1234567", "Deutsch", "VIP, vip; new", "a\nb", "ja"
    )
    assert found == Person(
        "Ann Lee", "ann@example.com", "+49301234567", "de", ("vip", "new"), "a\nb", blocked=True
    )
    assert a_person("Ann") == Person("Ann")
    names = {"first_name": 0, "last_name": 1}
    assert a_person("Ann", "Lee", columns=names).name == "Ann Lee"
    assert a_person("", "Lee", columns=names).name == "Lee"


def test_what_looks_like_a_formula_is_text():
    assert a_person("Ann", "", "+49 30 1234567").phone == "+49301234567"
    assert a_person("Ann", "", "'+49 30 1234567").phone == "+49301234567"
    assert a_person("Ann", "", '="030 1234567"').phone == "+49301234567"
    assert a_person("=cmd|' /C calc'!A0").name == "=cmd|' /C calc'!A0"
    assert a_person("'t Hooft").name == "'t Hooft"


@given(st.lists(st.text(LETTERS, min_size=1), min_size=2, max_size=4))
def test_what_we_write_so_that_nothing_is_a_formula_is_read_as_it_was(cells):
    if any(reading.is_blank(it) or "\ufeff" in it for it in cells):
        return
    [_head, (_line, read)] = read_text(written(["a"] * len(cells), [cells]), ",")
    assert [it.startswith(("=", "+", "-", "@")) for it in read] == [False] * len(cells)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (["", "ann@example.com"], "no_name"),
        (["\u200b", "ann@example.com"], "no_name"),
        (["Ann", "ann@"], "bad_email"),
        (["Ann", "ann@example.com, bob@example.com"], "bad_email"),
        (["Ann", "", "call me"], "bad_phone"),
        (["Ann", "", "1"], "bad_phone"),
        (["A" * 121], "too_long:name"),
        (["Ann", "a" * 250 + "@example.com"], "too_long:email"),
        (["Ann", "", "", "", "", "x" * 2001], "too_long:note"),
        (["Ann", "", "", "", "t" * 41], "too_long:tags"),
        (["Ann", "", "", "", ",".join(map(str, range(21)))], "too_many_tags"),
        (["Ann", "", "", "", "", "", "perhaps"], "unclear:blocked"),
        (["J\ufffdrg"], "unread:name"),
        (["Ann", *[""] * 6, "more"], "too_many_cells"),
    ],
)
def test_a_line_is_refused_for_what_is_wrong_with_it(app, cells, problem):
    with pytest.raises(RefusedLine) as refused:
        a_person(*cells)
    assert refused.value.problem == problem
    with app.test_request_context():
        assert in_words(problem).endswith(".")
        assert in_words(problem) != in_words("nobody knows")


@given(st.lists(st.text(), max_size=9))
def test_any_cells_are_somebody_or_refused(cells):
    try:
        found = a_person(*cells)
    except RefusedLine:
        return
    assert found.name == found.name.strip() != ""
    assert found.email is None or found.email == found.email.lower()
