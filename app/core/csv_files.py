"""Tables as CSV for other programs, in which nothing is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

# What spreadsheets take for the beginning of a formula (OWASP, CSV injection), in their wide forms too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_STARTS = "".join(map(re.escape, _FORMULA))
# A program that takes semicolons or tabs for the borders of cells would begin a new cell here.
_INSIDE = re.compile(rf"((?:;|(?<=\S)[\t\r\n])[\s\"']*)(?=[{_STARTS}])")


def write_csv(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A table with a head, as text that begins with a byte order mark."""
    written = io.StringIO()
    # Without the mark at its beginning Excel takes it for something older than UTF-8.
    written.write("\ufeff")
    writer = csv.writer(written)
    writer.writerow([_cell(it) for it in head])
    writer.writerows([_cell(it) for it in row] for row in rows)
    return written.getvalue()


def _cell(value: object) -> object:
    """A number as it is; a text with an apostrophe before it where a spreadsheet would take it for a formula.

    So has what would be one if the text itself were divided into cells.
    """
    if value is None or isinstance(value, Decimal):
        return value
    text = _INSIDE.sub(r"\1'", str(value))
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
