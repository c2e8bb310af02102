"""What can be ordered, orders, reviews, and reports of them.

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-22 05:03:35.139786

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_constraint(op.f("ck_uploads_kind"), "uploads")
    op.create_check_constraint(
        op.f("ck_uploads_kind"), "uploads", "kind IN ('logo', 'cover', 'service', 'person', 'item', 'review')"
    )
    op.create_table(
        "order_settings",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pickup", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("delivery", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("at_table", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("accepts_itself", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("prepay", sa.Text(), server_default="on_site", nullable=False),
        sa.Column("prepare_min", sa.Integer(), server_default="20", nullable=False),
        sa.Column("way_min", sa.SmallInteger(), server_default="30", nullable=False),
        sa.Column("per_quarter", sa.SmallInteger(), nullable=True),
        sa.Column("advance_days", sa.SmallInteger(), server_default="7", nullable=False),
        sa.Column("postcodes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("delivery_least_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("delivery_fee_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("delivery_free_cents", sa.BigInteger(), nullable=True),
        sa.Column("delivery_tax_bp", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tables", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_number", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "prepay IN ('on_site', 'online', 'either')", name=op.f("ck_order_settings_prepay")
        ),
        sa.CheckConstraint(
            "NOT at_table OR cardinality(tables) > 0", name=op.f("ck_order_settings_tables_given")
        ),
        sa.CheckConstraint(
            "NOT delivery OR cardinality(postcodes) > 0", name=op.f("ck_order_settings_delivery_area")
        ),
        sa.CheckConstraint("advance_days BETWEEN 0 AND 90", name=op.f("ck_order_settings_advance_days")),
        sa.CheckConstraint("cardinality(postcodes) <= 500", name=op.f("ck_order_settings_postcodes")),
        sa.CheckConstraint("cardinality(tables) <= 300", name=op.f("ck_order_settings_tables")),
        sa.CheckConstraint(
            "delivery_fee_cents BETWEEN 0 AND 10000000000", name=op.f("ck_order_settings_delivery_fee")
        ),
        sa.CheckConstraint(
            "delivery_free_cents BETWEEN 0 AND 10000000000", name=op.f("ck_order_settings_delivery_free")
        ),
        sa.CheckConstraint(
            "delivery_least_cents BETWEEN 0 AND 10000000000", name=op.f("ck_order_settings_delivery_least")
        ),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_order_settings_last_number")),
        sa.CheckConstraint("per_quarter BETWEEN 1 AND 1000", name=op.f("ck_order_settings_per_quarter")),
        sa.CheckConstraint("prepare_min BETWEEN 0 AND 10080", name=op.f("ck_order_settings_prepare")),
        sa.CheckConstraint("way_min BETWEEN 0 AND 1440", name=op.f("ck_order_settings_way")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_order_settings_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_order_settings")),
    )
    op.create_table(
        "ratings",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ones", sa.Integer(), server_default="0", nullable=False),
        sa.Column("twos", sa.Integer(), server_default="0", nullable=False),
        sa.Column("threes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fours", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fives", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("(subject_kind = 'business') = (subject_id = 0)", name=op.f("ck_ratings_subject")),
        sa.CheckConstraint(
            "subject_kind IN ('business', 'service', 'person')", name=op.f("ck_ratings_subject_kind")
        ),
        sa.CheckConstraint("least(ones, twos, threes, fours, fives) >= 0", name=op.f("ck_ratings_counts")),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_ratings_business_id")),
        sa.PrimaryKeyConstraint("business_id", "subject_kind", "subject_id", name=op.f("pk_ratings")),
    )
    op.create_table(
        "reports",
        sa.Column("business_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name=op.f("ck_reports_decided")),
        sa.CheckConstraint(
            "reason IN ('not_a_customer', 'insult', 'private', 'advertising', 'other', 'automatic')",
            name=op.f("ck_reports_reason"),
        ),
        sa.CheckConstraint(
            "reported_by IN ('member', 'visitor', 'system')", name=op.f("ck_reports_reported_by")
        ),
        sa.CheckConstraint("status IN ('open', 'upheld', 'dismissed')", name=op.f("ck_reports_status")),
        sa.CheckConstraint("subject_kind IN ('review')", name=op.f("ck_reports_subject_kind")),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name=op.f("ck_reports_decision")),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_reports_business_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_reports_decided_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reports_user_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_by_time", "reports", ["created_at"], unique=False)
    op.create_index(
        "ix_reports_of_subject", "reports", ["business_id", "subject_kind", "subject_id"], unique=False
    )
    op.create_index(
        "ix_reports_open",
        "reports",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "uq_reports_open",
        "reports",
        ["business_id", "subject_kind", "subject_id", "reported_by"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "orders",
        sa.Column("business_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("link_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="web", nullable=False),
        sa.Column("visit", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("asap", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at_table", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("member_note", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("delivery_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status IN ('held', 'pending_payment')) = (expires_at IS NOT NULL)",
            name=op.f("ck_orders_on_hold"),
        ),
        sa.CheckConstraint("(way = 'table') = (at_table IS NOT NULL)", name=op.f("ck_orders_table")),
        sa.CheckConstraint(
            "cancelled_by IN ('customer', 'member', 'system')", name=op.f("ck_orders_cancelled_by")
        ),
        sa.CheckConstraint(
            "customer_id IS NOT NULL OR status IN ('held', 'expired')", name=op.f("ck_orders_customer")
        ),
        sa.CheckConstraint(
            "source IN ('web', 'widget', 'staff', 'import', 'api')", name=op.f("ck_orders_source")
        ),
        sa.CheckConstraint(
            "status IN ('held', 'pending_payment', 'placed', 'accepted', 'preparing', 'ready', 'fulfilled', 'declined', 'cancelled', 'expired')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint(
            "way <> 'delivery' OR status = 'held' OR street IS NOT NULL", name=op.f("ck_orders_delivered_to")
        ),
        sa.CheckConstraint("way IN ('pickup', 'delivery', 'table')", name=op.f("ck_orders_way")),
        sa.CheckConstraint("delivery_cents BETWEEN 0 AND total_cents", name=op.f("ck_orders_delivery")),
        sa.CheckConstraint("total_cents BETWEEN 0 AND 10000000000000", name=op.f("ck_orders_total")),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_orders_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_orders_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_orders")),
        sa.UniqueConstraint("business_id", "number", name=op.f("uq_orders_business_id_number")),
        sa.UniqueConstraint("business_id", "uid", name=op.f("uq_orders_business_id_uid")),
    )
    op.create_index(
        "ix_orders_board",
        "orders",
        ["business_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('placed', 'accepted', 'preparing', 'ready')"),
    )
    op.create_index("ix_orders_by_time", "orders", ["business_id", "placed_at"], unique=False)
    op.create_index(
        "ix_orders_lapsing",
        "orders",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index("ix_orders_of_customer", "orders", ["business_id", "customer_id"], unique=False)
    op.create_index(
        "ix_orders_of_visit",
        "orders",
        ["business_id", "visit"],
        unique=False,
        postgresql_where=sa.text("visit IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_quarter",
        "orders",
        ["business_id", "due_at"],
        unique=False,
        postgresql_where=sa.text(
            "status IN ('held', 'pending_payment', 'placed', 'accepted', 'preparing', 'ready', 'fulfilled')"
        ),
    )
    op.create_table(
        "service_items",
        sa.Column("business_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_bp", sa.Integer(), nullable=True),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("most", sa.SmallInteger(), server_default="20", nullable=False),
        sa.Column("weekdays", sa.SmallInteger(), server_default="127", nullable=False),
        sa.Column("from_min", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("until_min", sa.SmallInteger(), server_default="1440", nullable=False),
        sa.Column("prepare_min", sa.Integer(), nullable=True),
        sa.Column("sold_out", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_service_items_name_given")),
        sa.CheckConstraint(
            "from_min BETWEEN 0 AND 1440 AND until_min > from_min AND until_min <= 2880",
            name=op.f("ck_service_items_times"),
        ),
        sa.CheckConstraint("most BETWEEN 1 AND 999", name=op.f("ck_service_items_most")),
        sa.CheckConstraint("prepare_min BETWEEN 0 AND 10080", name=op.f("ck_service_items_prepare")),
        sa.CheckConstraint("price_cents BETWEEN 0 AND 10000000000", name=op.f("ck_service_items_price")),
        sa.CheckConstraint("stock BETWEEN 0 AND 1000000", name=op.f("ck_service_items_stock")),
        sa.CheckConstraint("tax_bp BETWEEN 0 AND 10000", name=op.f("ck_service_items_tax")),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_service_items_weekdays")),
        sa.ForeignKeyConstraint(
            ["business_id", "picture"],
            ["uploads.business_id", "uploads.key"],
            name=op.f("fk_service_items_business_id_picture"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "service_id"],
            ["services.business_id", "services.id"],
            name=op.f("fk_service_items_business_id_service_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_service_items_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_service_items")),
        sa.UniqueConstraint("business_id", "uid", name=op.f("uq_service_items_business_id_uid")),
    )
    op.create_index(
        "ix_service_items_of_service",
        "service_items",
        ["business_id", "service_id", "position"],
        unique=False,
    )
    op.create_table(
        "item_choices",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("least", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("most", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_item_choices_name_given")),
        sa.CheckConstraint(
            "least >= 0 AND most BETWEEN greatest(least, 1) AND 50", name=op.f("ck_item_choices_how_many")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "item_id"],
            ["service_items.business_id", "service_items.id"],
            name=op.f("fk_item_choices_business_id_item_id"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_item_choices")),
    )
    op.create_index(
        "ix_item_choices_of_item", "item_choices", ["business_id", "item_id", "position"], unique=False
    )
    op.create_table(
        "order_lines",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("quantity", sa.SmallInteger(), nullable=False),
        sa.Column("unit_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_bp", sa.Integer(), server_default="0", nullable=False),
        sa.Column("from_stock", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("jsonb_typeof(options) = 'array'", name=op.f("ck_order_lines_options")),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name=op.f("ck_order_lines_quantity")),
        sa.CheckConstraint("tax_bp BETWEEN 0 AND 10000", name=op.f("ck_order_lines_tax")),
        sa.CheckConstraint("unit_cents BETWEEN 0 AND 1000000000000", name=op.f("ck_order_lines_unit")),
        sa.ForeignKeyConstraint(
            ["business_id", "item_id"],
            ["service_items.business_id", "service_items.id"],
            name=op.f("fk_order_lines_business_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "order_id"],
            ["orders.business_id", "orders.id"],
            name=op.f("fk_order_lines_business_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_order_lines")),
    )
    op.create_index("ix_order_lines_of_item", "order_lines", ["business_id", "item_id"], unique=False)
    op.create_index(
        "ix_order_lines_of_order", "order_lines", ["business_id", "order_id", "position"], unique=False
    )
    op.create_table(
        "item_options",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("choice_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("extra_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_item_options_name_given")),
        sa.CheckConstraint("extra_cents BETWEEN 0 AND 10000000000", name=op.f("ck_item_options_extra")),
        sa.ForeignKeyConstraint(
            ["business_id", "choice_id"],
            ["item_choices.business_id", "item_choices.id"],
            name=op.f("fk_item_options_business_id_choice_id"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_item_options")),
    )
    op.create_index(
        "ix_item_options_of_choice", "item_options", ["business_id", "choice_id", "position"], unique=False
    )
    op.create_table(
        "reviews",
        sa.Column("business_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("service_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=False),
        sa.Column("person_stars", sa.SmallInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="shown", nullable=False),
        sa.Column("held_for", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'held') = (held_for IS NOT NULL)", name=op.f("ck_reviews_held_for")),
        sa.CheckConstraint("status IN ('shown', 'held', 'hidden')", name=op.f("ck_reviews_status")),
        sa.CheckConstraint("(reply IS NULL) = (replied_at IS NULL)", name=op.f("ck_reviews_reply")),
        sa.CheckConstraint("num_nonnulls(booking_id, order_id) = 1", name=op.f("ck_reviews_of_one")),
        sa.CheckConstraint("person_stars BETWEEN 1 AND 5", name=op.f("ck_reviews_person_stars")),
        sa.CheckConstraint("person_stars IS NULL OR person_id IS NOT NULL", name=op.f("ck_reviews_person")),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_reviews_stars")),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("fk_reviews_business_id_booking_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_reviews_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "order_id"],
            ["orders.business_id", "orders.id"],
            name=op.f("fk_reviews_business_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "person_id"],
            ["resources.business_id", "resources.id"],
            name=op.f("fk_reviews_business_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "service_id"],
            ["services.business_id", "services.id"],
            name=op.f("fk_reviews_business_id_service_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_reviews_business_id")),
        sa.ForeignKeyConstraint(["replied_by"], ["users.id"], name=op.f("fk_reviews_replied_by")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("business_id", "uid", name=op.f("uq_reviews_business_id_uid")),
    )
    op.create_index("ix_reviews_by_time", "reviews", ["business_id", "created_at"], unique=False)
    op.create_index("ix_reviews_of_customer", "reviews", ["business_id", "customer_id"], unique=False)
    op.create_index(
        "ix_reviews_of_person", "reviews", ["business_id", "person_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_reviews_of_service", "reviews", ["business_id", "service_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_reviews_shown",
        "reviews",
        ["business_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("status = 'shown'"),
    )
    op.create_index(
        "uq_reviews_of_booking",
        "reviews",
        ["business_id", "booking_id"],
        unique=True,
        postgresql_where=sa.text("booking_id IS NOT NULL"),
    )
    op.create_index(
        "uq_reviews_of_order",
        "reviews",
        ["business_id", "order_id"],
        unique=True,
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.create_table(
        "review_pictures",
        sa.Column("business_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("review_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.CheckConstraint("position BETWEEN 0 AND 3", name=op.f("ck_review_pictures_position")),
        sa.ForeignKeyConstraint(
            ["business_id", "picture"],
            ["uploads.business_id", "uploads.key"],
            name=op.f("fk_review_pictures_business_id_picture"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "review_id"],
            ["reviews.business_id", "reviews.id"],
            name=op.f("fk_review_pictures_business_id_review_id"),
        ),
        sa.PrimaryKeyConstraint("business_id", "review_id", "position", name=op.f("pk_review_pictures")),
    )


def downgrade():
    op.drop_table("review_pictures")
    op.drop_index(
        "uq_reviews_of_order", table_name="reviews", postgresql_where=sa.text("order_id IS NOT NULL")
    )
    op.drop_index(
        "uq_reviews_of_booking", table_name="reviews", postgresql_where=sa.text("booking_id IS NOT NULL")
    )
    op.drop_index("ix_reviews_shown", table_name="reviews", postgresql_where=sa.text("status = 'shown'"))
    op.drop_index("ix_reviews_of_service", table_name="reviews")
    op.drop_index("ix_reviews_of_person", table_name="reviews")
    op.drop_index("ix_reviews_of_customer", table_name="reviews")
    op.drop_index("ix_reviews_by_time", table_name="reviews")
    op.drop_table("reviews")
    op.drop_index("ix_item_options_of_choice", table_name="item_options")
    op.drop_table("item_options")
    op.drop_index("ix_order_lines_of_order", table_name="order_lines")
    op.drop_index("ix_order_lines_of_item", table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_index("ix_item_choices_of_item", table_name="item_choices")
    op.drop_table("item_choices")
    op.drop_index("ix_service_items_of_service", table_name="service_items")
    op.drop_table("service_items")
    op.drop_index(
        "ix_orders_quarter",
        table_name="orders",
        postgresql_where=sa.text(
            "status IN ('held', 'pending_payment', 'placed', 'accepted', 'preparing', 'ready', 'fulfilled')"
        ),
    )
    op.drop_index("ix_orders_of_visit", table_name="orders", postgresql_where=sa.text("visit IS NOT NULL"))
    op.drop_index("ix_orders_of_customer", table_name="orders")
    op.drop_index(
        "ix_orders_lapsing", table_name="orders", postgresql_where=sa.text("expires_at IS NOT NULL")
    )
    op.drop_index("ix_orders_by_time", table_name="orders")
    op.drop_index(
        "ix_orders_board",
        table_name="orders",
        postgresql_where=sa.text("status IN ('placed', 'accepted', 'preparing', 'ready')"),
    )
    op.drop_table("orders")
    op.drop_index("uq_reports_open", table_name="reports", postgresql_where=sa.text("status = 'open'"))
    op.drop_index("ix_reports_open", table_name="reports", postgresql_where=sa.text("status = 'open'"))
    op.drop_index("ix_reports_of_subject", table_name="reports")
    op.drop_index("ix_reports_by_time", table_name="reports")
    op.drop_table("reports")
    op.drop_table("ratings")
    op.drop_table("order_settings")
    op.execute("DELETE FROM uploads WHERE kind IN ('item', 'review')")
    op.drop_constraint(op.f("ck_uploads_kind"), "uploads")
    op.create_check_constraint(
        op.f("ck_uploads_kind"), "uploads", "kind IN ('logo', 'cover', 'service', 'person')"
    )
