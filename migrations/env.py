"""Runs migrations, one process at a time, on a connection without the web's time limits."""

from alembic import context
from flask import current_app
from sqlalchemy import NullPool, create_engine, text

from app.core.db import db
from app.core.locks import MIGRATION, lock_session


def run() -> None:
    """Take the migration lock, then bring the database up in one transaction."""
    engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with engine.connect() as connection:
        lock_session(connection, MIGRATION)
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=db.metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()


run()
