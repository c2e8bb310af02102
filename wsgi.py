"""The web application for granian, gunicorn or `flask`."""

import gc
import sys

# Nothing that is loaded goes again: to look through it while it loads is a tenth of the start.
gc.disable()

from app import create_app  # noqa: E402
from app.config import ConfigurationError  # noqa: E402

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(str(error))

# And it stays: without this, a full collection stops a request for 50 ms now and then.
gc.collect()
gc.freeze()
gc.enable()
