"""Tables as people export them: bytes or text, made into lines of cells."""

import codecs
import csv
import io
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.core.errors import DomainError, TemporarilyUnavailable
from app.core.text import is_blank

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 50
LONGEST_CELL = 2000  # A cell that is longer is kept one character longer, so that it can be seen to be.
DELIMITERS = ",;\t|"
# How files are written, by the names Python has for it. The first is what is tried when nobody says.
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "mac_roman")
GUESSED = "cp1252"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHERS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF", b"\x1f\x8b", b"{\\rtf")
SECONDS = 10
_one_at_a_time = threading.Lock()
_SEEN = 65_536  # Characters the delimiter is guessed by.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_SAYS_DELIMITER = re.compile(r'"?sep=([,;\t|])"?\r?\n')


class NotATable(DomainError):
    """A picture, a PDF or something else that holds no text."""

    message = _("This is not a table we can read. Please export your customers as a CSV file.")


class IsAWorkbook(DomainError):
    """The file of a spreadsheet program itself."""

    message = _(
        "This is a workbook of a spreadsheet program. Open it there, choose “Save as” and then “CSV UTF-8”, and "
        "upload the file you get."
    )


class TableTooLarge(DomainError):
    """More bytes than are taken."""

    status = 413
    message = _("This file is larger than 20 MB. Please divide it into smaller ones.")


class TooManyRows(DomainError):
    """More lines than are taken."""

    message = _("This file has more than 100,000 lines. Please divide it into smaller ones.")


class TooManyColumns(DomainError):
    """More columns than anybody could choose from, or a delimiter that is none."""

    message = _("A line of this file has more than 50 columns. Please take out those you do not need.")


class NothingInIt(DomainError):
    """No line with anything in it."""

    message = _("There is nothing in this file.")


class BrokenQuotes(DomainError):
    """A quotation mark that opens a cell and does not close it, or closes it before its end."""

    def __init__(self, line: int) -> None:
        super().__init__(
            gettext(
                "Near line %(line)s a quotation mark is missing or stands where none belongs. Please mend that line.",
                line=line,
            )
        )


@dataclass(frozen=True, slots=True)
class Table:
    """The lines that hold anything, each with its number as a spreadsheet counts, and how the file was written.

    `is_guessed` where nothing in the file says how its letters are meant.
    """

    rows: list[tuple[int, list[str]]]
    encoding: str
    is_guessed: bool = False


def read_file(body: bytes, encoding: str | None = None) -> Table:
    """A file as a table; `encoding` is one of ENCODINGS, if somebody knows.

    One at a time in each process, because a large one needs hundreds of megabytes. Raises NotATable, IsAWorkbook,
    TableTooLarge, TemporarilyUnavailable and what read_text raises.
    """
    if len(body) > MOST_BYTES:
        raise TableTooLarge
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise TemporarilyUnavailable
    try:
        return _read(body, encoding)
    finally:
        _one_at_a_time.release()


def _read(body: bytes, encoding: str | None) -> Table:
    if body.startswith(_WORKBOOKS):
        raise IsAWorkbook
    if body.startswith(_OTHERS):
        raise NotATable
    text, found, is_guessed = _decoded(body, encoding)
    if text.count("\0") * 100 > len(text):
        raise NotATable
    return Table(read_text(text), found, is_guessed)


def read_pasted(text: str) -> Table:
    """What somebody copied and pasted, as a table. Raises what read_text raises."""
    return Table(read_text(text), "utf-8")


def read_text(text: str, delimiter: str | None = None) -> list[tuple[int, list[str]]]:
    """The lines of a text that hold anything, and their numbers. Without a `delimiter` it is guessed.

    Raises NothingInIt, TooManyRows, TooManyColumns or BrokenQuotes.
    """
    text = _CONTROL.sub("", text)
    said = _SAYS_DELIMITER.match(text)
    if said:
        text, delimiter = text[said.end() :], delimiter or said[1]
    rows = []
    for line, cells in enumerate(_lines(text, delimiter or _delimiter(text)), start=1):
        if kept := _kept(cells):
            rows.append((line, kept))
        if len(kept) > MOST_COLUMNS:
            raise TooManyColumns
        if len(rows) > MOST_ROWS + 1:  # One may name the columns.
            raise TooManyRows
    if not rows:
        raise NothingInIt
    return rows


def _decoded(body: bytes, encoding: str | None) -> tuple[str, str, bool]:
    """The text, how it was written and whether that is only likely. What cannot be read is U+FFFD."""
    if encoding:
        return body.decode(encoding, "replace"), encoding, False
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return body.decode(marked, "replace"), marked.removesuffix("-sig"), False
    try:
        return body.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        return body.decode(GUESSED, "replace"), GUESSED, True


def _delimiter(text: str) -> str:
    """What divides the first lines most evenly, into the most cells."""
    return max(DELIMITERS, key=lambda it: _evenness(text[:_SEEN], it))


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    try:
        widths = [
            len(it) for it in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 50)
        ]
    except csv.Error:
        return 0, 0
    (width, count) = Counter(it for it in widths if it).most_common(1)[0] if any(widths) else (1, 1)
    return (count / len(widths), width) if width > 1 else (0, 1)


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise BrokenQuotes(reader.line_num) from error


def _kept(cells: Sequence[str]) -> list[str]:
    """Without the empty ones at its end; none at all where nothing can be seen."""
    last = next((number for number in range(len(cells), 0, -1) if not is_blank(cells[number - 1])), 0)
    return [it[: LONGEST_CELL + 1] for it in cells[:last]]
