"""What the body of a request may be, and of an answer. Unless a handler says otherwise they are a form and a page."""

from collections.abc import Callable
from typing import Any, TypeVar

FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
H = TypeVar("H", bound=Callable[..., Any])


def takes_json(handler: H) -> H:
    """Mark the handler of a program's report: it reads the body as it came, whatever its type is called."""
    handler.takes_json = True  # type: ignore[attr-defined]
    return handler


def answers_json(handler: H) -> H:
    """Mark the handler of what programs ask for: also what went wrong is said as JSON, {"error": sentence}."""
    handler.answers_json = True  # type: ignore[attr-defined]
    return handler
