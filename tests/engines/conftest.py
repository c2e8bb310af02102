"""Houses that are torn down after each test, whatever happened."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .house import House

Build = Callable[..., House]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder starts real servers."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.engines)


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Makes a house from the lines of a Procfile; without lines, one with a web that answers."""
    houses: list[House] = []

    def make(*lines: str) -> House:
        folder = tmp_path / f"house{len(houses)}"
        folder.mkdir()
        houses.append(House(folder, *lines))
        return houses[-1]

    yield make
    for house in houses:
        house.demolish()
