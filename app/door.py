"""The door filter: what every request is cleaned of before any room sees it."""

import string
from typing import Any
from urllib.parse import quote, urlsplit

from babel.support import NullTranslations
from flask import Flask, abort, current_app, request
from flask_babel import get_locale
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError
from werkzeug.utils import cached_property

from app.businesses.public_holidays import load_calendars
from app.core.bodies import FORM_TYPES
from app.core.files import FORM_BYTES, FORM_PARTS
from app.core.framing import is_framed
from app.core.text import clean
from app.i18n import form_words

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class CleanRequest(HtmxAwareRequest):
    """A request whose form and query hold no control characters and no lone surrogates."""

    query_string: bytes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Werkzeug decodes the query strictly; a raw byte that is no UTF-8 would be answered with 500.
        self.query_string = quote(self.query_string, safe=string.punctuation).encode()
        # A redirect to the same address with one slash more, or less, repeats it from here.
        self.environ["QUERY_STRING"] = self.query_string.decode()

    @cached_property
    def args(self) -> Any:
        return cleaned(super().args)

    @property
    def wtforms_translations(self) -> NullTranslations:
        """What forms say of their own accord, in the page's language: Flask-WTF would read its file for each page."""
        return form_words(get_locale())

    def _load_form_data(self) -> None:
        is_loaded = "form" in self.__dict__
        super()._load_form_data()
        if not is_loaded:
            form = self.__dict__.pop("form")
            # Werkzeug counts the parts of a multipart body only.
            if self.max_form_parts and sum(map(len, form.listvalues())) > self.max_form_parts:
                raise RequestEntityTooLarge
            self.__dict__["form"] = cleaned(form)


class IdConverter(IntegerConverter):
    """A row's id in a path: positive and small enough for the database, else there is no such page."""

    regex = r"[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number >= 2**63:
            raise ValidationError
        return number


class DayConverter(BaseConverter):
    """A date in a path, 2027-12-24. Whether there is such a day is for the page to say."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def init_door(app: Flask) -> None:
    """Install the filter and the converters of ids and dates."""
    app.request_class = CleanRequest
    app.url_map.converters |= {"id": IdConverter, "day": DayConverter}
    # The first thing to run, before a room looks up what the address names.
    app.url_value_preprocessor(refuse_odd_requests)


def refuse_odd_requests(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Stop control characters in a path, bodies of the wrong type, and posts from other sites."""
    view = current_app.view_functions.get(endpoint or "")
    if getattr(view, "asks_for_holidays", False):
        load_calendars()
    if getattr(view, "takes_files", False):
        request.max_content_length = getattr(view, "most_bytes", FORM_BYTES)
        request.max_form_parts = FORM_PARTS
    if clean(request.path) != request.path:
        abort(404)
    if request.method in UNSAFE:
        is_form = request.mimetype in FORM_TYPES
        if request.content_length and not is_form and not getattr(view, "takes_json", False):
            abort(415)
        # A page of the widget may be a stranger to itself, and has no session that others could make use of.
        is_strange = request.headers.get("Sec-Fetch-Site") == "cross-site" and not is_framed()
        if is_strange or not is_address(request.referrer or ""):
            abort(400)


def is_address(text: str) -> bool:
    """Whether whoever wants to know where a form stood can take this apart."""
    try:
        return urlsplit(text).port != 0
    except ValueError:
        return False


def cleaned(values: Any) -> ImmutableMultiDict[str, str]:
    """The same fields, each value cleaned."""
    return ImmutableMultiDict((clean(name), clean(value)) for name, value in values.items(multi=True))
