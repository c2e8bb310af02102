"""The language of a page: ?lang= before Accept-Language before the business's own."""

from flask import Flask, g, has_request_context, request
from flask_babel import Babel

LANGUAGES = {"en-GB": "English (UK)", "en-US": "English (US)"}
babel = Babel()


def init_i18n(app: Flask) -> None:
    """Install Flask-Babel with our order of preference."""
    babel.init_app(app, locale_selector=choose_language)


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
