"""`flask translations`: the catalogues of app/translations follow the words of the code and the templates."""

import io
from collections.abc import Sequence
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from app.config import ROOT

FOLDER = ROOT / "app" / "translations"
_METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
_OPTIONS = {
    pattern: {"trimmed": "true", "extensions": "jinja2.ext.i18n"}
    for pattern, method in _METHODS
    if method == "jinja2"
}
_IN_CONTEXT = ((1, "c"), 2)
_NAMES = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": _IN_CONTEXT,
    "lazy_pgettext": _IN_CONTEXT,
}
# Only whoever works on Daybook sees these, and reads English.
_NOT_TRANSLATED = ("templates/style_guide/", "templates/mailbox/")

translations = AppGroup("translations", help="Catalogues of other languages.")


@translations.command("update")
def update() -> None:
    """Add new messages to each catalogue, without a translation, and drop those that are gone."""
    for path in catalogues():
        catalog = read(path)
        catalog.update(messages(), no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        path.write_bytes(_written(catalog))
        missing = sum(1 for it in catalog if it.id and not _is_translated(it.string))
        click.echo(f"{catalog.locale}: {missing} without a translation")


@translations.command("compile")
def compile_all() -> None:
    """Write the .mo file beside each catalogue, which is what pages are made with."""
    for path in catalogues():
        path.with_suffix(".mo").write_bytes(compiled(read(path)))
        click.echo(str(path.parent.parent.name))


def catalogues() -> list[Path]:
    """The .po file of each language."""
    return sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    """The catalogue in a file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def messages() -> Catalog:
    """All that people read, as the code and the templates say it in English."""
    found = Catalog(fuzzy=False)
    names = dict(_NAMES)
    for file, _line, message, _comments, context in extract_from_dir(
        ROOT, _METHODS, _OPTIONS, keywords=names
    ):
        if not file.startswith(_NOT_TRANSLATED):
            found.add(message, locations=[(file, 0)], context=context)
    return found


def compiled(catalog: Catalog) -> bytes:
    """The same for gettext."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def _written(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=0, sort_by_file=True, include_lineno=False, omit_header=False)
    return file.getvalue()


def _is_translated(string: str | Sequence[str] | None) -> bool:
    return bool(string) if string is None or isinstance(string, str) else all(string)
