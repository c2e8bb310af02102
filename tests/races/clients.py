"""Many clients who all press the button at the same moment."""

import threading
import time as stopwatch
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from app.appointments.flow.forms.wish import new_flow
from app.core import clock
from tests.factories import PASSWORD
from tests.reading import soup
from tests.serving import Served


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Make all calls as simultaneously as threads can."""
    gate = threading.Barrier(len(calls))

    def go(call: Callable[[], Any]) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(go, calls))


def later(seconds: float, call: Callable[[], Any]) -> Callable[[], Any]:
    """The same call, so much later: who is quicker by nature gives the others a chance."""

    def wait() -> Any:
        stopwatch.sleep(seconds)
        return call()

    return wait


def flows(served: Served, business: int, count: int) -> list[str]:
    """Tokens like those in the forms of so many visitors, without asking for two hundred pages."""
    with served.app.app_context():
        return [new_flow(business) for _ in range(count)]


def next_open(hour: int, days: int = 7) -> datetime:
    """A weekday in Berlin at least so many days ahead, at this hour."""
    day = clock.now().date() + timedelta(days)
    while day.weekday() > 4:
        day += timedelta(1)
    return datetime.combine(day, time(hour), ZoneInfo("Europe/Berlin"))


def hold(
    browser: httpx.Client, page: str, token: str, service: int, start: datetime, staff: str = "any"
) -> httpx.Response:
    """Send the form a browser sends."""
    form = {"service": str(service), "staff": staff, "start": start.isoformat(), "flow": token}
    return browser.post(f"{page}/holds", data=form)


def led_to(answer: httpx.Response) -> str:
    """The page an answer leads to, without the moment its address was signed and what follows it."""
    return answer.headers["Location"].partition("?")[0].rsplit(".", 2)[0]


def confirm(browser: httpx.Client, details: str) -> httpx.Response:
    """Send the form with name and address that stands behind a hold."""
    return browser.post(details, data={"name": "Grace Hopper", "email": "grace@example.com"})


def browser(url: str) -> httpx.Client:
    """One client for all threads: making fifty takes longer than the race."""
    return httpx.Client(base_url=url, verify=False, timeout=30, limits=httpx.Limits(max_connections=100))


def signed_in(served: Served, email: str) -> httpx.Client:
    """A browser in which a member is signed in."""
    client = httpx.Client(base_url=served.url, timeout=30, limits=httpx.Limits(max_connections=30))
    token = str(soup(client.get("/sign-in")).select_one("[name=csrf_token]")["value"])  # type: ignore[index]
    data = {"email": email, "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=data).status_code == 303
    return client
