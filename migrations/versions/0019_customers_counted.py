"""The places of customers in their list, so that they are counted without reading their names.

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-23 13:20:47.530118

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_customer_words_listed",
        "customer_words",
        ["business_id"],
        unique=False,
        postgresql_where=sa.text("word ~>=~ '=' AND word ~<~ '>'"),
    )


def downgrade():
    op.drop_index("ix_customer_words_listed", table_name="customer_words")
