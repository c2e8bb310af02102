"""Whoever reads another language reads all of it: no message without a translation, and no broken one."""

import re

import pytest
from flask_babel import force_locale, gettext, ngettext

from app import dates
from app.cli.translations import catalogues, compiled, messages, read
from tests.factories import a_shop, berlin
from tests.reading import soup

PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|</?[a-z][^>]*>")

by_language = pytest.mark.parametrize("path", catalogues(), ids=lambda it: it.parent.parent.name)


def forms(text):
    return [text] if isinstance(text, str) else list(text)


def placeholders(text):
    return sorted(PLACEHOLDERS.findall(text))


@by_language
def test_every_message_is_translated_and_none_is_left_over(path):
    """`flask translations update` shows what is new."""
    said, translated = ({(it.context, it.id) for it in of} for of in (messages(), read(path)))
    assert said == translated
    assert [it.id for it in read(path) if it.id and not all(forms(it.string))] == []


@by_language
def test_every_translation_takes_what_the_message_has_to_say(path):
    wrong = {
        it.id: string
        for it in read(path)
        for string in forms(it.string)
        if it.id
        and placeholders(string) not in [placeholders(form) for form in forms(it.id)]
        and not (it.pluralizable and set(placeholders(string)) <= set(placeholders(it.id[1])))
    }
    assert wrong == {}


@by_language
def test_what_pages_are_made_with_is_what_the_catalogue_says(path):
    """`flask translations compile` writes it."""
    assert path.with_suffix(".mo").read_bytes() == compiled(read(path))


def test_a_german_page_is_german(client, app, frozen):
    shop = a_shop()
    page = client.get(f"{shop.page}?lang=de&service={shop.service.id}&date=2027-03-02")
    assert soup(page).html["lang"] == "de"
    assert "Dienstag, 2. März" in page.text
    assert "45,00\N{NO-BREAK SPACE}€" in page.text
    assert "Choose" not in page.text


def test_german_dates_have_their_stops(app):
    day = berlin("2027-03-05 10:00").date()
    with app.test_request_context(), force_locale("de"):
        assert [it(day) for it in (dates.day, dates.long_day, dates.short_day, dates.dated)] == [
            "Freitag, 5. März",
            "Freitag, 5. März 2027",
            "Fr., 5. März",
            "5. März 2027",
        ]
        assert gettext("Save") == "Speichern"
        assert ngettext("%(num)d appointment", "%(num)d appointments", 2) == "2 Termine"
