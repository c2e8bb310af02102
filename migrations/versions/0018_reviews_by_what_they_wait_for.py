"""Reviews without an answer, and those that are not shown, so that they are counted without reading all.

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-23 13:05:21.114807

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_reviews_unanswered",
        "reviews",
        ["business_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("status = 'shown' AND reply IS NULL"),
    )
    op.create_index(
        "ix_reviews_not_shown",
        "reviews",
        ["business_id", "status"],
        unique=False,
        postgresql_where=sa.text("status <> 'shown'"),
    )


def downgrade():
    op.drop_index("ix_reviews_not_shown", table_name="reviews")
    op.drop_index("ix_reviews_unanswered", table_name="reviews")
