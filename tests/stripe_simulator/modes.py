"""What was ordered to go wrong."""

import threading
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

KINDS = ("slow", "fail", "hang", "cut")
DELIVERIES = ("send", "drop", "double", "hold")
REFUNDS = ("card", "succeeded", "pending", "failed", "bounced")


@dataclass
class Accident:
    """Happens to the next `times` requests of a path (always, if None).

    `slow`: waits `seconds` in the middle of the work. `fail`: answers `status`, and does nothing; if `remembered`, that
    is what the idempotency key answers from now on. `hang`: no answer for `seconds`. `cut`: the connection ends without
    an answer. The last two do the work first, unless `after` is false.
    """

    kind: str
    path: str = "/v1/*"
    method: str = "*"
    times: int | None = 1
    seconds: float = 60.0
    status: int = 500
    remembered: bool = False
    after: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"There is no accident {self.kind!r}, only {', '.join(KINDS)}.")

    def befalls(self, method: str, path: str) -> bool:
        return fnmatchcase(path, self.path) and fnmatchcase(method, self.method)


@dataclass
class Modes:
    """The accidents to come, and how webhooks, refunds and slow payments go.

    `delivery`: send, drop, double or hold webhooks. `refunds`: what becomes of a refund; `card` leaves it to the card.
    `processing`: seconds after which a slow payment succeeds; None waits for an order.
    """

    accidents: list[Accident] = field(default_factory=list)
    delivery: str = "send"
    refunds: str = "card"
    processing: float | None = None
    _freed: threading.Event = field(default_factory=threading.Event)

    def order(self, kind: str, **options: Any) -> None:
        """Raises ValueError or TypeError for what cannot be ordered."""
        if kind == "webhooks":
            self.delivery = _one_of(DELIVERIES, **options)
        elif kind == "refunds":
            self.refunds = _one_of(REFUNDS, **options)
        elif kind == "processing":
            self.processing = _seconds(**options)
        else:
            self.accidents.append(Accident(kind, **options))

    def calm(self) -> None:
        """Nothing goes wrong any more; requests that hang are let go."""
        self._freed.set()
        self._freed = threading.Event()
        self.accidents.clear()
        self.delivery, self.refunds, self.processing = "send", "card", None

    def take(self, method: str, path: str) -> dict[str, Accident]:
        """The accidents of this request by kind, the first ordered of each; the caller holds the world's lock."""
        mine: dict[str, Accident] = {}
        for accident in list(self.accidents):
            if accident.kind in mine or not accident.befalls(method, path):
                continue
            mine[accident.kind] = accident
            if accident.times is not None:
                accident.times -= 1
                if accident.times <= 0:
                    self.accidents.remove(accident)
        return mine

    def wait(self, seconds: float) -> None:
        """Sleep, but not longer than until everything is calm."""
        self._freed.wait(seconds)

    @property
    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "accidents": [asdict(it) for it in self.accidents],
            "webhooks": self.delivery,
            "refunds": self.refunds,
            "processing": self.processing,
        }


def _one_of(choices: tuple[str, ...], to: str) -> str:
    if to not in choices:
        raise ValueError(f"{to!r} is none of {', '.join(choices)}.")
    return to


def _seconds(seconds: float | None) -> float | None:
    return None if seconds is None else float(seconds)
