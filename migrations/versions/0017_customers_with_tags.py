"""Customers with tags, so that the tags in use are told without reading all customers.

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-22 21:20:00.000000

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WITH_TAGS = sa.text("tags <> '{}'")


def upgrade():
    op.create_index(
        "ix_customers_tagged",
        "customers",
        ["business_id"],
        unique=False,
        postgresql_where=WITH_TAGS,
    )


def downgrade():
    op.drop_index("ix_customers_tagged", table_name="customers", postgresql_where=WITH_TAGS)
