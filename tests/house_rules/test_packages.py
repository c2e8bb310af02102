"""Packages are pinned by hash, named with no index, and each of them is really used."""

import re
from importlib.metadata import packages_distributions

import pytest

from app.config import ROOT
from tests.house_rules.source import modules

# psycopg2 is loaded by SQLAlchemy from the address of the database, tzdata by zoneinfo.
BEHIND_THE_SCENES = {"psycopg2-binary", "tzdata"}
FILES = ["requirements.txt", "requirements-dev.txt"]


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    unpinned = [
        line[:60]
        for line in lines
        if not re.fullmatch(r"[\w.-]+==\S+( ;.*?)?(\s+--hash=sha256:\w{64})+", line)
    ]
    assert lines
    assert not unpinned, "\n".join(unpinned)


@pytest.mark.parametrize("name", [*FILES, "requirements.in", "requirements-dev.in"])
def test_no_file_names_a_package_index(name: str) -> None:
    assert (
        re.findall(
            r"https?://\S+|--(?:extra-)?index-url|--find-links|--trusted-host", (ROOT / name).read_text()
        )
        == []
    )


def test_what_is_asked_for_is_what_is_pinned() -> None:
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    assert {normal(name) for name in wanted()} - {normal(name) for name in pinned} == set()


def test_every_package_asked_for_is_used() -> None:
    imported = {name.split(".")[0] for module in modules() for _, name in module.imports()}
    named = set(re.findall(r"[\w-]+", "".join(started_from())))
    provided: dict[str, set[str]] = {}
    for module_name, packages in packages_distributions().items():
        for package in packages:
            provided.setdefault(normal(package), set()).add(module_name)
    unused = [
        name
        for name in wanted()
        if not provided.get(normal(name), set()) & (imported | named)
        and normal(name) not in BEHIND_THE_SCENES
    ]
    assert unused == []


def wanted() -> list[str]:
    """The packages of requirements.in."""
    lines = (ROOT / "requirements.in").read_text().splitlines()
    return [
        re.split(r"[\[<>=!~;\s]", line)[0]
        for line in lines
        if line.strip() and not line.startswith(("#", "-"))
    ]


def started_from() -> list[str]:
    """What starts programs: the Procfile, and the engines, which look for packages by name."""
    files = [ROOT / "Procfile", *(ROOT / "app" / "core" / "engines").glob("*.py")]
    return [file.read_text() for file in files if file.exists()]


def normal(name: str) -> str:
    """A package's name as the index compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()
