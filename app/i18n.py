"""The language of a page: ?lang= before Accept-Language before the business's own."""

import functools
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from wtforms.i18n import messages_path

LANGUAGES = {"en-GB": "English (UK)", "en-US": "English (US)", "de": "Deutsch"}
CARRYING = {"storefront", "flow", "bookings", "answers", "messages", "waiting", "widget", "lost_links"}
CARRYING |= {"reviews", "public_reviews"}
babel = Babel()


class Words(Domain):
    """The words of the page's language. Every word of a page asks for them, and Flask-Babel looks long for each."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[Locale, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """Those of the language that is read now, or of none outside a request."""
        locale = get_locale()
        found = self._of.get(locale)
        if found is None:
            found = super().get_translations()
            if locale is not None:
                self._of[locale] = found
        return found


@functools.cache
def form_words(locale: Locale) -> NullTranslations:
    """The words of WTForms in a language, read once."""
    return Translations.load(messages_path(), [locale], domain="wtforms")


def init_i18n(app: Flask) -> None:
    """Install Flask-Babel with our order of preference."""
    babel.init_app(app, locale_selector=choose_language)
    babel.domain_instance = words = Words()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: words.get_translations().ugettext(text),
        ngettext=lambda one, many, number: words.get_translations().ungettext(one, many, number),
        pgettext=lambda context, text: words.get_translations().upgettext(context, text),
        npgettext=lambda context, one, many, number: words.get_translations().unpgettext(
            context, one, many, number
        ),
        newstyle=True,
    )
    app.url_defaults(carry_language)
    app.jinja_env.globals["language_links"] = language_links


def choose_language() -> str:
    """One of LANGUAGES, as Babel names it. For a member the user's own setting, which the guard
    of a member's room leaves in `g.language`, comes first.

    A command or a job has no reader to ask.
    """
    if not has_request_context():
        return "en_GB"
    business = g.get("business")
    wishes = [
        request.args.get("lang"),
        g.get("language"),
        request.accept_languages.best_match(LANGUAGES),
        business.language if business else None,
    ]
    return next((wish for wish in wishes if wish in LANGUAGES), "en-GB").replace("-", "_")


def carry_language(endpoint: str, values: dict[str, Any]) -> None:
    """A language chosen in the address stays in it from one public page to the next; no cookie remembers it."""
    if has_request_context() and endpoint.partition(".")[0] in CARRYING:
        chosen = request.args.get("lang")
        if chosen in LANGUAGES:
            values.setdefault("lang", chosen)


def language_links() -> list[tuple[str, str, str, bool]]:
    """(tag, name, address, whether it is the page's own) of each language this page can be read in.

    None for the answer to a form, because who follows a link loses what they typed, and none outside the public rooms.
    """
    if not has_request_context() or request.method != "GET" or request.blueprint not in CARRYING:
        return []
    here = request.args.to_dict(flat=False)
    return [
        (tag, name, f"{request.path}?{urlencode(here | {'lang': tag}, doseq=True)}", is_current(tag))
        for tag, name in LANGUAGES.items()
    ]


def is_current(tag: str) -> bool:
    """Whether the page is in this one of LANGUAGES."""
    return choose_language().replace("_", "-") == tag
