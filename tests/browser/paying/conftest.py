"""A shop that asks for a deposit, a server whose Stripe is the simulator, and what a worker does."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from app import create_app
from app.appointments.finding import receipt_token
from app.appointments.models import Booking, Hold
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.notifications.jobs import deliver_due
from app.payments.jobs import reconcile_payments, sync_payment
from app.payments.models import Payment
from app.payments.models.payments import LIVE
from app.services.models import Service
from tests.browser.conftest import PHONE
from tests.browser.embedding.conftest import go, web, website  # noqa: F401
from tests.browser.test_booking import fill_in, press
from tests.conftest import SERVER_NAME, a_database, settings
from tests.factories import Shop, a_booking, a_shop
from tests.payments.coupons import a_coupon
from tests.payments.owed import with_keys
from tests.races.clients import next_open
from tests.serving import Served, serving
from tests.stripe_simulator.customer import pay
from tests.stripe_simulator.fixtures import running_simulator  # noqa: F401
from tests.stripe_simulator.simulator import Simulator

PAUSE = 0.15  # seconds


@pytest.fixture(scope="session")
def served(
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
    running_simulator: Simulator,  # noqa: F811
) -> Iterator[Served]:
    """The real server on a database of its own, which asks the simulator wherever it would ask Stripe."""
    data, stripe = tmp_path_factory.mktemp("paying"), running_simulator.url
    with a_database(f"{SERVER_NAME}_{worker_id}_paying") as url:
        app = create_app(settings(url, DAYBOOK_DATA=data, STRIPE_API=stripe, STRIPE_JS=stripe))
        asking = {"STRIPE_API": stripe, "STRIPE_JS": stripe}
        with serving(app, url, data / "log", workers=1, **asking) as running, working(running):
            yield running


@contextmanager
def working(served: Served) -> Iterator[None]:
    """As the worker does when the bell rings, again and again."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(PAUSE):
            with served.app.app_context():
                live = (
                    db.session.query(Payment.business_id, Payment.id).filter(Payment.status.in_(LIVE)).all()
                )
                for business, payment in live:
                    sync_payment(business, payment)
                reconcile_payments()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join(20)


@pytest.fixture
def stripe(running_simulator: Simulator) -> Simulator:  # noqa: F811
    """Nothing goes wrong. What other tests have paid stays, as they share the server."""
    running_simulator.calm()
    return running_simulator


@pytest.fixture
def shop(served: Served, stripe: Simulator) -> Shop:
    """A haircut for 60 euros, of which 20 are paid first; all of it goes back until a day before."""
    with served.app.app_context():
        first = {"prepay": "deposit", "deposit_cents": 2000}
        back = {"refund_steps": [{"until_min": 1440, "back_bp": 10_000}], "no_show_back_bp": 0}
        shop = a_shop(2, price_cents=6000, **first, **back)
        with_keys(shop.business, stripe)
        db.session.commit()
        db.session.refresh(shop.business)
        for row in (shop.business, shop.service, *shop.people):
            db.session.refresh(row)
        db.session.expunge_all()
        return shop


@pytest.fixture
def other_link(served: Served, shop: Shop, paid: str) -> str:
    """One that waits, beside the one that is paid."""
    return a_link(served, shop, 12)


@pytest.fixture
def number_of(served: Served, shop: Shop) -> Callable[[], int]:
    """The number of the shop's only booking, which is that of its appointment too, as nothing else is booked."""

    def number() -> int:
        with served.app.app_context():
            booking = db.session.query(Booking).filter_by(business_id=shop.business.id).one()
            assert booking.id == booking.appointment_id
            return booking.id

    return number


@pytest.fixture
def link(served: Served, shop: Shop) -> str:
    """The link of a visit that waits for its deposit."""
    return a_link(served, shop, 10)


@pytest.fixture
def paid(served: Served, shop: Shop, stripe: Simulator, link: str) -> str:
    """The link of a visit whose deposit is paid."""
    begun = httpx.post(f"{served.url}{link}/payment/intent", timeout=20, verify=False).json()
    pay(stripe, begun["secret"])
    for _ in range(100):
        if statuses(served, shop) == ["confirmed"]:
            return link
        time.sleep(PAUSE)
    raise AssertionError("what was paid never came in")


