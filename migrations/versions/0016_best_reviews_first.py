"""Reviews by their stars, so that the best and the worst are found without reading all.

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-22 13:12:09.331207

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SHOWN = sa.text("status = 'shown'")


def upgrade():
    op.create_index(
        "ix_reviews_by_stars",
        "reviews",
        ["business_id", "stars", "created_at"],
        unique=False,
        postgresql_where=SHOWN,
    )


def downgrade():
    op.drop_index("ix_reviews_by_stars", table_name="reviews", postgresql_where=SHOWN)
