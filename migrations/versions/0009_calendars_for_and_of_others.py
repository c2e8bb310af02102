"""Feeds that calendar programs read, and calendars of others that are read as time off.

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-22 01:28:10.220913

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def moment(name, **more):
    return sa.Column(name, sa.DateTime(timezone=True), **more)


def owned_row():
    return [
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
    ]


def of_resource(table):
    return sa.ForeignKeyConstraint(
        ["business_id", "resource_id"],
        ["resources.business_id", "resources.id"],
        name=op.f(f"fk_{table}_business_id_resource_id"),
    )


def upgrade():
    op.create_table(
        "feeds",
        *owned_row(),
        sa.Column("resource_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        moment("created_at", server_default=sa.text("now()"), nullable=False),
        moment("read_at", nullable=True),
        moment("revoked_at", nullable=True),
        sa.CheckConstraint("detail IN ('busy', 'full')", name=op.f("ck_feeds_detail")),
        sa.CheckConstraint("length(token_hash) = 32", name=op.f("ck_feeds_token_hash_length")),
        sa.CheckConstraint("length(nonce) = 16", name=op.f("ck_feeds_nonce_length")),
        of_resource("feeds"),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_feeds_business_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_feeds_user_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feeds_token_hash")),
    )
    op.create_index(
        "ix_feeds_of_user",
        "feeds",
        ["business_id", "user_id"],
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "other_calendars",
        *owned_row(),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        moment("created_at", server_default=sa.text("now()"), nullable=False),
        moment("next_at", nullable=False),
        moment("read_at", nullable=True),
        sa.Column("events", sa.Integer(), server_default="0", nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("modified", sa.Text(), nullable=True),
        sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_other_calendars_name_given")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_other_calendars_failures")),
        of_resource("other_calendars"),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_other_calendars_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_other_calendars")),
    )
    op.create_index("ix_other_calendars_due", "other_calendars", ["next_at"])
    op.add_column("time_off", sa.Column("other_calendar_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_time_off_business_id_other_calendar_id"),
        "time_off",
        "other_calendars",
        ["business_id", "other_calendar_id"],
        ["business_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_time_off_of_feed"), "time_off", "(source = 'feed') = (other_calendar_id IS NOT NULL)"
    )
    op.create_index(
        "ix_time_off_of_other_calendar",
        "time_off",
        ["business_id", "other_calendar_id"],
        postgresql_where=sa.text("other_calendar_id IS NOT NULL"),
    )


def downgrade():
    op.execute("DELETE FROM time_off WHERE source = 'feed'")
    op.drop_index("ix_time_off_of_other_calendar", table_name="time_off")
    op.drop_constraint(op.f("ck_time_off_of_feed"), "time_off")
    op.drop_column("time_off", "other_calendar_id")
    op.drop_table("other_calendars")
    op.drop_table("feeds")
