"""What is asked of the server, how many times the bare page it may take, and what the fastest peer takes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask.sessions import SecureCookieSessionInterface

from app.appointments.flow.forms.wish import new_flow
from app.auth.models import User
from app.auth.sessions import start_session
from app.core import clock
from app.core.changes import changes_of
from app.core.db import db
from app.schedule.wall_clock import local_date
from bench.client import Call
from bench.dataset import ZONE, Salon, give_back, half_hours
from bench.engine import free_starts, next_month

HTMX = {"HX-Request": "true", "HX-Target": "slots", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of request. `most` is × the bare page; `peer_ms` the milliseconds of the fastest peer on such a machine.

    `calls` makes so many of them; each is answered with `status` and a text that holds `says`. `undo` is done
    between the measured times.
    """

    name: str
    calls: Callable[[int], list[Call]]
    status: int = 200
    says: bytes = b"</html>"
    most: float | None = None
    peer_ms: float | None = None
    undo: Callable[[], None] = lambda: None


def bare(salon: Salon) -> Row:
    """The page all others are measured by."""
    return Row("bare page", lambda n: [Call(f"/bench/bare/{salon.business}")] * n)


def rows_for(salon: Salon) -> list[Row]:
    """What is measured at a business; at a larger one only the page that has the most to look at."""
    if len(salon.people) > 10:
        return [month(salon, most=30, peer_ms=1669)]
    public = [
        booking_page(salon),
        widget_page(salon),
        day(salon),
        month(salon, most=10, peer_ms=470),
        hold(salon),
    ]
    return [*public, calendar(salon, "week"), calendar(salon, "day"), calendar_poll(salon)]


def booking_page(salon: Salon) -> Row:
    """What a customer sees who follows the link to a service: people, a strip of seven days, the times of one."""

    def calls(count: int) -> list[Call]:
        # Today has the fewer times the later it is.
        days = [day for day in next_month(clock.now(), ZONE) if half_hours(day)]
        return [Call(f"{salon.page}?service={salon.service}&date={days[0]}")] * count

    people = len(salon.people)
    return Row(f"booking page, {people} people", calls, says=b'name="start"', most=8, peer_ms=7.3)


def widget_page(salon: Salon) -> Row:
    """The same in a frame on somebody else's website."""
    address = first_times(salon, "https://www.example.com")
    return Row(
        f"widget, {len(salon.people)} people", lambda n: [Call(address)] * n, says=b'name="start"', most=8
    )


def first_times(salon: Salon, host: str) -> str:
    """The address of a frame on this website that shows times at once, those of a day with all of them."""
    days = [day for day in next_month(clock.now(), ZONE) if half_hours(day)]
    return f"{salon.frame}/book?service={salon.service}&date={days[0]}&mode=inline&host={host}"


def day(salon: Salon) -> Row:
    """What htmx fetches for another day, somebody's flow under way."""

    def calls(count: int) -> list[Call]:
        days = [day for day in next_month(clock.now(), ZONE) if half_hours(day)]
        asked = f"{salon.page}/slots?service={salon.service}&staff=any&flow={new_flow(salon.business)}"
        return [Call(f"{asked}&date={days[n % len(days)]}", HTMX) for n in range(count)]

    people = len(salon.people)
    return Row(f"times of a day, any of {people}", calls, says=b'id="slots"', most=5, peer_ms=65)


def month(salon: Salon, most: float, peer_ms: float) -> Row:
    """What htmx fetches for a whole month: which days have room, and the times of the first."""

    def calls(count: int) -> list[Call]:
        month = next_month(clock.now(), ZONE)[-1]
        asked = f"{salon.page}/slots?service={salon.service}&staff=any&flow={new_flow(salon.business)}"
        return [Call(f"{asked}&month={month:%Y-%m}", HTMX)] * count

    people = len(salon.people)
    return Row(f"month, any of {people}", calls, says=b'class="month"', most=most, peer_ms=peer_ms)


def calendar(salon: Salon, view: str) -> Row:
    """What htmx fetches when a member turns to another day or week of everybody."""
    headers = member_headers(salon)

    def calls(count: int) -> list[Call]:
        ahead = clock.now() + timedelta(days=7)
        return [Call(f"{salon.desk}/calendar/?view={view}&date={ahead:%Y-%m-%d}", headers)] * count

    name = f"calendar, a {view} of {len(salon.people)} people"
    return Row(name, calls, says=b'id="calendar"', most=10)


def calendar_poll(salon: Salon) -> Row:
    """What an open calendar asks every other second while nothing happens."""
    headers = member_headers(salon)

    def calls(count: int) -> list[Call]:
        today = local_date(clock.now(), ZONE)
        asked = f"{salon.desk}/calendar/changes?since={changes_of(salon.business)}&today={today}"
        return [Call(asked, headers)] * count

    return Row("calendar, nothing new", calls, status=204, says=b"")


def member_headers(salon: Salon) -> dict[str, str]:
    """Those of htmx in the browser of the owner, who is signed in."""
    token, _ = start_session(db.session.get_one(User, salon.owner), clock.now(), remembered=False)
    db.session.commit()
    serializer = SecureCookieSessionInterface().get_signing_serializer(current_app._get_current_object())  # type: ignore[attr-defined]
    cookie = f"{current_app.config['SESSION_COOKIE_NAME']}={serializer.dumps({'_user_id': token})}"  # type: ignore[union-attr]
    return HTMX | {"HX-Target": "calendar", "Cookie": cookie}


def hold(salon: Salon) -> Row:
    """Pressing "Continue": each visitor for a time of their own, so that all of them get it."""

    def calls(count: int) -> list[Call]:
        free = free_starts(salon)
        db.session.rollback()
        starts = [free[n * len(free) // count].isoformat() for n in range(count)]
        return [hold_call(salon, start) for start in starts]

    def undo() -> None:
        give_back(salon.business)
        db.session.commit()

    return Row("hold POST", calls, status=303, says=b"/book/", most=10, peer_ms=17, undo=undo)


def hold_call(salon: Salon, start: str, person: int | None = None) -> Call:
    """The form of a new visitor for this time, with this person or anybody."""
    form = {"service": str(salon.service), "staff": str(person or "any"), "start": start}
    return Call(f"{salon.page}/holds", form=form | {"flow": new_flow(salon.business)})
