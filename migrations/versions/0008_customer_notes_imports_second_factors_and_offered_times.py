"""Notes, tags and imports of customers, second factors of sign-ins, offered times, and regions with public holidays.

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-22 01:15:44.510237

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def moment(name, **more):
    return sa.Column(name, sa.DateTime(timezone=True), **more)


def number(name, **more):
    return sa.Column(name, sa.BigInteger(), **more)


def identity():
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def upgrade():
    op.add_column(
        "customers",
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column("customers", sa.Column("blocked_reason", sa.Text(), nullable=True))
    op.create_index(
        "ix_customers_tags",
        "customers",
        ["tags"],
        postgresql_using="gin",
        postgresql_where=sa.text("tags <> '{}'"),
    )
    op.create_index(
        "ix_customers_merged",
        "customers",
        ["business_id", "merged_into"],
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_table(
        "customer_notes",
        number("business_id", autoincrement=False, nullable=False),
        identity(),
        number("customer_id", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        number("author_id", nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        moment("written_at", nullable=False),
        sa.CheckConstraint("btrim(body) <> ''", name=op.f("ck_customer_notes_body_given")),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_customer_notes_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_customer_notes_author_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer_notes")),
    )
    op.create_index("ix_customer_notes_of_customer", "customer_notes", ["business_id", "customer_id"])
    create_imports()
    op.add_column("users", sa.Column("second_factor", sa.LargeBinary(), nullable=True))
    op.add_column("users", moment("second_factor_since", nullable=True))
    op.add_column("users", number("second_factor_step", nullable=True))
    op.create_check_constraint(
        op.f("ck_users_second_factor"), "users", "(second_factor IS NULL) = (second_factor_since IS NULL)"
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        number("user_id", nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        moment("used_at", nullable=True),
        sa.CheckConstraint("length(code_hash) = 32", name=op.f("ck_recovery_codes_code_hash_length")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index("uq_recovery_codes_code", "recovery_codes", ["user_id", "code_hash"], unique=True)
    op.add_column("user_sessions", moment("proved_at", nullable=True))
    op.add_column(
        "businesses",
        sa.Column("staff_see", sa.Text(), server_default="busy", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_businesses_staff_see"), "businesses", "staff_see IN ('own', 'busy', 'all')"
    )
    op.add_column("businesses", sa.Column("region", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_businesses_region"), "businesses", "region ~ '^[A-Z0-9]{1,3}$'")
    op.add_column(
        "bookings", sa.Column("offered", postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=True)
    )
    op.create_check_constraint(
        op.f("ck_bookings_offered"), "bookings", "cardinality(offered) BETWEEN 1 AND 9"
    )


def create_imports():
    op.create_table(
        "customer_imports",
        number("business_id", autoincrement=False, nullable=False),
        identity(),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        number("author_id", nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        moment("created_at", server_default=sa.text("now()"), nullable=False),
        moment("finished_at", nullable=True),
        sa.CheckConstraint(
            "status IN ('read', 'checking', 'checked', 'importing', 'imported', 'abandoned')",
            name=op.f("ck_customer_imports_status"),
        ),
        sa.CheckConstraint("done BETWEEN 0 AND total", name=op.f("ck_customer_imports_done")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_customer_imports_business_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_customer_imports_author_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer_imports")),
    )
    op.create_index(
        "ix_customer_imports_under_way",
        "customer_imports",
        ["created_at"],
        postgresql_where=sa.text("status IN ('checking', 'importing')"),
    )
    op.create_table(
        "customer_import_rows",
        number("business_id", autoincrement=False, nullable=False),
        number("import_id", autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cells", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        number("customer_id", nullable=True),
        sa.CheckConstraint(
            "verdict IN ('new', 'known', 'again', 'refused')", name=op.f("ck_customer_import_rows_verdict")
        ),
        sa.CheckConstraint(
            "(verdict = 'refused') = (problem IS NOT NULL)", name=op.f("ck_customer_import_rows_problem")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "import_id"],
            ["customer_imports.business_id", "customer_imports.id"],
            name=op.f("fk_customer_import_rows_business_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_customer_import_rows_business_id_customer_id"),
        ),
        sa.PrimaryKeyConstraint("business_id", "import_id", "line", name=op.f("pk_customer_import_rows")),
    )
    op.create_index(
        "ix_customer_import_rows_of_customer",
        "customer_import_rows",
        ["business_id", "customer_id"],
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )


def downgrade():
    op.drop_column("bookings", "offered")
    op.drop_column("businesses", "region")
    op.drop_column("businesses", "staff_see")
    op.drop_column("user_sessions", "proved_at")
    op.drop_table("recovery_codes")
    for column in ("second_factor_step", "second_factor_since", "second_factor"):
        op.drop_column("users", column)
    op.drop_table("customer_import_rows")
    op.drop_table("customer_imports")
    op.drop_table("customer_notes")
    op.drop_index("ix_customers_tags", table_name="customers")
    op.drop_index("ix_customers_merged", table_name="customers")
    op.drop_column("customers", "blocked_reason")
    op.drop_column("customers", "tags")
