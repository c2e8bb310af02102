"""Fixtures: `stripe_simulator`, one per worker that is as if just started for every test.

A conftest takes it by `from tests.stripe_simulator.fixtures import running_simulator, stripe_simulator`.
"""

from collections.abc import Iterator

import pytest

from tests.serving import free_port
from tests.stripe_simulator.serving import serving
from tests.stripe_simulator.simulator import Simulator


@pytest.fixture(scope="session")
def running_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The process, on a free port of loopback."""
    with serving(free_port(), tmp_path_factory.mktemp("stripe") / "log") as server:
        simulator = Simulator(server.url)
        yield simulator
        simulator.close()


@pytest.fixture
def stripe_simulator(running_simulator: Simulator) -> Simulator:
    """Nothing has been paid, nothing goes wrong."""
    running_simulator.reset()
    return running_simulator
