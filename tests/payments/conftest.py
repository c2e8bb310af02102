"""Money in tests: Stripe is a stand-in over real HTTP."""

import pytest

from tests.stripe_simulator.fixtures import running_simulator, stripe_simulator  # noqa: F401
from tests.stripe_simulator.simulator import Simulator


@pytest.fixture
def stripe(app, stripe_simulator: Simulator, monkeypatch) -> Simulator:  # noqa: F811
    """The app asks this one."""
    monkeypatch.setitem(app.config, "STRIPE_API", stripe_simulator.url)
    return stripe_simulator
