"""Advisory locks that outlive a transaction."""

import sqlalchemy as sa

from app.core.locks import MIGRATION, lock_session


def free(connection: sa.Connection, key: int) -> bool:
    """Whether somebody else could take the lock now."""
    taken = connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar_one()
    if taken:
        connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": key})
    return bool(taken)


def test_a_lock_lasts_until_its_connection_closes_and_holds_back_only_its_own_key(database_url: str) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as other:
        with engine.connect() as holder:
            lock_session(holder, MIGRATION)
            holder.execute(sa.text("SELECT 1"))
            holder.rollback()
            assert not free(other, MIGRATION)
            assert free(other, MIGRATION + 1)
        other.execute(sa.text("SET lock_timeout = '5s'"))
        lock_session(other, MIGRATION)
