"""Orders that are kept for as long as the visit they belong to.

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-22 13:10:21.402611

"""

from alembic import op

# revision identifiers, used by Alembic.
revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NAME = "ck_orders_on_hold"


def upgrade():
    op.drop_constraint(op.f(_NAME), "orders")
    op.create_check_constraint(
        op.f(_NAME),
        "orders",
        "(status IN ('held', 'pending_payment') AND visit IS NULL) = (expires_at IS NOT NULL)",
    )


def downgrade():
    op.drop_constraint(op.f(_NAME), "orders")
    op.create_check_constraint(
        op.f(_NAME), "orders", "(status IN ('held', 'pending_payment')) = (expires_at IS NOT NULL)"
    )
