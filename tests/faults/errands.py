"""Messages about nothing, for tests that need thousands of them, or one that kills whoever touches it."""

import os
import signal

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from app.notifications.kinds import Letter, kind
from app.notifications.models import Notification

LETTER = {"mail/errand.txt": "An errand\nNothing more.", "mail/errand.html": "<p>Nothing more.</p>"}


def know_errands(app: Flask) -> None:
    """Register the kinds, and give them their templates."""
    kind("errand", wanted=lambda _row: None, words=lambda _row: Letter("Ann", {}))
    kind("poison", wanted=lambda _row: None, words=poison)
    assert app.jinja_loader
    app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader(LETTER)])


def poison(_row: Notification) -> Letter:
    """Whoever writes it dies."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
