"""`python -m tests.stripe_simulator.beside`: a Stripe beside a Daybook that `bin/run` starts, and ends with it.

The demo businesses are connected with it in test mode, an account each, and hear from it by webhook. Afterwards they
have no keys again. A business that somebody has given other keys is left alone.
"""

import os
import signal
from contextlib import suppress
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from app import create_app
from app.businesses.finding import find_business
from app.businesses.models import Business
from app.cli.demo import EXAMPLES
from app.core import clock
from app.core.actor import SYSTEM
from app.core.card_payments import stripe_address
from app.core.db import db
from app.core.engines.settings import Settings
from app.payments.connecting import choose_mode, connection_of, keep_account, remove_account
from app.payments.stripe.account import Account, account_of
from tests.stripe_simulator.serving import NotReady, serving
from tests.stripe_simulator.simulator import Simulator


def main() -> None:
    """Serve until Ctrl-C, on the port of STRIPE_API."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # The server ends with whoever started it.
    settings = Settings.read(os.environ)
    host = f"[{settings.door}]" if ":" in settings.door else settings.door
    with suppress(KeyboardInterrupt), create_app().app_context():
        try:
            with serving(urlsplit(stripe_address()).port or 80) as server:
                for business in connect(Simulator(server.url), f"http://{host}:{settings.port}"):
                    print(f"{business.name} takes test cards.", flush=True)  # noqa: T201
                server.process.wait()
        except NotReady as error:
            raise SystemExit(str(error)) from error
        finally:
            with suppress(SQLAlchemyError):
                disconnect()


def connect(simulator: Simulator, home: str) -> list[Business]:
    """Give the demo businesses accounts that report to `home`, and let these count; those that take test cards now."""
    connected = []
    for business in shops():
        name = f"acct_{business.slug.replace('-', '_')}"
        opened, _live = simulator.open_account(name)
        hook = f"{home}/webhooks/stripe/{business.id}"
        signing = simulator.send_webhooks_to(hook, account=name)
        account = Account(opened.publishable_key, opened.secret_key, signing, live=False)
        if not is_free(business, account):
            continue
        keep_account(business, account, name, by=SYSTEM, now=clock.now())
        if connection_of(business.id).mode == "off":
            choose_mode(business, "test", by=SYSTEM, now=clock.now())
        db.session.commit()
        connected.append(business)
    return connected


def disconnect() -> None:
    """Take the keys away that nobody but the simulator knows."""
    db.session.rollback()
    for business in shops():
        kept = account_of(business.id, live=False)
        if kept and kept.secret == f"sk_test_{business.slug.replace('-', '_')}":
            remove_account(business, live=False, by=SYSTEM, now=clock.now())
    db.session.commit()


def shops() -> list[Business]:
    """The demo businesses there are."""
    return [found for it in EXAMPLES if (found := find_business(it.slug))]


def is_free(business: Business, account: Account) -> bool:
    """Whether it has no keys for tests, or those of an earlier simulator."""
    kept = account_of(business.id, live=False)
    return kept is None or kept.secret == account.secret


if __name__ == "__main__":
    main()
