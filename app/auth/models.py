"""People who can sign in, the rows that say they have, and the links they get by mail."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, bigint, created


class User(Model):
    """A person who can sign in. `email` is lower case; `password_hash` is argon2id, or null for none yet.

    `unwanted` are the messages they do not want from any business, as `<what>:<channel>`: `reminder:sms`. An account
    that was deleted keeps its row, with nothing of the person in it.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("(second_factor IS NULL) = (second_factor_since IS NULL)", name="second_factor"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    email_checked_at: Mapped[datetime | None]
    language: Mapped[str | None]
    zone: Mapped[str | None]
    is_platform_admin: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    unwanted: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    second_factor: Mapped[bytes | None]
    second_factor_since: Mapped[datetime | None]
    second_factor_step: Mapped[bigint | None]
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[created]


class RecoveryCode(Model):
    """Lets somebody in once who has lost what their codes come from; the row holds its sha256."""

    __tablename__ = "recovery_codes"
    __table_args__ = (
        CheckConstraint("length(code_hash) = 32", name="code_hash_length"),
        Index("uq_recovery_codes_code", "user_id", "code_hash", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    user_id: Mapped[bigint] = mapped_column(ForeignKey("users.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None]


class UserSession(Model):
    """One sign-in on one browser. The cookie holds a random token; the row holds its sha256.

    At `proved_at` whoever sits there last showed, by their password, that they are who signed in.
    """

    __tablename__ = "user_sessions"
    __table_args__ = (
        CheckConstraint("length(token_hash) = 32", name="token_hash_length"),
        Index("ix_user_sessions_of_user", "user_id", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[bigint] = mapped_column(ForeignKey("users.id"))
    impersonator_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    remembered: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    created_at: Mapped[created]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    proved_at: Mapped[datetime | None]
    address: Mapped[str | None]
    user_agent: Mapped[str | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class OneTimeLink(Model):
    """A link by mail that does one thing once. Its token is 32 bytes made of the secret key and `nonce`; the row keeps
    their sha256, so a stolen table opens nothing.

    `email` is the address it went to, and for `email_check` the one that is checked by it.
    """

    __tablename__ = "one_time_links"
    __table_args__ = (
        CheckConstraint("purpose IN ('reset', 'email_check', 'account')", name="purpose"),
        CheckConstraint("length(token_hash) = 32", name="token_hash_length"),
        CheckConstraint("length(nonce) = 16", name="nonce_length"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("expires_at > created_at", name="deadline"),
        Index("ix_one_time_links_of_user", "user_id", "purpose", postgresql_where=text("used_at IS NULL")),
        Index("ix_one_time_links_old", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    purpose: Mapped[str]
    user_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    email: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[created]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
