"""Invoices, payments, refunds, coupons, what a provider says of them, and when businesses are paid.

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-21 15:01:32.880010

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GIVEN = "num_nonnulls(deposit_cents, deposit_bp) = CASE WHEN prepay = 'deposit' THEN 1 ELSE 0 END"
PREPAYING = [
    ("prepay", "prepay IN ('none', 'deposit', 'full')"),
    ("deposit", "deposit_cents BETWEEN 1 AND 10000000000"),
    ("deposit_share", "deposit_bp BETWEEN 1 AND 10000"),
    ("deposit_given", GIVEN),
    ("refund_steps", "jsonb_typeof(refund_steps) = 'array'"),
    ("no_show_back", "no_show_back_bp BETWEEN 0 AND 10000"),
]


def upgrade():
    op.create_table(
        "coupons",
        sa.Column("business_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("share_bp", sa.Integer(), nullable=True),
        sa.Column("least_total_cents", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("most_per_customer", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(amount_cents IS NULL) <> (share_bp IS NULL)", name=op.f("ck_coupons_worth")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_coupons_amount")),
        sa.CheckConstraint("least_total_cents >= 0", name=op.f("ck_coupons_least_total")),
        sa.CheckConstraint("most_per_customer > 0", name=op.f("ck_coupons_most_per_customer")),
        sa.CheckConstraint("most_uses > 0", name=op.f("ck_coupons_most_uses")),
        sa.CheckConstraint("share_bp BETWEEN 1 AND 10000", name=op.f("ck_coupons_share")),
        sa.CheckConstraint(
            "uses >= 0 AND (most_uses IS NULL OR uses <= most_uses)", name=op.f("ck_coupons_uses")
        ),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_coupons_dates")),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_coupons_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("business_id", "code_key", name=op.f("uq_coupons_business_id_code_key")),
    )
    op.create_table(
        "invoice_series",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_invoice_series_last")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_invoice_series_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "series", "year", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "payment_settings",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.Text(), server_default="off", nullable=False),
        sa.Column("test_publishable", sa.Text(), nullable=True),
        sa.Column("test_secret", sa.LargeBinary(), nullable=True),
        sa.Column("test_signing", sa.LargeBinary(), nullable=True),
        sa.Column("live_publishable", sa.Text(), nullable=True),
        sa.Column("live_secret", sa.LargeBinary(), nullable=True),
        sa.Column("live_signing", sa.LargeBinary(), nullable=True),
        sa.Column("pay_minutes", sa.SmallInteger(), server_default="30", nullable=False),
        sa.Column("seller_name", sa.Text(), nullable=True),
        sa.Column("seller_address", sa.Text(), nullable=True),
        sa.Column("tax_number", sa.Text(), nullable=True),
        sa.Column("invoice_prefix", sa.Text(), nullable=True),
        sa.Column("invoice_note", sa.Text(), nullable=True),
        sa.CheckConstraint("mode IN ('off', 'test', 'live')", name=op.f("ck_payment_settings_mode")),
        sa.CheckConstraint("pay_minutes BETWEEN 10 AND 60", name=op.f("ck_payment_settings_pay_minutes")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_payment_settings_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_payment_settings")),
    )
    op.create_table(
        "webhook_events",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_ref", sa.Text(), nullable=True),
        sa.Column("live_mode", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_webhook_events_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "provider", "event_id", name=op.f("pk_webhook_events")),
    )
    op.create_index(
        "ix_webhook_events_waiting",
        "webhook_events",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    op.create_table(
        "coupon_uses",
        sa.Column("business_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("coupon_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_uid", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_coupon_uses_amount")),
        sa.ForeignKeyConstraint(
            ["business_id", "coupon_id"],
            ["coupons.business_id", "coupons.id"],
            name=op.f("fk_coupon_uses_business_id_coupon_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_coupon_uses_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_coupon_uses_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_coupon_uses")),
    )
    op.create_index(
        "ix_coupon_uses_of_customer", "coupon_uses", ["business_id", "coupon_id", "customer_id"], unique=False
    )
    op.create_index(
        "uq_coupon_uses_of_subject",
        "coupon_uses",
        ["business_id", "subject_kind", "subject_uid"],
        unique=True,
        postgresql_where=sa.text("given_back_at IS NULL"),
    )
    op.create_table(
        "invoices",
        sa.Column("business_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("kind", sa.Text(), server_default="invoice", nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_uid", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tax_included", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("prepay_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refunded_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("seller", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (corrects_id IS NOT NULL)", name=op.f("ck_invoices_corrects")
        ),
        sa.CheckConstraint("kind = 'credit_note' OR total_cents >= 0", name=op.f("ck_invoices_total")),
        sa.CheckConstraint("kind IN ('invoice', 'credit_note')", name=op.f("ck_invoices_kind")),
        sa.CheckConstraint("(number IS NULL) = (issued_at IS NULL)", name=op.f("ck_invoices_issued")),
        sa.CheckConstraint("(number IS NULL) = (seller IS NULL)", name=op.f("ck_invoices_seller")),
        sa.CheckConstraint("paid_cents >= 0", name=op.f("ck_invoices_paid")),
        sa.CheckConstraint("prepay_cents BETWEEN 0 AND abs(total_cents)", name=op.f("ck_invoices_prepay")),
        sa.CheckConstraint("refunded_cents BETWEEN 0 AND paid_cents", name=op.f("ck_invoices_refunded")),
        sa.ForeignKeyConstraint(
            ["business_id", "corrects_id"],
            ["invoices.business_id", "invoices.id"],
            name=op.f("fk_invoices_business_id_corrects_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_invoices_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_invoices_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("business_id", "uid", name=op.f("uq_invoices_business_id_uid")),
    )
    op.create_index("ix_invoices_of_customer", "invoices", ["business_id", "customer_id"], unique=False)
    op.create_index("ix_invoices_of_invoice", "invoices", ["business_id", "corrects_id"], unique=False)
    op.create_index(
        "ix_invoices_outstanding",
        "invoices",
        ["business_id", "created_at"],
        unique=False,
        postgresql_where=sa.text(
            "kind = 'invoice' AND void_at IS NULL AND paid_cents - refunded_cents < total_cents"
        ),
    )
    op.create_index(
        "uq_invoices_number",
        "invoices",
        ["business_id", "number"],
        unique=True,
        postgresql_where=sa.text("number IS NOT NULL"),
    )
    op.create_index(
        "uq_invoices_of_subject",
        "invoices",
        ["business_id", "subject_kind", "subject_uid"],
        unique=True,
        postgresql_where=sa.text("kind = 'invoice'"),
    )
    op.create_table(
        "invoice_lines",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="item", nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("quantity", sa.Integer(), server_default="1", nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("prepay_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tax_bp", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("kind IN ('item', 'discount', 'fee')", name=op.f("ck_invoice_lines_kind")),
        sa.CheckConstraint("prepay_cents >= 0", name=op.f("ck_invoice_lines_prepay")),
        sa.CheckConstraint("quantity BETWEEN 1 AND 9999", name=op.f("ck_invoice_lines_quantity")),
        sa.CheckConstraint("tax_bp BETWEEN 0 AND 10000", name=op.f("ck_invoice_lines_tax")),
        sa.ForeignKeyConstraint(
            ["business_id", "invoice_id"],
            ["invoices.business_id", "invoices.id"],
            name=op.f("fk_invoice_lines_business_id_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_invoice_lines")),
    )
    op.create_index(
        "ix_invoice_lines_of_invoice",
        "invoice_lines",
        ["business_id", "invoice_id", "position"],
        unique=False,
    )
    op.create_index(
        "ix_invoice_lines_of_subject",
        "invoice_lines",
        ["business_id", "subject_kind", "subject_id"],
        unique=False,
    )
    op.create_table(
        "payments",
        sa.Column("business_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="created", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refunded_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("live_mode", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=True),
        sa.Column("checkout_ref", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("next_sync_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "method IN ('stripe', 'cash', 'card', 'transfer', 'other')", name=op.f("ck_payments_method")
        ),
        sa.CheckConstraint(
            "status <> 'succeeded' OR succeeded_at IS NOT NULL", name=op.f("ck_payments_succeeded")
        ),
        sa.CheckConstraint(
            "status IN ('created', 'requires_action', 'processing', 'succeeded', 'failed', 'cancelled', 'needs_review')",
            name=op.f("ck_payments_status"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("received_cents >= 0", name=op.f("ck_payments_received")),
        sa.CheckConstraint("refunded_cents BETWEEN 0 AND received_cents", name=op.f("ck_payments_refunded")),
        sa.ForeignKeyConstraint(
            ["business_id", "invoice_id"],
            ["invoices.business_id", "invoices.id"],
            name=op.f("fk_payments_business_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_payments_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_payments")),
        sa.UniqueConstraint("business_id", "checkout_ref", name=op.f("uq_payments_business_id_checkout_ref")),
        sa.UniqueConstraint(
            "business_id", "idempotency_key", name=op.f("uq_payments_business_id_idempotency_key")
        ),
        sa.UniqueConstraint("business_id", "provider_ref", name=op.f("uq_payments_business_id_provider_ref")),
        sa.UniqueConstraint("business_id", "uid", name=op.f("uq_payments_business_id_uid")),
    )
    op.create_index("ix_payments_of_invoice", "payments", ["business_id", "invoice_id"], unique=False)
    op.create_index("ix_payments_taken", "payments", ["business_id", "succeeded_at"], unique=False)
    op.create_index(
        "ix_payments_to_review",
        "payments",
        ["business_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("status = 'needs_review'"),
    )
    op.create_index(
        "ix_payments_to_sync",
        "payments",
        ["next_sync_at"],
        unique=False,
        postgresql_where=sa.text("next_sync_at IS NOT NULL"),
    )
    op.create_index(
        "uq_payments_live",
        "payments",
        ["business_id", "invoice_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('created', 'requires_action', 'processing')"),
    )
    op.create_table(
        "refunds",
        sa.Column("business_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default="created", nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=True),
        sa.Column("next_sync_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "cause IN ('cancelled', 'late', 'twice', 'member')", name=op.f("ck_refunds_cause")
        ),
        sa.CheckConstraint(
            "status IN ('created', 'pending', 'succeeded', 'failed')", name=op.f("ck_refunds_status")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(
            ["business_id", "payment_id"],
            ["payments.business_id", "payments.id"],
            name=op.f("fk_refunds_business_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_refunds_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("business_id", "dedupe_key", name=op.f("uq_refunds_business_id_dedupe_key")),
        sa.UniqueConstraint(
            "business_id", "idempotency_key", name=op.f("uq_refunds_business_id_idempotency_key")
        ),
        sa.UniqueConstraint("business_id", "provider_ref", name=op.f("uq_refunds_business_id_provider_ref")),
    )
    op.create_index("ix_refunds_given", "refunds", ["business_id", "created_at"], unique=False)
    op.create_index("ix_refunds_of_payment", "refunds", ["business_id", "payment_id"], unique=False)
    op.create_index(
        "ix_refunds_to_sync",
        "refunds",
        ["next_sync_at"],
        unique=False,
        postgresql_where=sa.text("next_sync_at IS NOT NULL"),
    )
    op.add_column("bookings", sa.Column("refund_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("businesses", sa.Column("prepay", sa.Text(), server_default="none", nullable=False))
    op.add_column("businesses", sa.Column("deposit_cents", sa.BigInteger(), nullable=True))
    op.add_column("businesses", sa.Column("deposit_bp", sa.Integer(), nullable=True))
    op.add_column(
        "businesses",
        sa.Column(
            "refund_steps",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default='[{"back_bp": 10000, "until_min": 1440}]',
            nullable=False,
        ),
    )
    op.add_column(
        "businesses", sa.Column("no_show_back_bp", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "businesses", sa.Column("tax_included", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column("services", sa.Column("prepay", sa.Text(), nullable=True))
    op.add_column("services", sa.Column("deposit_cents", sa.BigInteger(), nullable=True))
    op.add_column("services", sa.Column("deposit_bp", sa.Integer(), nullable=True))
    op.add_column(
        "services",
        sa.Column("refund_steps", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.add_column("services", sa.Column("no_show_back_bp", sa.Integer(), nullable=True))
    for table in ("businesses", "services"):
        for name, condition in PREPAYING:
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    given = "(refund_steps IS NULL) = (no_show_back_bp IS NULL)"
    op.create_check_constraint(op.f("ck_services_refunds_given"), "services", given)


def downgrade():
    op.drop_column("services", "no_show_back_bp")
    op.drop_column("services", "refund_steps")
    op.drop_column("services", "deposit_bp")
    op.drop_column("services", "deposit_cents")
    op.drop_column("services", "prepay")
    op.drop_column("businesses", "tax_included")
    op.drop_column("businesses", "no_show_back_bp")
    op.drop_column("businesses", "refund_steps")
    op.drop_column("businesses", "deposit_bp")
    op.drop_column("businesses", "deposit_cents")
    op.drop_column("businesses", "prepay")
    op.drop_column("bookings", "refund_from")
    op.drop_index(
        "ix_refunds_to_sync", table_name="refunds", postgresql_where=sa.text("next_sync_at IS NOT NULL")
    )
    op.drop_index("ix_refunds_of_payment", table_name="refunds")
    op.drop_index("ix_refunds_given", table_name="refunds")
    op.drop_table("refunds")
    op.drop_index(
        "uq_payments_live",
        table_name="payments",
        postgresql_where=sa.text("status IN ('created', 'requires_action', 'processing')"),
    )
    op.drop_index(
        "ix_payments_to_sync", table_name="payments", postgresql_where=sa.text("next_sync_at IS NOT NULL")
    )
    op.drop_index(
        "ix_payments_to_review", table_name="payments", postgresql_where=sa.text("status = 'needs_review'")
    )
    op.drop_index("ix_payments_taken", table_name="payments")
    op.drop_index("ix_payments_of_invoice", table_name="payments")
    op.drop_table("payments")
    op.drop_index("ix_invoice_lines_of_subject", table_name="invoice_lines")
    op.drop_index("ix_invoice_lines_of_invoice", table_name="invoice_lines")
    op.drop_table("invoice_lines")
    op.drop_index(
        "uq_invoices_of_subject", table_name="invoices", postgresql_where=sa.text("kind = 'invoice'")
    )
    op.drop_index("uq_invoices_number", table_name="invoices", postgresql_where=sa.text("number IS NOT NULL"))
    op.drop_index(
        "ix_invoices_outstanding",
        table_name="invoices",
        postgresql_where=sa.text(
            "kind = 'invoice' AND void_at IS NULL AND paid_cents - refunded_cents < total_cents"
        ),
    )
    op.drop_index("ix_invoices_of_invoice", table_name="invoices")
    op.drop_index("ix_invoices_of_customer", table_name="invoices")
    op.drop_table("invoices")
    op.drop_index(
        "uq_coupon_uses_of_subject",
        table_name="coupon_uses",
        postgresql_where=sa.text("given_back_at IS NULL"),
    )
    op.drop_index("ix_coupon_uses_of_customer", table_name="coupon_uses")
    op.drop_table("coupon_uses")
    op.drop_index(
        "ix_webhook_events_waiting",
        table_name="webhook_events",
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    op.drop_table("webhook_events")
    op.drop_table("payment_settings")
    op.drop_table("invoice_series")
    op.drop_table("coupons")