@pytest.fixture
def earned(shop: Shop, stripe: Simulator) -> Callable[[], tuple[int, int]]:
    """What this shop's customers have paid, and what went back to them, as Stripe has it (minor units)."""

    def earned() -> tuple[int, int]:
        ledger = stripe.ledger()
        ours = {
            it["id"]
            for it in ledger["payment_intents"]
            if it["metadata"].get("business") == str(shop.business.id)
        }
        charges = [it for it in ledger["charges"] if it["payment_intent"] in ours]
        refunds = [it for it in ledger["refunds"] if it["payment_intent"] in ours]
        paid = sum(it["amount"] for it in charges if it["status"] == "succeeded")
        return paid, sum(it["amount"] for it in refunds)

    return earned


def a_link(served: Served, shop: Shop, hour: int) -> str:
    """The address of a visit that was just booked for this hour, and waits for its deposit."""
    with served.app.app_context(), served.app.test_request_context():
        booking = a_booking(shop, next_open(hour))
        db.session.commit()
        return f"/bookings/{receipt_token(booking)}"


def a_code(served: Served, shop: Shop) -> int:
    """The number of a code of the shop."""
    with served.app.app_context():
        coupon = a_coupon(db.session.get_one(Business, shop.business.id), "SUMMER-10", amount=4500)
        db.session.commit()
        return coupon.id


def card(page: Page, number: str = "4242 4242 4242 4242") -> None:
    """Type a card into Stripe's frame."""
    frame = page.frame_locator("iframe[title='Secure payment input frame']")
    frame.get_by_label("Card number").fill(number)
    frame.get_by_label("Expiry").fill("12 / 40")
    frame.get_by_label("Security code").fill("123")


def to_details(visit: Callable[..., Page], shop: Shop, hour: int = 10, **how: object) -> Page:
    """From a chosen time to who books it."""
    start = next_open(hour)
    page = visit(f"{shop.page}?service={shop.service.id}&date={start.date()}", **{"size": PHONE} | how)
    page.get_by_role("radio", name=f"Book {hour}:00 on").check()
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your details")
    return page


def to_payment(visit: Callable[..., Page], shop: Shop, hour: int = 10, **how: object) -> Page:
    """From a chosen time to the page on which it is paid."""
    page = to_details(visit, shop, hour, **how)
    fill_in(page)
    press(page, "Go to payment")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay your deposit")
    return page


def is_booked(page: Page, name: str = "Olivia Park") -> None:
    """It says so within a few seconds."""
    expect(page.get_by_role("heading", level=1)).to_have_text(f"You are booked, {name}", timeout=10_000)


def a_request(served: Served, shop: Shop, email: str) -> int:
    """Somebody asks for a visit that is accepted or not; the number of its appointment, as nothing else is booked."""
    with served.app.app_context():
        db.session.get_one(Service, (shop.business.id, shop.service.id)).approval = True
        db.session.flush()
        booking = a_booking(shop, next_open(10), email)
        db.session.commit()
        return booking.appointment_id


def mails_to(served: Served, address: str) -> list[str]:
    """The subjects of the mails that lie in the mailbox for somebody, in order."""
    return [str(it["subject"]) for it in _mails_to(served, address)]


def link_of_last_mail(served: Served, address: str, rest: str) -> str:
    """The address below /bookings that ends like this in the last mail to somebody, without its host."""
    text = str(_mails_to(served, address)[-1].get_body(("plain",)).get_content())
    found = re.search(rf"https?://[^/\s]+(/bookings/\S+{rest})\b", text)
    assert found, text
    return found[1]


def _mails_to(served: Served, address: str) -> list[EmailMessage]:
    with served.app.app_context():
        deliver_due()
    folder = Path(served.app.config["DAYBOOK_DATA"]) / "mailbox"
    mails = [
        message_from_bytes(it.read_bytes(), policy=policy.default) for it in sorted(folder.glob("*.eml"))
    ]
    return [it for it in mails if address in str(it["to"])]


def ends_in(served: Served, shop: Shop, seconds: int) -> None:
    """The time of whoever is to pay in this shop is kept for so long and no longer."""
    with served.app.app_context():
        rows = db.session.query(Hold).filter_by(business_id=shop.business.id)
        rows.update({"expires_at": clock.now() + timedelta(seconds=seconds)})
        db.session.commit()


def statuses(served: Served, shop: Shop) -> list[str]:
    """What became of all that was booked in the shop."""
    with served.app.app_context():
        rows = db.session.query(Booking.status).filter_by(business_id=shop.business.id)
        return sorted(status for (status,) in rows)
