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
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, created, identity, tenant


class Customer(Model):
    """One person as one business knows them. `email` is lower case, `phone` is E.164.

    `user_id` is the account of whoever has shown that the address is theirs. `unwanted` are the messages they do not
    want from this business, as in User.
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
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    customer_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(primary_key=True)


class Favourite(Model):
    """A business somebody with an account wants to find again."""

    __tablename__ = "favourites"

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    created_at: Mapped[created]
