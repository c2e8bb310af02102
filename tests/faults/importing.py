"""Daybook whose job dies on order in the middle of an import, for `flask worker` and a hasty `flask clock`.

An accident is a file `<status>@<done>`: the job that has just done so many lines of this stage, and has not committed
them, is killed. Taking the file away by a rename is what makes it happen, so it happens once.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.customers.imports import jobs
from app.customers.models import CustomerImport
from tests.faults.hasty import app

FOLDER = "ACCIDENTS"  # The setting that names the folder.

__all__ = ["app"]


def mortal(step: Callable[..., None]) -> Callable[..., None]:
    """The step, and then death instead of its commit, if that was ordered."""

    def done(it: CustomerImport, *more: Any) -> None:
        stage = it.status
        step(it, *more)
        order = Path(os.environ[FOLDER]) / f"{stage}@{it.done}"
        try:
            order.rename(order.with_name(f"{order.name}.begun"))
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    return done


if FOLDER in os.environ:  # The test that imports this itself lives on.
    jobs.check_some = mortal(jobs.check_some)
    jobs.import_some = mortal(jobs.import_some)
