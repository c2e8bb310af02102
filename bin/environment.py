"""Makes .venv hold the packages that a requirements file names. Runs on a bare python3, before anything is installed.

    python3 bin/environment.py requirements.txt

A stamp in .venv remembers what was installed, so a later start takes no time. The stamp is taken away before
packages change and put back when all are in, so an install that was cut short is done again.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ENVIRONMENT = CHECKOUT / ".venv"
STAMP = ENVIRONMENT / "installed.json"
OLDEST = (3, 11)
# The tests' file is made on top of the other one, so whoever has it has both.
CONTAINS = {"requirements-dev.txt": ["requirements-dev.txt", "requirements.txt"]}


def main(name):
    if sys.version_info < OLDEST:
        fail("Daybook needs Python %d.%d or newer; this is %s." % (*OLDEST, sys.version.split()[0]))
    wanted = {part: digest(CHECKOUT / part) for part in CONTAINS.get(name, [name])}
    if not is_ready(wanted):
        with one_at_a_time():
            if not is_ready(wanted):
                make(name, wanted)


def fail(sentence):
    sys.exit(sentence)


def digest(file):
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError:
        fail("%s is missing; this checkout is not complete." % file.name)


def is_ready(wanted):
    """True if the stamp names these very files, this folder, and a Python that still exists."""
    try:
        stamp = json.loads(STAMP.read_text())
        python = os.path.realpath(ENVIRONMENT / "bin" / "python")
        same = stamp["folder"] == str(ENVIRONMENT) and stamp["python"] == python and os.path.exists(python)
        return same and all(stamp["files"].get(name) == sha for name, sha in wanted.items())
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


@contextlib.contextmanager
def one_at_a_time():
    """Two starts at once in a fresh checkout must not install over each other."""
    with open(__file__) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make(name, wanted):
    if not os.access(CHECKOUT, os.W_OK):
        fail("%s cannot be written, so no packages can be installed there." % CHECKOUT)
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        STAMP.unlink()
    if not works():
        make_environment()
    print("Installing Daybook's packages (about a minute the first time).", flush=True)
    install = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input"]
    options = ["--disable-pip-version-check", "--require-hashes", "-r", CHECKOUT / name]
    if subprocess.call([*install, *options], stdin=subprocess.DEVNULL) != 0:
        fail("The packages could not be installed; pip's reason stands above. Nothing was started.")
    words = {
        "folder": str(ENVIRONMENT),
        "python": os.path.realpath(ENVIRONMENT / "bin" / "python"),
        "files": wanted,
    }
    new = STAMP.with_suffix(".new")
    new.write_text(json.dumps(words))
    new.replace(STAMP)


def works():
    """True if .venv is whole: made for this folder, with a Python that runs and pip in it."""
    config = ENVIRONMENT / "pyvenv.cfg"
    try:
        activate = (ENVIRONMENT / "bin" / "activate").read_text()
    except OSError:
        return False
    if not config.exists() or str(ENVIRONMENT) not in activate:
        return False
    try:
        tried = subprocess.run(
            [ENVIRONMENT / "bin" / "python", "-c", "import sys, pip; assert sys.version_info >= (3, 11)"],
            capture_output=True,
        )
    except OSError:
        return False
    return tried.returncode == 0


def make_environment():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            "Python's venv module is missing. Install it and start again; "
            "on Debian and Ubuntu: sudo apt install python3-venv"
        )
    print("Making the Python environment in .venv.", flush=True)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", str(ENVIRONMENT)], stdin=subprocess.DEVNULL) != 0:
        fail("The Python environment could not be made in %s." % ENVIRONMENT)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
