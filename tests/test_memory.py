"""A web process carries only what its pages need, for there are several of them on a small machine."""

import json
import os
import subprocess
import sys

import pytest

from app import create_app
from app.config import ROOT
from app.core.db import db
from tests.conftest import SERVER_NAME, a_database, settings
from tests.factories import a_shop

# Megabytes each, and wanted only by a command, a picture, a file for a calendar, an invoice, a mail or a ring for
# the worker.
RARELY_NEEDED = {
    "PIL",
    "alembic",
    "app.cli",
    "css_inline",
    "flask_mail",
    "flask_migrate",
    "fontTools",
    "fpdf",
    "httpx",
    "icalendar",
    "rq",
    "segno",
}
VISIT = """
import json, sys
from wsgi import app
client = app.test_client()
statuses = {path: client.get(path).status_code for path in sys.argv[1:]}
print(json.dumps([statuses, sorted(sys.modules)]))
"""


@pytest.mark.commits
def test_a_web_process_that_showed_the_public_pages_has_loaded_nothing_that_is_rarely_needed(
    worker_id: str,
) -> None:
    with a_database(f"{SERVER_NAME}_{worker_id}_memory") as url:
        app = create_app(settings(url))
        with app.app_context():
            shop = a_shop().business.slug
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        pages = ["/", "/healthz", "/sign-in", "/sign-up", f"/b/{shop}/", f"/b/{shop}/book"]
        environ = os.environ | {
            "DATABASE_URL": url,
            "SECRET_KEY": app.config["SECRET_KEY"],
            "LOG_LEVEL": "ERROR",
        }
        visit = subprocess.run(
            [sys.executable, "-c", VISIT, *pages], cwd=ROOT, env=environ, capture_output=True, text=True
        )
    assert visit.returncode == 0, visit.stderr
    statuses, loaded = json.loads(visit.stdout)
    assert statuses == dict.fromkeys(pages, 200)
    assert RARELY_NEEDED & set(loaded) == set()
