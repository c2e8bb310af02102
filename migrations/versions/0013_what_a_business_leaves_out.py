"""Which messages a business does not send, and whether it asks for reviews.

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-22 09:12:40.518362

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "message_settings"


def upgrade():
    op.add_column(
        TABLE, sa.Column("left_out", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column(
        TABLE, sa.Column("asks_for_reviews", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.create_check_constraint(op.f("ck_message_settings_left_out"), TABLE, "cardinality(left_out) <= 100")


def downgrade():
    op.drop_constraint(op.f("ck_message_settings_left_out"), TABLE)
    op.drop_column(TABLE, "asks_for_reviews")
    op.drop_column(TABLE, "left_out")
