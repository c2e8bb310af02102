"""Refused lines as a file of their own."""

from collections.abc import Sequence
from itertools import zip_longest

from flask_babel import gettext as _

from app.core.spreadsheets import written
from app.customers.imports.judging import in_words
from app.customers.models import CustomerImportRow


def refused_csv(header: Sequence[str], rows: Sequence[CustomerImportRow]) -> str:
    """The lines as they stood in the file, behind each what is wrong with it. Without a header there is none."""
    width = max([len(header), *(len(it.cells) for it in rows)])
    lines = [_wide(it.cells, width, in_words(it.problem or "")) for it in rows]
    return written(_wide(header, width, _("Problem")), lines)


def _wide(cells: Sequence[str], width: int, last: str) -> list[str]:
    return [cell for cell, _place in zip_longest(cells, range(width), fillvalue="")] + [last]
