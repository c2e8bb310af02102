"""bin/upgrade-data: carries the embedded database over to a newer PostgreSQL with pg_upgrade."""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import binaries, copies, folders, guard, identity, postgres
from .children import Household
from .errors import EngineError, StopAsked
from .leash import Guard, new_leash
from .settings import Settings


def upgrade(settings: Settings) -> str:
    """Returns a sentence that tells what was done; the old data stays beside the new. Raises EngineError."""
    if settings.database_url:
        raise EngineError(
            "DATABASE_URL names a server; upgrade it there. This command is for the embedded one."
        )
    folders.make_data_folder(settings.data)
    leash = new_leash(os.environ.get(guard.LEASH))
    with folders.locked(settings.data) as lock:
        lookout = Guard(leash, lock)
        try:
            return _upgrade(settings.data, Household(lookout, leash, sys.stdout))
        except StopAsked:
            raise EngineError("Stopped; the data is as it was.") from None
        finally:
            lookout.goodbye()


def _upgrade(data: Path, household: Household) -> str:
    trees = binaries.postgres_trees()
    who = identity.choose(trees[0].tool("postgres"), data)
    folder = postgres.database_folder(data, who)
    if not folder.exists():
        for cut_short in folder.parent.glob(f"{folder.name}-*-before-upgrade"):
            cut_short.rename(folder)
    major = postgres.major_version(folder)
    if major is None:
        return f"There is no database in {folder}, so there is nothing to upgrade."
    if major == trees[0].major:
        return f"The database already has the newest installed version, PostgreSQL {major}."
    sockets = folders.make_socket_folder(data, who)
    try:
        move = Move(
            copies.reachable_tree(_installed(major, trees), who),
            copies.reachable_tree(trees[0], who),
            folder,
            sockets,
            who,
            household,
        )
        kept = move.carry_over()
    finally:
        folders.remove_tree(sockets)
    return (
        f"The database now has PostgreSQL {trees[0].major}. "
        f"The old one is kept in {kept}; delete it when you like."
    )


def _installed(major: int, trees: list[binaries.Tree]) -> binaries.Tree:
    for tree in trees:
        if tree.major == major:
            return tree
    raise EngineError(
        f"The data was written by PostgreSQL {major}, which is not installed, so it cannot be carried over "
        f"here. Go back to the release of Daybook that used it, run bin/backup, and bin/restore with this one."
    )


@dataclass(frozen=True)
class Move:
    """From one tree's data to another's."""

    old: binaries.Tree
    new: binaries.Tree
    folder: Path
    sockets: Path
    who: identity.Identity
    household: Household

    def carry_over(self) -> Path:
        """Returns where the old data lies now. Raises EngineError, with the data as it was."""
        postgres.clear_old_server(self.folder, self.household)
        target = self.folder.with_name(f"{self.folder.name}-{self.new.major}")
        shutil.rmtree(target, ignore_errors=True)
        _, words = self._run("pg_controldata", self.old, ["-D", self.folder])
        checksums = "Data page checksum version:           0" not in words
        postgres.make_data(self.new, target, self.who, self.household, checksums=checksums)
        self.household.say(
            f"Carrying the database over from PostgreSQL {self.old.major} to {self.new.major}."
        )
        pairs: dict[str, str | Path] = {
            "-b": self.old.root / "bin",
            "-B": self.new.root / "bin",
            "-d": self.folder,
            "-D": target,
            "-U": postgres.NAME,
            "--socketdir": self.sockets,
        }
        code, words = self._run("pg_upgrade", self.new, [word for pair in pairs.items() for word in pair])
        if code != 0:
            shutil.rmtree(target, ignore_errors=True)
            raise EngineError(f"{words}\npg_upgrade failed for the reason above; the data is as it was.")
        kept = self.folder.with_name(f"{self.folder.name}-{self.old.major}-before-upgrade")
        shutil.rmtree(kept, ignore_errors=True)
        self.folder.rename(kept)
        target.rename(self.folder)
        postgres.sync(self.folder.parent)
        return kept

    def _run(self, tool: str, tree: binaries.Tree, words: Sequence[str | Path]) -> tuple[int, str]:
        """Exit code and everything it said. It works in the sockets' folder, where it may write."""
        path = self.folder.with_name(f"{tool}.log")
        try:
            with open(path, "wb") as said:
                child = self.household.start(
                    tool,
                    [tree.tool(tool), *words],
                    env=postgres.engine_env(),
                    cwd=self.sockets,
                    identity=self.who,
                    log=said,
                )
                code = self.household.wait(child)
            return code, path.read_text(errors="replace").strip()
        finally:
            path.unlink(missing_ok=True)
