"""What granian serves in these tests: Daybook, with accidents on order and the worker's number in each answer."""

import os
from pathlib import Path

from flask import Response

from app import create_app
from tests.faults.accidents import FOLDER, arrange, remember_the_form

arrange(Path(os.environ[FOLDER]))
app = create_app()
app.before_request(remember_the_form)


@app.after_request
def name_the_worker(response: Response) -> Response:
    """Tests that kill a worker need its number."""
    response.headers["X-Worker"] = str(os.getpid())
    return response
