"""Houses that are torn down after each test, whatever happened."""

import shutil
import tempfile
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


MEMORY = Path("/dev/shm")
ROOM_NEEDED = 2_000_000_000  # bytes


@pytest.fixture(scope="session")
def land() -> Iterator[Path]:
    """Where houses stand: in memory if there is room, because real servers wait for the disk at every commit."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_NEEDED
    with tempfile.TemporaryDirectory(
        prefix="houses-", dir=MEMORY if has_room else None, ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="session")
def grown(land: Path) -> Path:
    """The data folder of a house that started once, to be copied, because setting up a database takes time."""
    folder = land / "grown"
    folder.mkdir()
    house = House(folder)
    try:
        house.open()
        assert house.stop() == 0
    finally:
        house.demolish()
    return house.data


@pytest.fixture
def build(land: Path, grown: Path) -> Iterator[Build]:
    """Makes a house from the lines of a Procfile; without lines, one with a web that answers.

    Its data is a copy of `grown`, unless it is said to be new.
    """
    houses: list[House] = []

    def make(*lines: str, new: bool = False) -> House:
        folder = Path(tempfile.mkdtemp(prefix="house-", dir=land))
        houses.append(House(folder, *lines))
        if not new:
            shutil.copytree(grown, houses[-1].data)
        return houses[-1]

    yield make
    for house in houses:
        house.demolish()
        shutil.rmtree(house.folder, ignore_errors=True)
