"""The web application for granian, gunicorn or `flask`."""

from app import create_app

app = create_app()
