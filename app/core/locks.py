"""The few advisory locks. Everything about time and places uses the business's `schedules` row instead."""

from sqlalchemy import Connection, text

MIGRATION = 7_201_001


def lock_session(connection: Connection, key: int) -> None:
    """Wait for the lock `key` and keep it until the connection closes."""
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
    connection.commit()
