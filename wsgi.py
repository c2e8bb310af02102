"""The web application for granian, gunicorn or `flask`."""

import gc
import sys

from app import create_app
from app.config import ConfigurationError

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(str(error))

# What is loaded by now stays: without it, a full collection stops a request for 50 ms now and then.
gc.collect()
gc.freeze()
