"""The tenant and who works in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.auth.models import User
from app.core.db import Model, bigint, created, identity, tenant
from app.core.short_codes import new_short_code

FREE_UNTIL_A_DAY = {"until_min": 1440, "back_bp": 10000}
LONGEST_VISIT = 5760  # Minutes: a day, and the longest buffers before and after it.
# https://www.upu.int/en/postal-solutions/programmes-services/addressing-solutions
_POSTCODE_LAST = frozenset(
    {
        *("AU", "BD", "BR", "CA", "GB", "ID", "IE", "IN", "KE", "LK"),
        *("NG", "NP", "NZ", "PK", "SA", "SG", "TH", "US", "ZA"),
    }
)
ROLES = ("staff", "manager", "owner")  # Each may do what those before it may.


class Business(Model):
    """A tenant: one branch with one address, one time zone and one currency (ISO 4217).

    `customer_limit`: so many bookings, of whatever service, that one customer has ahead of them. `logo` and `cover`
    are keys of pictures. `imprint`, `privacy` and `terms` are a text, or the web address where it stands.
    `house_rules` is what customers should know before they come. `shows_customer_zone`: times of services that happen
    online are shown in the customer's zone too. Customers move and cancel by themselves where that is allowed, up to
    `change_until_min` minutes before the start, and move a visit `most_moves` times at most; null: as often as they
    like.

    `prepay` is what is paid before a booking counts: nothing, a deposit (`deposit_cents`, or `deposit_bp` hundredths of
    a percent of the price) or all of it. `refund_steps` say which share of what was paid goes back to whoever cancels
    how early (app/payments/refund_steps.py), `no_show_back_bp` to whoever does not come. With `tax_included` prices
    have their tax in them; otherwise it is added.

    `short_code` leads to the page whatever its slug. `framed_anywhere`: any website may show the widget, not only those
    of app/sites. `staff_see` of their colleagues' appointments nothing at all ("own"), that their time
    is taken ("busy"), or what it is ("all").
    `region` is the second half of an ISO 3166-2 code, which says which public holidays there are. At `ends_at`
    everything of the business is deleted; until then it is closed. One that was
    suspended was switched off at `suspended_at`, for the reason members read; lifted, it is `suspended_from` again.
    """

    __tablename__ = "businesses"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$'", name="slug_shape"),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("status IN ('draft', 'open', 'suspended')", name="status"),
        CheckConstraint("brand_hue BETWEEN 0 AND 355 AND mod(brand_hue, 5) = 0", name="brand_hue"),
        CheckConstraint("notice_unit IN ('minutes', 'days')", name="notice_unit"),
        CheckConstraint("notice_amount BETWEEN 0 AND 525600", name="notice_amount"),
        CheckConstraint("advance_days BETWEEN 0 AND 730", name="advance_days"),
        CheckConstraint("hold_minutes BETWEEN 1 AND 60", name="hold_minutes"),
        CheckConstraint("customer_limit BETWEEN 1 AND 1000", name="customer_limit"),
        CheckConstraint("change_until_min BETWEEN 0 AND 43200", name="change_until"),
        CheckConstraint("most_moves BETWEEN 1 AND 99", name="most_moves"),
        CheckConstraint("prepay IN ('none', 'deposit', 'full')", name="prepay"),
        CheckConstraint("deposit_cents BETWEEN 1 AND 10000000000", name="deposit"),
        CheckConstraint("deposit_bp BETWEEN 1 AND 10000", name="deposit_share"),
        CheckConstraint(
            "num_nonnulls(deposit_cents, deposit_bp) = CASE WHEN prepay = 'deposit' THEN 1 ELSE 0 END",
            name="deposit_given",
        ),
        CheckConstraint("jsonb_typeof(refund_steps) = 'array'", name="refund_steps"),
        CheckConstraint("no_show_back_bp BETWEEN 0 AND 10000", name="no_show_back"),
        CheckConstraint("lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name="place"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("short_code ~ '^[2-9a-z]{6}$'", name="short_code"),
        CheckConstraint("staff_see IN ('own', 'busy', 'all')", name="staff_see"),
        CheckConstraint("region ~ '^[A-Z0-9]{1,3}$'", name="region"),
        CheckConstraint("ends_at IS NULL OR status <> 'open'", name="ends_closed"),
        CheckConstraint("suspended_from IN ('draft', 'open')", name="suspended_from"),
        CheckConstraint(
            "num_nonnulls(suspended_at, suspended_because, suspended_from) IN (0, 3)", name="suspended"
        ),
        Index("ix_businesses_found_by", "status", "trade", "city"),
        Index("ix_businesses_ending", "ends_at", postgresql_where=text("ends_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="draft", default="draft")
    listed: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    trade: Mapped[str | None]
    description: Mapped[str | None]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    country: Mapped[str] = mapped_column(server_default="DE", default="DE")
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    zone: Mapped[str] = mapped_column(server_default="UTC", default="UTC")
    currency: Mapped[str] = mapped_column(server_default="EUR", default="EUR")
    language: Mapped[str] = mapped_column(server_default="en-GB", default="en-GB")
    website: Mapped[str | None]
    imprint: Mapped[str | None]
    privacy: Mapped[str | None]
    terms: Mapped[str | None]
    house_rules: Mapped[str | None]
    logo: Mapped[str | None]
    cover: Mapped[str | None]
    shows_customer_zone: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    brand_hue: Mapped[int] = mapped_column(SmallInteger, server_default="165", default=165)
    notice_amount: Mapped[int] = mapped_column(server_default="120", default=120)
    notice_unit: Mapped[str] = mapped_column(server_default="minutes", default="minutes")
    advance_days: Mapped[int] = mapped_column(server_default="60", default=60)
    hold_minutes: Mapped[int] = mapped_column(server_default="10", default=10)
    customer_limit: Mapped[int | None]
    customers_move: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    customers_cancel: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    change_until_min: Mapped[int] = mapped_column(server_default="1440", default=1440)
    most_moves: Mapped[int | None] = mapped_column(SmallInteger, server_default="3", default=3)
    prepay: Mapped[str] = mapped_column(server_default="none", default="none")
    deposit_cents: Mapped[bigint | None]
    deposit_bp: Mapped[int | None]
    refund_steps: Mapped[list[dict[str, int]]] = mapped_column(
        JSONB, server_default='[{"back_bp": 10000, "until_min": 1440}]', default=lambda: [FREE_UNTIL_A_DAY]
    )
    no_show_back_bp: Mapped[int] = mapped_column(server_default="0", default=0)
    tax_included: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    short_code: Mapped[str] = mapped_column(unique=True, default=new_short_code)
    framed_anywhere: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    staff_see: Mapped[str] = mapped_column(server_default="busy", default="busy")
    region: Mapped[str | None]
    ends_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    suspended_because: Mapped[str | None]
    suspended_from: Mapped[str | None]
    created_at: Mapped[created]

    @property
    def address(self) -> str:
        """Street and town on one line; empty when nothing of it is known."""
        return ", ".join(part for part in (self.street, self.town) if part)

    @property
    def town(self) -> str:
        """City and postcode as they are written in the country; the state stands with the city: Portland, OR 97201."""
        parts = (self.city, self.postcode) if self.has_postcode_last else (self.postcode, self.city)
        return " ".join(part for part in parts if part)

    @property
    def has_postcode_last(self) -> bool:
        """Whether the country writes the postcode behind the city."""
        return self.country in _POSTCODE_LAST

    @property
    def is_reachable(self) -> bool:
        """Whether there is a way to come by, to call, to write or to read more."""
        return any((self.address, self.phone, self.email, self.website))


class FormerSlug(Model):
    """An address a business had before; whoever still has it is led to the one of today."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(primary_key=True)
    business_id: Mapped[bigint] = mapped_column(ForeignKey("businesses.id"), index=True)
    created_at: Mapped[created]


