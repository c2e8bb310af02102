"""The simulator as a WSGI application. Its whole state is in one process, so it is served by one worker."""

import os
import threading
import time

from flask import Flask

from tests.stripe_simulator.doors.api import api
from tests.stripe_simulator.doors.checkout import checkout
from tests.stripe_simulator.doors.control import control
from tests.stripe_simulator.doors.elements import elements
from tests.stripe_simulator.doors.secure import secure
from tests.stripe_simulator.objects.passing_time import pass_time
from tests.stripe_simulator.world import World

URL = "STRIPE_SIMULATOR_URL"  # Where browsers find it: pages and redirects name it.
PULSE = 0.1  # seconds


def create(world: World | None = None) -> Flask:
    """The application on a world; a new one at the address its environment names, unless given."""
    world = world or World(url=os.environ[URL])
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    for door in (api, control, checkout, secure, elements):
        app.register_blueprint(door(world))
    world.post.start()
    threading.Thread(target=_beat, args=(world,), name="time", daemon=True).start()
    return app


def _beat(world: World) -> None:
    while True:
        time.sleep(PULSE)
        with world.lock:
            pass_time(world)
