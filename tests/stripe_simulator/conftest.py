from collections.abc import Callable, Iterator

import pytest
import requests
from stripe import RequestsClient, StripeClient

from tests.stripe_simulator.fixtures import running_simulator, stripe_simulator  # noqa: F401
from tests.stripe_simulator.receiving import Ear, listening
from tests.stripe_simulator.simulator import Simulator

PATIENCE = 2  # seconds


@pytest.fixture
def a_client(stripe_simulator: Simulator) -> Iterator[Callable[..., StripeClient]]:  # noqa: F811
    """Stripe's own SDK at the simulator, with any key. It tries once: a second try is what the test does."""
    with requests.Session() as session:
        yield lambda key=stripe_simulator.secret_key: StripeClient(
            key,
            base_addresses={"api": stripe_simulator.url},
            max_network_retries=0,
            http_client=RequestsClient(timeout=PATIENCE, session=session),
        )


@pytest.fixture
def client(a_client: Callable[..., StripeClient]) -> StripeClient:
    """The SDK with the key of the test account."""
    return a_client()


@pytest.fixture
def ear() -> Iterator[Ear]:
    """Somebody who listens to webhooks."""
    with listening() as ear:
        yield ear
