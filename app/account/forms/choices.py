"""What can be chosen when somebody opens shop, with what the page's script needs to know of it."""

from flask import request
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.countries import country_of, usual, zones
from app.i18n import LANGUAGES
from app.places import country_choices, currency_choices, zone_choices


def guessed_country() -> str:
    """Where the visitor most likely is, from the languages their browser asks for."""
    guesses = (country_of(tag) for tag in request.accept_languages.values())
    return next((guess for guess in guesses if guess), "")


def usual_countries() -> list[SelectChoice]:
    """Every country by its name, with what the page's script needs to know of it."""
    choices = country_choices()
    for choice in choices:
        often = usual(choice.value, LANGUAGES)
        choice.render_kw = {"data-zone": often.zone, "data-currency": often.currency}
    return [SelectChoice("", gettext("Choose …")), *choices]


def zones_from(country: str) -> list[SelectChoice]:
    """The zones of the country first; each says its country, for the page's script."""
    choices = zone_choices(country, "")
    for choice in choices:
        choice.render_kw = choice.render_kw | {"data-country": zones()[choice.value]}
    return [SelectChoice("", gettext("As usual there")), *choices]


def usual_currencies() -> list[SelectChoice]:
    """Every currency; the first is what is usual in the country."""
    return [SelectChoice("", gettext("As usual there")), *currency_choices()]
