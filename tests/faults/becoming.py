"""Becomes one of the engines' programs, as the user it may run as, tied to the life of whoever started it.

`python -m tests.faults.becoming <folder> <program> <words>`: a process of its own, because a test with threads must
not run Python between fork and exec.
"""

import os
import signal
import sys
from pathlib import Path

from app.core.engines import binaries, copies, identity
from app.core.engines.leash import die_with
from app.core.engines.postgres import engine_env


def become(folder: Path, name: str, words: list[str]) -> None:
    """Never returns. Raises EngineError if the program may not run here."""
    parent = os.getppid()
    tree = binaries.postgres_trees()[0]
    who = identity.choose(tree.tool("postgres"), folder)
    if name == "valkey-server":
        program = copies.reachable_valkey(binaries.valkey_server(), who)
    else:
        program = copies.reachable_tree(tree, who).tool(name)
    who.own(folder)
    os.chdir(folder)
    if who.become is not None:
        who.become()
    die_with(parent, signal.SIGTERM if name == "valkey-server" else signal.SIGINT)
    os.umask(0o077)
    os.execve(program, [str(program), *words], engine_env())


if __name__ == "__main__":
    become(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
