"""A file of customers as somebody sends it, and what they say of its columns."""

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.core.db import undo
from app.core.errors import DomainError
from app.customers.imports.mapping import HEADER, NAMES, WIDTH, has_name
from app.customers.imports.reading import ENCODINGS, MOST_BYTES, Table, read_file, read_pasted
from app.customers.models import CustomerImport, CustomerImportRow

EXAMPLES = 3
_CHOOSE = _("Please choose one of those offered.")
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": _("Western European (Windows)"),
    "cp1250": _("Central European (Windows)"),
    "cp1251": _("Cyrillic (Windows)"),
    "mac_roman": _("Western European (Mac)"),
}


class ListField(SelectField):
    """A list to choose from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invalid_choice_message = self.invalid_value_message = _CHOOSE


class FileForm(FlaskForm):
    """A file, or what was copied out of a spreadsheet."""

    file = FileField(_("CSV file"))
    pasted = TextAreaField(_("Or paste it here"))
    encoding = ListField(
        _("Letters"),
        choices=[
            SelectChoice("", _("Find out by yourself")),
            *(SelectChoice(it, _ENCODINGS[it]) for it in ENCODINGS),
        ],
        default="",
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Something has to be there."""
        if not super().validate(*args, **kwargs):
            return False
        if not self.file.data and not (self.pasted.data or "").strip():
            self.file.errors = [gettext("Please choose a file, or paste your customers below.")]
        return not self.file.errors

    @property
    def file_name(self) -> str:
        """What the list of imports calls it."""
        return (self.file.data and self.file.data.filename) or gettext("Pasted text")

    def table(self) -> Table:
        """What was sent, as a table. That takes a while, so it ends the transaction first.

        Raises what app.customers.imports.reading raises.
        """
        undo()
        if not self.file.data:
            return read_pasted(self.pasted.data or "")
        # A handler that is run again reads it again.
        self.file.data.stream.seek(0)
        return read_file(self.file.data.stream.read(MOST_BYTES + 1), self.encoding.data or None)

    def refuse(self, refused: DomainError) -> Self:
        """Say it beside what was sent."""
        where = self.file if self.file.data else self.pasted
        where.errors = [str(refused.message)]
        return self


class ColumnsForm(FlaskForm):
    """What the columns of a file are. Made by `columns_form`, with a list to choose from for each of them."""

    header = BooleanField(_("The first line names the columns"))

    def __init__(self, it: CustomerImport, rows: Sequence[CustomerImportRow]) -> None:
        places = {place: field for field, place in it.columns.items() if field in NAMES}
        super().__init__(data={HEADER: it.columns[HEADER] > 0} | {_name(n): f for n, f in places.items()})
        self.rows = rows
        self.count = it.columns[WIDTH]

    @property
    def lists(self) -> list[tuple[SelectField, str, list[str]]]:
        """For each column its list, what its first line says, and what stands below."""
        return [
            (self[_name(place)], self._cell(0, place), [self._cell(n, place) for n in self._examples])
            for place in range(self.count)
        ]

    @property
    def columns(self) -> dict[str, int]:
        """Which column each field is."""
        chosen = ((self[_name(place)].data, place) for place in range(self.count))
        return {field: place for field, place in chosen if field}

    @property
    def header_line(self) -> int:
        """The line that names the columns; 0 where there is none."""
        return self.rows[0].line if self.header.data else 0

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Nothing stands in two columns, and everybody has a name."""
        if not super().validate(*args, **kwargs):
            return False
        seen: set[str] = set()
        for chosen, _heading, _cells in self.lists:
            if chosen.data and chosen.data in seen:
                chosen.errors = [gettext("Another column is that already.")]
            seen.add(chosen.data)
        if not self.errors_found and not has_name(self.columns):
            self[_name(0)].errors = [gettext("Please say which column holds the names.")]
        return not self.errors_found

    def refuse(self, refused: DomainError) -> Self:
        """Say it above the columns."""
        self[_name(0)].errors = [str(refused.message)]
        return self

    @property
    def errors_found(self) -> bool:
        """Whether anything is wrong by now."""
        return any(it.errors for it in self)

    @property
    def _examples(self) -> range:
        return range(1, min(len(self.rows), EXAMPLES + 1))

    def _cell(self, row: int, place: int) -> str:
        cells = self.rows[row].cells
        return cells[place][:80] if place < len(cells) else ""


class KnownForm(FlaskForm):
    """What becomes of those who are customers already."""

    known = RadioField(
        _("Who is a customer already"),
        choices=[
            SelectChoice("leave", _("stays as they are")),
            SelectChoice("fill", _("gets what is missing: phone, language, tags and notes")),
        ],
        default="leave",
    )


def columns_form(it: CustomerImport, rows: Sequence[CustomerImportRow]) -> ColumnsForm:
    """The form for the columns of this file; `rows` are its first lines."""
    choices = [SelectChoice("", _("Leave out")), *(SelectChoice(*it) for it in NAMES.items())]
    lists = {_name(place): ListField(_("What it is"), choices=choices) for place in range(it.columns[WIDTH])}
    form: type[ColumnsForm] = type("ColumnsOfFile", (ColumnsForm,), lists)
    return form(it, rows)


def _name(place: int) -> str:
    return f"column_{place}"
