"""Which column of a file is what: guessed by its first lines, and chosen by a member."""

import re
from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _

from app.core.text import words_of

NAMES = {
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "language": _("Language"),
    "tags": _("Tags"),
    "note": _("Note"),
    "blocked": _("Blocked"),
}
# What else CustomerImport.columns holds: the line that names the columns, 0 for none; how many there are; whether the
# letters were guessed; and whether known customers get what is missing.
HEADER, WIDTH, GUESSED, FILL = "header", "width", "guessed", "fill"
# What such columns are called by other programs, folded and without spaces; the better name first.
_HEADINGS = {
    "name": "name fullname customername customer client clientname kunde kundin kundenname kundname nomcomplet "
    "nombrecompleto nomecompleto naam displayname",
    "first_name": "firstname first givenname forename vorname rufname prenom nombre nome voornaam",
    "last_name": "lastname last surname familyname nachname familienname zuname nom apellidos apellido cognome "
    "achternaam",
    "email": "email emailaddress mail emailadresse mailadresse emailaddress1 emailvalue courriel adressemail "
    "correo correoelectronico email1value",
    "phone": "mobile mobilephone mobilenumber cell cellphone handy handynummer mobil mobilnummer mobiltelefon "
    "mobiel portable movil cellulare phone phonenumber telephone telephonenumber tel telefon telefonnummer "
    "rufnummer telefono telefoon phone1value telnr",
    "language": "language sprache langue idioma lingua taal locale",
    "tags": "tags tag labels label groups group gruppe gruppen kategorie kategorien category categories schlagworte "
    "stichworte etiquetas etiquettes",
    "note": "note notes notiz notizen comment comments kommentar bemerkung bemerkungen anmerkung anmerkungen remarks "
    "notas nota remarque remarques opmerking",
    "blocked": "blocked block gesperrt sperre banned blacklist blockiert bloque bloqueado",
}
_BY_HEADING = {
    heading: (field, rank)
    for field, headings in _HEADINGS.items()
    for rank, heading in enumerate(headings.split())
}
_LOOKS_LIKE_PHONE = re.compile(r"[+0(][\d\s()/.\-]{5,}")


def guess_columns(rows: Sequence[tuple[int, Sequence[str]]]) -> dict[str, int]:
    """What the columns are likely to be, by the first lines, as CustomerImport keeps it."""
    widest = max(len(cells) for _line, cells in rows)
    columns = _guessed(rows)
    return columns | {WIDTH: len(rows[0][1]) if columns[HEADER] else widest}


def _guessed(rows: Sequence[tuple[int, Sequence[str]]]) -> dict[str, int]:
    line, first = rows[0]
    found: dict[str, tuple[int, int]] = {}
    for place, cell in enumerate(first):
        field, rank = _BY_HEADING.get("".join(words_of(cell[:100])), ("", 0))
        if field and (field not in found or rank < found[field][0]):
            found[field] = rank, place
    if not found or any("@" in cell for cell in first):
        return {HEADER: 0, **_by_look([cells for _line, cells in rows[:20]])}
    columns = {field: place for field, (_rank, place) in found.items()}
    if "first_name" in columns and "last_name" not in columns and "name" in columns:
        columns["last_name"] = columns.pop("name")
    elif "name" in columns:
        # A column of its own with the whole name says it best.
        columns = {
            field: place for field, place in columns.items() if field not in ("first_name", "last_name")
        }
    return {HEADER: line, **columns}


def has_name(columns: Mapping[str, int]) -> bool:
    """Whether these columns say what people are called."""
    return bool({"name", "first_name", "last_name"} & columns.keys())


def _by_look(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Where no line names the columns: addresses and numbers give themselves away, and a name stands before them."""
    columns: dict[str, int] = {}
    for place in range(max(map(len, rows))):
        cells = [row[place].strip() for row in rows if len(row) > place and row[place].strip()]
        for field, looks in (
            ("email", lambda it: "@" in it),
            ("phone", lambda it: bool(_LOOKS_LIKE_PHONE.fullmatch(it))),
            ("name", lambda it: any(map(str.isalpha, it))),
        ):
            if field not in columns and sum(map(looks, cells)) * 2 > len(cells):
                columns[field] = place
                break
    return columns
