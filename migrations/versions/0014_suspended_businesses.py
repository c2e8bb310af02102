"""Why a business is suspended, and what platform admins read.

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-22 09:12:40.512733

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

HELD = sa.text("status = 'held'")
BY_ADMINS = sa.text("actor_kind = 'admin'")


def upgrade():
    op.add_column("businesses", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("businesses", sa.Column("suspended_because", sa.Text(), nullable=True))
    op.add_column("businesses", sa.Column("suspended_from", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_businesses_suspended_from"), "businesses", "suspended_from IN ('draft', 'open')"
    )
    op.create_check_constraint(
        op.f("ck_businesses_suspended"),
        "businesses",
        "num_nonnulls(suspended_at, suspended_because, suspended_from) IN (0, 3)",
    )
    op.create_index("ix_reviews_held", "reviews", ["created_at"], unique=False, postgresql_where=HELD)
    op.create_index(
        "ix_audit_events_of_admins", "audit_events", ["id"], unique=False, postgresql_where=BY_ADMINS
    )


def downgrade():
    op.drop_index("ix_audit_events_of_admins", table_name="audit_events", postgresql_where=BY_ADMINS)
    op.drop_index("ix_reviews_held", table_name="reviews", postgresql_where=HELD)
    op.drop_constraint(op.f("ck_businesses_suspended"), "businesses")
    op.drop_constraint(op.f("ck_businesses_suspended_from"), "businesses")
    op.drop_column("businesses", "suspended_from")
    op.drop_column("businesses", "suspended_because")
    op.drop_column("businesses", "suspended_at")
