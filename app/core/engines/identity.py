"""Who the engines run as. PostgreSQL refuses to run as root, so root must become somebody else for it."""

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .errors import EngineError

CLONE_NEWUSER = 0x10000000
INNER_ID = 1000  # any number but 0: what root is called inside the namespace
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """`kind` is self, namespace or nobody. Files of the engines belong to uid and gid, as seen from outside."""

    kind: str
    uid: int
    gid: int

    @property
    def become(self) -> Callable[[], None] | None:
        """What a child calls between fork and exec, while it has one thread."""
        return {"self": None, "namespace": _enter_namespace, "nobody": self._become_nobody}[self.kind]

    def _become_nobody(self) -> None:
        os.setgroups([])
        os.setgid(self.gid)
        os.setuid(self.uid)

    def own(self, path: Path) -> None:
        """Gives a folder to the engines."""
        if self.kind == "nobody":
            os.chown(path, self.uid, self.gid)

    def can_run(self, program: Path, within: Path) -> bool:
        """Tries it: starts the program with --version in that folder."""

        def prepare() -> None:
            if self.become is not None:
                self.become()
            os.chdir(within)

        try:
            tried = subprocess.run(
                [program, "--version"], preexec_fn=prepare, capture_output=True, timeout=30
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return tried.returncode == 0


def _enter_namespace() -> None:
    """Root keeps its files but is called INNER_ID inside. Raises OSError where the kernel refuses."""
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    for name, words in (
        ("setgroups", "deny"),
        ("uid_map", f"{INNER_ID} {uid} 1"),
        ("gid_map", f"{INNER_ID} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as table:
            table.write(words)


def myself() -> Identity:
    """The person who started us."""
    return Identity("self", os.geteuid(), os.getegid())


def nobody() -> Identity:
    """Raises EngineError on a machine without that user."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EngineError(
            "PostgreSQL must not run as root, and there is no user 'nobody' to run it as."
        ) from None
    return Identity("nobody", entry.pw_uid, entry.pw_gid)


def choose(postgres: Path, data: Path) -> Identity:
    """An ordinary user stays what they are; root tries a user namespace, then `nobody`."""
    if os.geteuid() != 0:
        return myself()
    inside = Identity("namespace", os.geteuid(), os.getegid())
    if sys.platform == "linux" and inside.can_run(postgres, data):
        return inside
    return nobody()
