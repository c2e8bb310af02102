"""Websites that show the widget, where it was seen, and short codes of businesses.

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-21 21:55:02.112233

"""

import secrets

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ORIGIN = r"origin ~ '^https?://[a-z0-9._-]+(:[0-9]{1,5})?$'"
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


def upgrade():
    op.create_table(
        "sites",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(ORIGIN, name=op.f("ck_sites_origin_shape")),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_sites_business_id")),
        sa.PrimaryKeyConstraint("business_id", "origin", name=op.f("pk_sites")),
    )
    op.create_table(
        "sightings",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_by", sa.Text(), nullable=True),
        sa.CheckConstraint(ORIGIN, name=op.f("ck_sightings_origin_shape")),
        sa.CheckConstraint("blocked_by IN ('frame-src', 'us')", name=op.f("ck_sightings_blocked_by")),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_sightings_business_id")),
        sa.PrimaryKeyConstraint("business_id", "origin", name=op.f("pk_sightings")),
    )
    op.create_index("ix_sightings_seen", "sightings", ["business_id", "seen_at"])
    op.add_column(
        "businesses",
        sa.Column("framed_anywhere", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("businesses", sa.Column("short_code", sa.Text(), nullable=True))
    give_short_codes(op.get_bind())
    op.alter_column("businesses", "short_code", nullable=False)
    op.create_unique_constraint(op.f("uq_businesses_short_code"), "businesses", ["short_code"])
    op.create_check_constraint(op.f("ck_businesses_short_code"), "businesses", "short_code ~ '^[2-9a-z]{6}$'")


def give_short_codes(connection):
    """One to each business there is, and no two the same."""
    ids = list(connection.scalars(sa.text("SELECT id FROM businesses")))
    codes = set()
    while len(codes) < len(ids):
        codes.add("".join(secrets.choice(LETTERS) for _ in range(6)))
    given = [{"id": key, "code": code} for key, code in zip(ids, codes, strict=True)]
    if given:
        connection.execute(sa.text("UPDATE businesses SET short_code = :code WHERE id = :id"), given)


def downgrade():
    op.drop_constraint(op.f("ck_businesses_short_code"), "businesses")
    op.drop_constraint(op.f("uq_businesses_short_code"), "businesses")
    op.drop_column("businesses", "short_code")
    op.drop_column("businesses", "framed_anywhere")
    op.drop_index("ix_sightings_seen", table_name="sightings")
    op.drop_table("sightings")
    op.drop_table("sites")
