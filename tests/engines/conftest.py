"""Houses that are torn down after each test, whatever happened."""

import shutil
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


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a house that started once, to be copied, because setting up a database takes time."""
    folder = tmp_path_factory.mktemp("grown")
    house = House(folder)
    try:
        house.open()
        assert house.stop() == 0
    finally:
        house.demolish()
    return house.data


@pytest.fixture
def build(tmp_path: Path, grown: Path) -> Iterator[Build]:
    """Makes a house from the lines of a Procfile; without lines, one with a web that answers.

    Its data is a copy of `grown`, unless it is said to be new.
    """
    houses: list[House] = []

    def make(*lines: str, new: bool = False) -> House:
        folder = tmp_path / f"house{len(houses)}"
        folder.mkdir()
        houses.append(House(folder, *lines))
        if not new:
            shutil.copytree(grown, houses[-1].data)
        return houses[-1]

    yield make
    for house in houses:
        house.demolish()
