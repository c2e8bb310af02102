"""Commands for the people who run an installation: `flask --help` lists them."""

from flask import Flask
from flask_migrate import Migrate

from app.cli.admins import admin
from app.cli.businesses import business
from app.cli.customers import customer
from app.cli.demo import demo as demo_command
from app.cli.processes import clock, worker
from app.cli.secrets import secrets
from app.cli.translations import translations
from app.cli.users import member, user
from app.core.db import db


def init_cli(app: Flask) -> None:
    """Register the commands; Flask-Migrate brings `flask db`. Not in web processes: Alembic and RQ are large."""
    Migrate(app, db, directory="migrations", compare_type=True)
    for command in (
        admin,
        business,
        clock,
        customer,
        demo_command,
        member,
        secrets,
        translations,
        user,
        worker,
    ):
        app.cli.add_command(command)
