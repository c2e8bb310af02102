"""Reads a Procfile: one `name: command` per line."""

import re
import shlex
from pathlib import Path

from .errors import EngineError

RELEASE = "release"  # runs to its end before the others start


def read(path: Path) -> dict[str, str]:
    """Commands by name, in the order of the file. Raises EngineError if there is nothing to start."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        raise EngineError(f"{path} cannot be read, so there is nothing to start.") from None
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, command = entry(line, f"Line {number} of {path}")
        found[name] = command
    if not found.keys() - {RELEASE}:
        raise EngineError(f"{path} names nothing to start.")
    return found


def entry(line: str, called: str) -> tuple[str, str]:
    """The name and the command of one line. Raises EngineError, which says how the line is `called`."""
    found = re.fullmatch(r"([A-Za-z0-9_-]+):\s*(\S.*)", line.strip())
    if found is None:
        raise EngineError(f"{called} is not of the form 'name: command'.")
    return found[1], found[2]


def shell(command: str) -> list[str]:
    """A shell expands $PORT and the like. It is replaced by a simple command, so signals reach that directly."""
    words = shlex.shlex(command, posix=True, punctuation_chars=";&|()")
    is_simple = not any(set(word) <= set(";&|()") for word in words)
    return ["/bin/sh", "-c", f"exec {command}" if is_simple else command]
