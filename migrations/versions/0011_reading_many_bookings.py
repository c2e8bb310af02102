"""Indexes for reading all bookings that were made in a period, and all of a customer.

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-22 05:28:31.204115

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OF_CUSTOMER = "ix_bookings_of_customer"
KNOWN = sa.text("customer_id IS NOT NULL")


def upgrade():
    op.create_index("ix_bookings_made", "bookings", ["business_id", "created_at"])
    op.drop_index(OF_CUSTOMER, table_name="bookings")
    op.create_index(
        OF_CUSTOMER,
        "bookings",
        ["business_id", "customer_id"],
        postgresql_where=KNOWN,
        postgresql_include=["appointment_id", "status", "total_cents"],
    )


def downgrade():
    op.drop_index(OF_CUSTOMER, table_name="bookings")
    op.create_index(OF_CUSTOMER, "bookings", ["business_id", "customer_id"], postgresql_where=KNOWN)
    op.drop_index("ix_bookings_made", table_name="bookings")
