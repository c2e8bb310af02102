"""Who the engines run as.

PostgreSQL refuses to run as root and its initdb refuses a user without a name, as containers have. Both become
somebody else for it: in a user namespace of their own, where the kernel allows one.
"""

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
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """`kind` is self, namespace or nobody. Files of the engines belong to uid and gid, as seen from outside;
    `inner` is what they are called in a namespace.
    """

    kind: str
    uid: int
    gid: int
    inner: int = 0

    @property
    def become(self) -> Callable[[], None] | None:
        """What a child calls between fork and exec, while it has one thread."""
        return {"self": None, "namespace": self._enter_namespace, "nobody": self._become_nobody}[self.kind]

    def _enter_namespace(self) -> None:
        """Our files stay ours, but we are called `inner` inside. Raises OSError where the kernel refuses."""
        uid, gid = os.geteuid(), os.getegid()
        if _libc.unshare(CLONE_NEWUSER) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        for name, words in (
            ("setgroups", "deny"),
            ("uid_map", f"{self.inner} {uid} 1"),
            ("gid_map", f"{self.inner} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as table:
                table.write(words)

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


def somebody() -> int:
    """The number of a user who is not root and has a name. Raises EngineError on a machine without any."""
    for entry in pwd.getpwall():
        if entry.pw_uid != 0:
            return entry.pw_uid
    raise EngineError("PostgreSQL must not run as root, and this machine knows no other user.")


def choose(postgres: Path, data: Path) -> Identity:
    """An ordinary user stays what they are; root tries a user namespace, then `nobody`.

    Raises EngineError if there is no way.
    """
    is_root = os.geteuid() == 0
    if not is_root and _has_name(os.geteuid()):
        return myself()
    inside = Identity("namespace", os.geteuid(), os.getegid(), somebody())
    if sys.platform == "linux" and inside.can_run(postgres, data):
        return inside
    if is_root:
        return nobody()
    raise EngineError(
        f"PostgreSQL needs a user with a name, and number {os.geteuid()} has none on this machine."
    )


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
