"""Everything the simulator knows: in memory, behind one lock, forgotten when it ends."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.stripe_simulator.cards import Card
from tests.stripe_simulator.idempotency import Answers
from tests.stripe_simulator.modes import Modes
from tests.stripe_simulator.problems import Json, missing
from tests.stripe_simulator.webhooks import Post

DEFAULT_ACCOUNT = "acct_simulator"


class Clock:
    """The simulator's time in whole seconds. It runs with the machine's, and can be put ahead."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self.ahead = 0.0

    def now(self) -> int:
        return int(self._source() + self.ahead)


@dataclass
class Ledger:
    """One account in one mode, test or live: what happens in one is unknown in all others."""

    account: str
    livemode: bool
    secret_key: str
    publishable_key: str
    webhook_secret: str
    answers: Answers = field(default_factory=Answers)
    cards: dict[str, Card] = field(default_factory=dict)  # The card behind each payment method.
    lines: dict[str, list[Json]] = field(default_factory=dict)  # What each checkout session sells.
    wishes: dict[str, Json] = field(default_factory=dict)  # What its payment intent shall be given.
    fates: dict[str, str] = field(default_factory=dict)  # What becomes of each refund.
    _objects: dict[str, dict[str, Json]] = field(default_factory=dict)

    def add(self, it: Json) -> Json:
        """Keep a new object by its kind and id."""
        self._objects.setdefault(it["object"], {})[it["id"]] = it
        return it

    def remove(self, it: Json) -> None:
        del self._objects[it["object"]][it["id"]]

    def all(self, kind: str) -> list[Json]:
        """In the order in which they were made."""
        return list(self._objects.get(kind, {}).values())

    def find(self, kind: str, wanted: str) -> Json | None:
        return self._objects.get(kind, {}).get(wanted)

    def get(self, kind: str, wanted: str, param: str = "id") -> Json:
        """Raises Problem (404) if this ledger has none of that id."""
        found = self.find(kind, wanted)
        if found is None:
            raise missing(kind, wanted, param)
        return found


class World:
    """All ledgers, the clock, what was ordered to go wrong, and the webhooks on their way."""

    def __init__(
        self, clock: Clock | None = None, url: str = "", retries: tuple[float, ...] | None = None
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock or Clock()
        self.url = url  # Where browsers find the simulator.
        self.modes = Modes()
        self.post = Post(self.clock.now, retries)
        self.ledgers: list[Ledger] = []
        self.calls: list[Json] = []
        self.open_account(DEFAULT_ACCOUNT)

    def open_account(self, account: str) -> list[Ledger]:
        """Two ledgers, test and live; their keys are made from the account's name, so that they can be guessed."""
        name = account.removeprefix("acct_")
        opened = []
        for mode in ("test", "live"):
            secret, publishable, hook = (f"{kind}_{mode}_{name}" for kind in ("sk", "pk", "whsec"))
            opened.append(Ledger(account, mode == "live", secret, publishable, hook))
        self.ledgers += opened
        return opened

    def reset(self) -> None:
        """As if just started; requests that hang are let go."""
        self.modes.calm()
        self.post.reset()
        self.clock.ahead = 0.0
        self.calls.clear()
        self.ledgers.clear()
        self.open_account(DEFAULT_ACCOUNT)

    def ledger_of(self, key: str) -> Ledger | None:
        """By a secret or publishable key."""
        return next((it for it in self.ledgers if key and key in (it.secret_key, it.publishable_key)), None)

    def search(self, kind: str, wanted: str) -> tuple[Ledger, Json] | None:
        """An object by id alone, for pages that a browser opens."""
        for ledger in self.ledgers:
            if it := ledger.find(kind, wanted):
                return ledger, it
        return None

    def everything(self, kind: str) -> Iterator[tuple[Ledger, Json]]:
        """All of a kind, with the ledger they are in."""
        for ledger in list(self.ledgers):
            for it in ledger.all(kind):
                yield ledger, it


@dataclass
class Call:
    """Who asks for what, and where: each act is given one. `request` is None when nobody called the API."""

    world: World
    ledger: Ledger
    params: dict[str, Any] = field(default_factory=dict)
    request: str | None = None
    idempotency_key: str | None = None
    publishable: bool = False

    @property
    def now(self) -> int:
        return self.world.clock.now()


def new_id(prefix: str) -> str:
    """`pi_` and 24 characters nobody guesses."""
    return f"{prefix}_{secrets.token_hex(12)}"
