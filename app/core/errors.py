"""Refusals: named, with a sentence the person in front of the screen can read."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


class DomainError(Exception):
    """A rule said no. `status` is the HTTP answer, `message` for people, `retry_after` seconds if waiting helps."""

    status = 422
    retry_after: int | None = None
    message: str | LazyString = _("That is not possible.")

    def __init__(self, message: str | LazyString | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(self.message)

    @property
    def headers(self) -> dict[str, str]:
        """What every answer that shows the refusal carries: when to come again, if that is known."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class Conflict(DomainError):
    """Somebody else was faster, or the row changed meanwhile."""

    status = 409


class TemporarilyUnavailable(DomainError):
    """The database is busy or away; the same request may succeed in a moment."""

    status = 503
    retry_after = 2
    message = _("We are very busy right now. Please try again in a moment; nothing was lost.")


class NoSuchTime(DomainError):
    """A wall-clock time or date that does not exist, such as 02:30 in the hour a clock skips."""

    message = _("That time does not exist.")
