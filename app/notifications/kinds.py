"""The kinds of messages there are. The room a message is about registers its kind and answers for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Required, TypeAlias, TypedDict, Unpack

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
    subject; a kind with wordings has `said` in their place. `sender` and `recipient` are names, `reply_to` is an
    address. `fills` are what a wording's words in braces stand for. `unsubscribe` is where one POST ends such mails
    (RFC 8058), the whole address. A message that tries words brings its own `wording`, in place of what the business
    says, and the name of the `template` it is drawn by, in place of its kind.
    """

    sender: str
    words: Mapping[str, Any]
    recipient: str | None = None
    reply_to: str | None = None
    attached: tuple[Attached, ...] = field(default=())
    fills: Mapping[str, str] = field(default_factory=dict)
    unsubscribe: str | None = None
    wording: "Wording | None" = None
    template: str | None = None


Reason: TypeAlias = str | LazyString


@dataclass(frozen=True, slots=True)
class Wording:
    """The part of a message that a business may word itself: plain text with words in braces, `{customer_name}`.

    A mail has a subject, a text message has none.
    """

    body: Reason
    subject: Reason | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """A word in braces: what it stands for, in the words of the editor, and a sample of it."""

    label: Reason
    sample: Reason


Wanted = Callable[[Notification], Reason | None]
Words = Callable[[Notification], Letter]


@dataclass(frozen=True, slots=True)
class Kind:
    """What its room knows about a kind of message.

    `wanted` reads its subject again, in the transaction of the claim, and says why the message is not wanted any
    more, or None. `words` writes it when it is sent. `again`: where nobody knows whether it has arrived, it is sent
    once more rather than not at all. `title` is what members call it. `wordings` are ours, by channel ("email", "sms"),
    where a business may have its own, made of `fills`. `topic` is what people who do not want it turn off
    ("reminder", "follow_up", "offer"); without one it is part of what they asked for. `waits`: at night it can wait.
    `optional`: a business may decide to send none of it (`leaving_out.py`).
    `sample` writes it as `words` does, about somebody made up, for whoever words it.
    """

    wanted: Wanted
    words: Words
    again: bool = False
    title: Reason = ""
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    fills: Mapping[str, Fill] = field(default_factory=dict)
    topic: str | None = None
    waits: bool = False
    sample: Words | None = None
    optional: bool = False


class Known(TypedDict, total=False):
    """What a room says about a kind when it registers it; as in Kind."""

    wanted: Required[Wanted]
    words: Required[Words]
    again: bool
    title: Reason
    wordings: Mapping[str, Wording]
    fills: Mapping[str, Fill]
    topic: str | None
    waits: bool
    sample: Words | None
    optional: bool


class UnknownKind(LookupError):
    """A message of a kind that no room answers for: a mistake in the program."""


_kinds: dict[str, Kind] = {}


def kind(name: str, **known: Unpack[Known]) -> None:
    """Register a kind of message. Called when a room is imported."""
    _kinds[name] = Kind(**known)


def find_kind(name: str) -> Kind:
    """The kind with this name. Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def kinds_with_wordings() -> dict[str, Kind]:
    """The kinds that a business may word itself, by name, in the order in which they were registered."""
    return {name: it for name, it in _kinds.items() if it.wordings}


def names_of_kinds() -> set[str]:
    """All that are registered."""
    return set(_kinds)


def sent_again() -> set[str]:
    """The kinds that are sent once more when nobody knows whether they have arrived."""
    return {name for name, it in _kinds.items() if it.again}
