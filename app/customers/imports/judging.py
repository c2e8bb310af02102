"""What a line of a file says of somebody, and what is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext

from app.core.phones import read_phone
from app.core.text import clean, one_line, paragraph, words_of
from app.customers.imports.mapping import NAMES
from app.customers.imports.reading import LONGEST_CELL

LONGEST_NAME = 120
LONGEST_EMAIL = 254
LONGEST_PHONE = 40
LONGEST_TAG = 40
MOST_TAGS = 20
_LONGEST = {"name": LONGEST_NAME, "email": LONGEST_EMAIL, "phone": LONGEST_PHONE}
_UNREAD = "\ufffd"
_YES = frozenset(
    ["1", "x", "y", "yes", "ja", "j", "true", "wahr", "oui", "si", "vero", "blocked", "gesperrt"]
)
_NO = frozenset(["0", "n", "no", "nein", "non", "false", "falsch", "-"])
# Spreadsheets are told by such signs that a number is a text: ="0049", '+49.
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_QUOTED = re.compile(r"'(?=[=+\-@＝＋－＠])")
_LANGUAGES = {
    **dict.fromkeys(("de", "dede", "deat", "dech", "deutsch", "german", "ger", "deu"), "de"),
    **dict.fromkeys(("en", "engb", "english", "englisch", "eng", "anglais", "ingles"), "en-GB"),
    "enus": "en-US",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a line says: e-mail in lower case, phone as E.164, language as the app names it."""

    name: str
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None
    blocked: bool = False


class RefusedLine(Exception):
    """A line nobody can become a customer by. `problem` is a code, `<what>` or `<what>:<field>`, and is kept."""

    def __init__(self, what: str, field: str | None = None) -> None:
        self.problem = f"{what}:{field}" if field else what
        super().__init__(self.problem)


def read_person(cells: Sequence[str], columns: Mapping[str, int], width: int, country: str | None) -> Person:
    """Whom a line is about. `width` is how many columns the file has, `country` whose phone numbers have no prefix.

    Raises RefusedLine.
    """
    if len(cells) > width:
        raise RefusedLine("too_many_cells")
    said = {field: _cell(cells, place) for field, place in columns.items() if field in NAMES}
    for field, text in said.items():
        if _UNREAD in text:
            raise RefusedLine("unread", field)
        if len(text) > LONGEST_CELL:
            raise RefusedLine("too_long", field)
    line = {field: one_line(text) for field, text in said.items()}
    name = line.get("name") or " ".join(filter(None, (line.get("first_name"), line.get("last_name"))))
    if not name:
        raise RefusedLine("no_name")
    for field, longest in _LONGEST.items():
        if len(name if field == "name" else line.get(field) or "") > longest:
            raise RefusedLine("too_long", field)
    return Person(
        name=name,
        email=_email(line.get("email")),
        phone=_phone(line.get("phone"), country),
        language=_LANGUAGES.get("".join(words_of(line.get("language") or ""))),
        tags=_tags(said.get("tags", "")),
        note=paragraph(said.get("note")),
        blocked=_yes_or_no(line.get("blocked")),
    )


def phone_key(country: str | None) -> Callable[[str], str]:
    """A function that makes E.164 of most numbers of a country, and nothing wrong of others, in no time."""
    code = phonenumbers.country_code_for_region(country or "")
    trunk = phonenumbers.ndd_prefix_for_region(country or "", True) or ""

    def key_of(text: str) -> str:
        digits = "".join(re.findall("[0-9]", text))
        if text.lstrip(" '").startswith("+"):
            return f"+{digits}"
        return f"+{digits[2:]}" if digits.startswith("00") else f"+{code}{digits.removeprefix(trunk)}"

    return key_of


def in_words(problem: str) -> str:
    """The sentence for a problem, in the reader's language."""
    what, _colon, field = problem.partition(":")
    return {
        "too_many_cells": gettext("There are more cells in this line than columns in the file."),
        "unread": gettext(
            "There are letters in “%(field)s” that could not be read.", field=NAMES.get(field, "")
        ),
        "too_long": gettext("“%(field)s” is too long.", field=NAMES.get(field, "")),
        "no_name": gettext("There is no name."),
        "bad_email": gettext("That does not look like an e-mail address, such as name@example.com."),
        "bad_phone": gettext("That does not look like a phone number."),
        "too_many_tags": gettext("There are more than %(most)s tags.", most=MOST_TAGS),
        "unclear": gettext("“Blocked” should say yes or no."),
    }.get(what, gettext("This line cannot be read."))


def _cell(cells: Sequence[str], place: int) -> str:
    text = clean(cells[place]).strip() if place < len(cells) else ""
    if (told := _AS_TEXT.fullmatch(text)) is not None:
        text = told[1]
    return _QUOTED.sub("", text, count=1) if text.startswith("'") else text


def _email(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        found = validate_email(text.removeprefix("mailto:"), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise RefusedLine("bad_email") from error
    return found.normalized.lower()


def _phone(text: str | None, country: str | None) -> str | None:
    if text is None:
        return None
    number = read_phone(text, country)
    if number is None:
        raise RefusedLine("bad_phone")
    return number


def _tags(text: str) -> tuple[str, ...]:
    """Each once, whatever its capitals."""
    tags = {tag.casefold(): tag for it in re.split(r"[,;|\n]", text) if (tag := one_line(it))}
    if any(len(tag) > LONGEST_TAG for tag in tags.values()):
        raise RefusedLine("too_long", "tags")
    if len(tags) > MOST_TAGS:
        raise RefusedLine("too_many_tags")
    return tuple(tags.values())


def _yes_or_no(text: str | None) -> bool:
    word = (text or "no").casefold()
    if word not in _YES | _NO:
        raise RefusedLine("unclear", "blocked")
    return word in _YES
