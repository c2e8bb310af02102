"""Tables as CSV for other programs: dates are ISO 8601, amounts plain decimals, and nothing in them is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

# What spreadsheets take for the beginning of a formula (OWASP, CSV injection), in their wide forms too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_STARTS = "".join(map(re.escape, _FORMULA))
# A program that takes semicolons or tabs for the borders of cells would begin a new cell here.
_INSIDE = re.compile(rf"((?:;|(?<=\S)[\t\r\n])[\s\"']*)(?=[{_STARTS}])")


def written(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A file of rows under their heads."""
    return "".join(lines(head, rows))


def lines(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The same piece by piece, for files that are larger than memory."""
    # Without the mark at its beginning Excel takes it for something older than UTF-8.
    yield "\ufeff" + _line(head)
    for row in rows:
        yield _line(row)


def rows_alone(rows: Iterable[Sequence[object]]) -> str:
    """Further rows of a file that has its heads."""
    return "".join(map(_line, rows))


def _line(row: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_cell(it) for it in row])
    return line.getvalue()


def _cell(value: object) -> object:
    """A number as it is; a text with an apostrophe before it where a spreadsheet would take it for a formula.

    So has what would be one if the text itself were divided into cells.
    """
    if value is None or isinstance(value, Decimal):
        return value
    text = _INSIDE.sub(r"\1'", str(value))
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def plain_amount(cents: int, currency: str) -> Decimal:
    """As many decimals as the currency has."""
    return Decimal(cents).scaleb(-get_currency_precision(currency))


def date_and_time(at: datetime, zone: str) -> tuple[str, str]:
    """The date and the time of a zone's clock, for two cells."""
    local = at.astimezone(ZoneInfo(zone))
    return local.date().isoformat(), local.strftime("%H:%M")
