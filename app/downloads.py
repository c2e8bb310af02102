"""Tables handed out while they are still being read: as long as they are, in as little memory as a part of them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from flask import Response, stream_with_context

from app.core.db import undo
from app.core.spreadsheets import rows_alone, written

Rows = Iterable[Sequence[object]]


def table_in_parts(name: str, head: Sequence[object], parts: Iterable[Rows]) -> Response:
    """A CSV file of all `parts`, each of which is asked for when the one before is sent.

    Nothing may be left to commit: each part is read in a transaction of its own, which ends before it is sent, so that
    whoever reads slowly holds up nobody. What fails in the first part has a page of its own; what fails later breaks
    the file off, which browsers say.
    """
    pieces = _pieces(head, parts)
    first = next(pieces)
    response = Response(stream_with_context(chain([first], pieces)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _pieces(head: Sequence[object], parts: Iterable[Rows]) -> Iterator[str]:
    """At least one of them: the heads, with the first rows."""
    has_begun = False
    for part in parts:
        piece = rows_alone(part) if has_begun else written(head, part)
        undo(showing_rows=True)
        if piece:
            yield piece
        has_begun = True
    if not has_begun:
        yield written(head, ())
