"""A business's record of a person."""

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, created, identity, tenant


class Customer(Model):
    """One person as one business knows them. `email` is lower case, `phone` is E.164.

    `user_id` is the account of whoever has shown that the address is theirs. `unwanted` are the messages they do not
    want from this business, as in User. `tags` are words the business sorts its customers by, in the order they were
    given. Whoever is `blocked`, for a reason that only members read, cannot book by themselves.
    """

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("business_id", "uid"),
        ForeignKeyConstraint(["business_id", "merged_into"], ["customers.business_id", "customers.id"]),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index(
            "uq_customers_one_per_email",
            "business_id",
            "email",
            unique=True,
            postgresql_where=text("email IS NOT NULL AND merged_into IS NULL AND erased_at IS NULL"),
        ),
        Index("ix_customers_by_phone", "business_id", "phone", postgresql_where=text("phone IS NOT NULL")),
        # An account finds what belongs to it, in whatever business.
        Index("ix_customers_of_user", "user_id", postgresql_where=text("user_id IS NOT NULL")),
        Index(
            "ix_customers_by_email", "email", postgresql_where=text("email IS NOT NULL AND erased_at IS NULL")
        ),
        Index("ix_customers_tags", "tags", postgresql_using="gin", postgresql_where=text("tags <> '{}'")),
        # To tell which tags there are, without looking at everybody else.
        Index("ix_customers_tagged", "business_id", postgresql_where=text("tags <> '{}'")),
        Index(
            "ix_customers_merged",
            "business_id",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    user_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str | None]
    zone: Mapped[str | None]
    blocked: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    blocked_reason: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    unwanted: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    merged_into: Mapped[bigint | None]
    erased_at: Mapped[datetime | None]
    created_at: Mapped[created]


class CustomerWord(Model):
    """A word a customer is found by, folded as app.core.text.words_of says: of the name and the e-mail address.

    Phone numbers are found by their end: their digits stand in reverse behind a #. Behind a = stands the whole name, by
    which lists are sorted; who has none is in no list.
    """

    __tablename__ = "customer_words"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        # Whatever the language of the database, the beginning of a word is found by this index.
        Index("ix_customer_words_word", "business_id", "word", postgresql_ops={"word": "text_pattern_ops"}),
        # To count a list without reading a word of it.
        Index(
            "ix_customer_words_listed", "business_id", postgresql_where=text("word ~>=~ '=' AND word ~<~ '>'")
        ),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    customer_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(primary_key=True)


class CustomerNote(Model):
    """What a member wrote about a customer, for members alone."""

    __tablename__ = "customer_notes"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        CheckConstraint("btrim(body) <> ''", name="body_given"),
        Index("ix_customer_notes_of_customer", "business_id", "customer_id"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    customer_id: Mapped[bigint]
    body: Mapped[str]
    author_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str]
    written_at: Mapped[datetime]


class CustomerImport(Model):
    """A file of customers on its way in. Nobody becomes a customer by it before a member has seen what it would do.

    `columns` says which column of the file is which field: {"name": 0, …}, and what else there is to know of the file
    (app.customers.imports.mapping). `done` counts the rows behind it in the stage it is in, so that whoever takes over
    from a killed job goes on there; `total` are the rows below the line that names the columns.
    """

    __tablename__ = "customer_imports"
    __table_args__ = (
        CheckConstraint(
            "status IN ('read', 'checking', 'checked', 'importing', 'imported', 'abandoned')", name="status"
        ),
        CheckConstraint("done BETWEEN 0 AND total", name="done"),
        Index(
            "ix_customer_imports_under_way",
            "created_at",
            postgresql_where=text("status IN ('checking', 'importing')"),
        ),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    id: Mapped[identity]
    file_name: Mapped[str]
    status: Mapped[str]
    columns: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}", default=dict)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(server_default="0", default=0)
    author_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str]
    created_at: Mapped[created]
    finished_at: Mapped[datetime | None]


class CustomerImportRow(Model):
    """One line of such a file as it stands there, counted as a spreadsheet counts, and what becomes of it.

    `verdict`: "new"; "known", who is a customer already; "again", who stands in an earlier line; or "refused" for a
    `problem`. `customer_id` is who came of it.
    """

    __tablename__ = "customer_import_rows"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "import_id"],
            ["customer_imports.business_id", "customer_imports.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        CheckConstraint("verdict IN ('new', 'known', 'again', 'refused')", name="verdict"),
        CheckConstraint("(verdict = 'refused') = (problem IS NOT NULL)", name="problem"),
        Index(
            "ix_customer_import_rows_of_customer",
            "business_id",
            "customer_id",
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    import_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cells: Mapped[list[str]] = mapped_column(ARRAY(Text))
    verdict: Mapped[str | None]
    problem: Mapped[str | None]
    customer_id: Mapped[bigint | None]


class Favourite(Model):
    """A business somebody with an account wants to find again."""

    __tablename__ = "favourites"

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    created_at: Mapped[created]
