"""The moment from which everything of a business is deleted.

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-22 01:48:31.004617

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("businesses", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_businesses_ends_closed"), "businesses", "ends_at IS NULL OR status <> 'open'"
    )
    op.create_index(
        "ix_businesses_ending", "businesses", ["ends_at"], postgresql_where=sa.text("ends_at IS NOT NULL")
    )


def downgrade():
    op.drop_index("ix_businesses_ending", table_name="businesses")
    op.drop_column("businesses", "ends_at")
