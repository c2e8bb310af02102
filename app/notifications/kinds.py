"""The kinds of messages there are. The room a message is about registers its kind and answers for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flask_babel import LazyString

from app.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that comes with a letter. `content_type` may carry parameters."""

    name: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says, as of the moment it is sent.

    `words` are what the templates `mail/<kind>.html` and `mail/<kind>.txt` need; the first line of the text is the
    subject. `sender` and `recipient` are names, `reply_to` is an address.
    """

    sender: str
    words: Mapping[str, Any]
    recipient: str | None = None
    reply_to: str | None = None
    attached: tuple[Attached, ...] = field(default=())


Reason: TypeAlias = str | LazyString
Wanted = Callable[[Notification], Reason | None]
Words = Callable[[Notification], Letter]


@dataclass(frozen=True, slots=True)
class Kind:
    """What its room knows about a kind of message.

    `wanted` reads its subject again, in the transaction of the claim, and says why the message is not wanted any
    more, or None. `words` writes it when it is sent. `again`: where nobody knows whether it has arrived, it is sent
    once more rather than not at all.
    """

    wanted: Wanted
    words: Words
    again: bool = False


class UnknownKind(LookupError):
    """A message of a kind that no room answers for: a mistake in the program."""


_kinds: dict[str, Kind] = {}


def kind(name: str, *, wanted: Wanted, words: Words, again: bool = False) -> None:
    """Register a kind of message. Called when a room is imported."""
    _kinds[name] = Kind(wanted, words, again)


def find_kind(name: str) -> Kind:
    """The kind with this name. Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def names_of_kinds() -> set[str]:
    """All that are registered."""
    return set(_kinds)


def sent_again() -> set[str]:
    """The kinds that are sent once more when nobody knows whether they have arrived."""
    return {name for name, it in _kinds.items() if it.again}