class BusinessWord(Model):
    """A word a business is found by: of its name, town and trade, folded as app.core.text.words_of says."""

    __tablename__ = "business_words"
    __table_args__ = (
        # Whatever the language of the database, the beginning of a word is found by this index.
        Index("ix_business_words_word", "word", postgresql_ops={"word": "text_pattern_ops"}),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    word: Mapped[str] = mapped_column(primary_key=True)


class Upload(Model):
    """A file a business has put here; only app.core.files knows where it lies. `size` is in bytes.

    Its key is random, so whoever has it may see it.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("kind IN ('logo', 'cover', 'service', 'person', 'item', 'review')", name="kind"),
        CheckConstraint("size > 0 AND width > 0 AND height > 0", name="measured"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[created]


class Schedule(Model):
    """The lock of a business: every writer of time, places, holds or rules takes its row FOR UPDATE.

    `rules_version` rises with every edit of hours, services, needs, people or spaces. No allocation is longer than
    `longest_min`. Nothing references this table, so no foreign-key check ever waits for the lock.
    """

    __tablename__ = "schedules"

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    rules_version: Mapped[int] = mapped_column(server_default="0", default=0)
    longest_min: Mapped[int] = mapped_column(server_default=str(LONGEST_VISIT), default=LONGEST_VISIT)


class Membership(Model):
    """A user's role in a business. `active` false ends it at once; the row stays as history.

    `notices` is what they want to be told by mail: {what: "all" | "own" | "none"}; what is left out goes by the role.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'manager', 'staff')", name="role"),
        Index("uq_memberships_user", "business_id", "user_id", unique=True),
        Index("ix_memberships_of_user", "user_id", postgresql_where=text("active")),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    user_id: Mapped[bigint] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    notices: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", default=dict)
    created_at: Mapped[created]

    business: Mapped[Business] = relationship(foreign_keys="Membership.business_id")
    user: Mapped[User] = relationship(foreign_keys="Membership.user_id")

    def is_at_least(self, role: str) -> bool:
        """Whether this role may do what `role` may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def sees(self) -> str:
        """How much of their colleagues' appointments: "own" (none of it), "busy" (that time is taken) or "all"."""
        return "all" if self.is_at_least("manager") else self.business.staff_see


class Invitation(Model):
    """Somebody was asked by mail to work in a business, in a role; who accepts it becomes a member.

    Its token is kept as that of a OneTimeLink is. `resource_id` is the person on the calendar they will be.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "resource_id"], ["resources.business_id", "resources.id"]),
        CheckConstraint("role IN ('owner', 'manager', 'staff')", name="role"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("length(token_hash) = 32", name="token_hash_length"),
        CheckConstraint("length(nonce) = 16", name="nonce_length"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="one_end"),
        Index(
            "uq_invitations_open",
            "business_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    email: Mapped[str]
    role: Mapped[str]
    resource_id: Mapped[bigint | None]
    invited_by: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[created]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship(foreign_keys="Invitation.business_id")
