"""The commands of `python -m app.core.engines`; the scripts in bin/ call them."""

import argparse
import os
import sys
from pathlib import Path

from .backup import back_up
from .borrow import with_engines, with_throw_away_engines
from .errors import EngineError
from .restore import put_back
from .settings import CHECKOUT, Settings
from .supervisor import run
from .upgrade import upgrade


def main(words: list[str]) -> int:
    """Returns the exit code; what went wrong is printed as a sentence."""
    asked = _parser().parse_args(words)
    try:
        return _obey(asked, Settings.read(os.environ))
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.core.engines", description=__doc__)
    parser.add_argument("--called-from", type=Path, default=Path.cwd(), help="where relative paths begin")
    commands = parser.add_subparsers(dest="command", required=True)
    house = commands.add_parser("run", help="start Daybook and keep it running until Ctrl-C")
    house.add_argument("--procfile", type=Path, default=CHECKOUT / "Procfile")
    house.add_argument("--greet", help="a command whose words are shown under the address")
    house.add_argument(
        "--also", metavar="NAME: COMMAND", help="one more command beside those of the Procfile"
    )
    borrow = commands.add_parser("with", help="run one command with engines")
    borrow.add_argument("--throw-away", action="store_true", help="fresh, fast engines that vanish")
    borrow.add_argument("words", nargs="+", help="the command and its words, after --")
    backup = commands.add_parser("backup", help="write database and uploads into one tar file")
    backup.add_argument("file", type=Path, nargs="?", default=Path(), help="a new file, or a folder (here)")
    restore = commands.add_parser("restore", help="put a backup into an empty database")
    restore.add_argument("--replace", action="store_true", help="lose what is there now")
    restore.add_argument("file", type=Path)
    commands.add_parser("upgrade-data", help="carry the database over to a newer PostgreSQL")
    return parser


def _obey(asked: argparse.Namespace, settings: Settings) -> int:
    if asked.command == "run":
        return run(settings, asked.procfile.absolute(), asked.greet, asked.also)
    if asked.command == "with":
        lend = with_throw_away_engines if asked.throw_away else with_engines
        return lend(settings, asked.words)
    if asked.command == "backup":
        done = f"Saved in {back_up(settings, asked.called_from / asked.file)}."
    elif asked.command == "restore":
        done = put_back(settings, asked.called_from / asked.file, replace=asked.replace)
    else:
        done = upgrade(settings)
    sys.stdout.write(f"{done}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
