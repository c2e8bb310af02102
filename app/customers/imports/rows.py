"""The lines of an import: kept, read in turn, counted, forgotten."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Integer, Select, Text, cast, delete, func, select, text, update

from app.core.db import db
from app.core.paging import Page, nearest_page
from app.customers.imports.mapping import HEADER
from app.customers.models import CustomerImport, CustomerImportRow

_AT_ONCE = 5000
PAGE = 50
# As JSON, because half a million values of their own are slow to send.
_KEEP = text(
    "INSERT INTO customer_import_rows (business_id, import_id, line, cells)"
    " SELECT :business_id, :import_id, (it ->> 0)::int, ARRAY(SELECT json_array_elements_text(it -> 1))"
    " FROM json_array_elements(CAST(:rows AS json)) AS it"
)


def keep_rows(it: CustomerImport, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Keep the lines of a file, each with its number. A statement for five thousand."""
    for first in range(0, len(rows), _AT_ONCE):
        some = json.dumps(rows[first : first + _AT_ONCE], ensure_ascii=False)
        db.session.execute(_KEEP, {"business_id": it.business_id, "import_id": it.id, "rows": some})


def rows_of(it: CustomerImport) -> Select[CustomerImportRow]:
    """Its lines in their order, without the one that names the columns."""
    rows = select(CustomerImportRow).filter_by(business_id=it.business_id, import_id=it.id)
    return rows.where(CustomerImportRow.line > it.columns[HEADER]).order_by(CustomerImportRow.line)


def count_rows(it: CustomerImport) -> int:
    """How many lines are to be judged."""
    counted = rows_of(it).order_by(None).with_only_columns(func.count())
    return db.session.scalar(counted) or 0


def first_rows(it: CustomerImport, most: int) -> Sequence[CustomerImportRow]:
    """The first lines, the one that names the columns among them."""
    rows = select(CustomerImportRow).filter_by(business_id=it.business_id, import_id=it.id)
    return db.session.scalars(rows.order_by(CustomerImportRow.line).limit(most)).all()


def header_of(it: CustomerImport) -> list[str]:
    """The cells of the line that names the columns; none where no line does."""
    key = it.business_id, it.id, it.columns[HEADER]
    line = db.session.get(CustomerImportRow, key) if it.columns[HEADER] else None
    return line.cells if line else []


def counts_of(it: CustomerImport) -> dict[str, int]:
    """How many lines there are of each verdict. One statement."""
    counted = rows_of(it).order_by(None).with_only_columns(CustomerImportRow.verdict, func.count())
    found = db.session.execute(counted.group_by(CustomerImportRow.verdict)).all()
    return dict.fromkeys(("new", "known", "again", "refused"), 0) | {it: count for it, count in found if it}


def refused_page(it: CustomerImport, total: int, number: int) -> Page[CustomerImportRow]:
    """A page of the lines nobody can become a customer by, `total` in all."""
    number = nearest_page(number, total, PAGE)
    rows = rows_of(it).where(CustomerImportRow.verdict == "refused").limit(PAGE).offset((number - 1) * PAGE)
    return Page(list(db.session.scalars(rows)) if total else [], total, number, PAGE)


def all_refused(it: CustomerImport) -> Sequence[CustomerImportRow]:
    """All of them, for a file to mend."""
    return db.session.scalars(rows_of(it).where(CustomerImportRow.verdict == "refused")).all()


def write_verdicts(it: CustomerImport, rows: Sequence[tuple[int, str, str | None, int | None]]) -> None:
    """Keep what became of lines: (line, verdict, problem, customer) of each. One statement."""
    columns = list(zip(*rows, strict=True)) or [()] * 4
    types: Sequence[Any] = Integer(), Text(), Text(), BigInteger()
    lists: Iterator[Any] = (cast(list(values), ARRAY(of)) for values, of in zip(columns, types, strict=True))
    names = "line", "verdict", "problem", "customer_id"
    found = func.unnest(*lists).table_valued(*names).render_derived(name="found")
    those = update(CustomerImportRow).where(
        CustomerImportRow.business_id == it.business_id,
        CustomerImportRow.import_id == it.id,
        CustomerImportRow.line == found.c.line,
    )
    values: Mapping[str, object] = {
        name: getattr(found.c, name) for name in ("verdict", "problem", "customer_id")
    }
    db.session.execute(those.values(values), execution_options={"synchronize_session": False})


def forget_rows(it: CustomerImport) -> None:
    """What the file said is gone; that there was one stays."""
    db.session.execute(
        delete(CustomerImportRow).filter_by(business_id=it.business_id, import_id=it.id),
        execution_options={"synchronize_session": False},
    )
