"""Secrets of an installation from the command line: `flask secrets`."""

import click
from flask.cli import AppGroup

from app.core.db import db
from app.core.resealing import reseal

secrets = AppGroup("secrets", help="What is kept sealed with SECRET_KEY.")


@secrets.command("reseal")
def reseal_all() -> None:
    """Seal anew what a former key has sealed: after SECRET_KEY was changed, before the former one is thrown away."""
    renewed, lost = reseal()
    db.session.commit()
    click.echo(f"Sealed anew: {renewed}.")
    if lost:
        click.echo(f"Cannot be opened, because their key is gone: {lost}.")
