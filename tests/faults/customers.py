"""Customers who want a time, and who send the same form again for as long as nobody tells them yes or no."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from app.core import signing
from app.core.db import db
from tests.factories import a_shop
from tests.races.clients import confirm, hold, next_open
from tests.serving import Served

PATIENCE = 30  # seconds
PAUSE = 0.1  # seconds between two tries


@dataclass(frozen=True)
class Place:
    """A shop, committed: where it is booked, and the ids of its business and its one service."""

    page: str
    business: int
    service: int

    def start(self, number: int) -> datetime:
        """One of its many half hours: ten on each weekday."""
        return next_open(9, 7 + 7 * (number // 10)) + timedelta(minutes=30 * (number % 10))


def a_place(served: Served, people: int = 1) -> Place:
    """A shop with so many people."""
    with served.app.app_context():
        shop = a_shop(people)
        db.session.commit()
        return Place(shop.page, shop.business.id, shop.service.id)


@dataclass
class Customer:
    """One browser at one form. `answers` are all it got; None is a connection that broke."""

    served: Served
    browser: httpx.Client
    place: Place
    flow: str
    start: datetime
    answers: list[httpx.Response | None] = field(default_factory=list)
    visits: set[str] = field(default_factory=set)
    details: str = ""

    def hold(self) -> httpx.Response | None:
        """Send the form with the time."""
        answer = self._send(
            lambda: hold(self.browser, self.place.page, self.flow, self.place.service, self.start)
        )
        if answer is not None and answer.status_code == 303:
            self.details = answer.headers["Location"]
        return answer

    def confirm(self) -> httpx.Response | None:
        """Send the form with name and address."""
        return self._send(lambda: confirm(self.browser, self.details))

    def insist(self, form: Callable[[], httpx.Response | None]) -> httpx.Response:
        """Send the same form until there is an answer that is no excuse."""
        until = time.monotonic() + PATIENCE
        while (answer := form()) is None or answer.status_code == 503:
            assert time.monotonic() < until, answer and answer.text
            time.sleep(PAUSE)
        return answer

    def book(self) -> bool:
        """Hold and confirm; whether the time is theirs."""
        if self.insist(self.hold).status_code != 303:
            return False
        return self.insist(self.confirm).status_code == 303

    @property
    def codes(self) -> list[int]:
        """Of all answers; 0 for a connection that broke."""
        return [0 if answer is None else answer.status_code for answer in self.answers]

    @property
    def visit(self) -> str:
        """The one booking that every yes led to."""
        [visit] = self.visits
        return visit

    def _send(self, form: Callable[[], httpx.Response]) -> httpx.Response | None:
        """An answer that takes too long fails the test; only a connection that breaks is none."""
        answer = None
        with suppress(httpx.NetworkError, httpx.RemoteProtocolError):
            answer = form()
        self.answers.append(answer)
        if answer is not None and answer.status_code == 303:
            self.visits.add(self._visit_behind(answer.headers["Location"]))
        return answer

    def _visit_behind(self, address: str) -> str:
        token = address.partition("?")[0].rsplit("/", 1)[-1]
        purpose = "visit" if address.startswith("/bookings/") else "hold"
        with self.served.app.app_context():
            _business, visit, _version = signing.read(purpose, token)
        return str(visit)


@contextmanager
def customers(served: Served, place: Place, starts: Sequence[datetime]) -> Iterator[list[Customer]]:
    """One for each of these times, the form open before them; each request takes a connection of its own."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=0)
    with httpx.Client(base_url=served.url, verify=False, timeout=15, limits=limits) as browser:
        flows = served.tokens(place.page, len(starts))
        yield [
            Customer(served, browser, place, flow, start) for flow, start in zip(flows, starts, strict=True)
        ]


def bad_answers(served: Served, crowd: Sequence[Customer]) -> list[str]:
    """What nobody may be told: anything but yes, taken, and "in a moment" with the moment; and what the log says."""
    answers = [answer for customer in crowd for answer in customer.answers if answer is not None]
    bad = [
        f"{answer.status_code} {answer.text}"
        for answer in answers
        if answer.status_code not in (303, 409, 503)
        or (answer.status_code == 503 and not answer.headers.get("Retry-After", "").isdigit())
        or "Traceback" in answer.text
    ]
    return bad + [line for line in served.log.read_text().splitlines() if "unexpected" in line]
