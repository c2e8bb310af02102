"""How a business is paid online."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, tenant


class PaymentSettings(Model):
    """How a business is paid online, and what its invoices say. Secrets are encrypted with a key made of ours.

    `mode` says which of the two sets of keys counts. `pay_minutes` is how long a place is kept for whoever pays.
    """

    __tablename__ = "payment_settings"
    __table_args__ = (
        CheckConstraint("mode IN ('off', 'test', 'live')", name="mode"),
        CheckConstraint("pay_minutes BETWEEN 10 AND 60", name="pay_minutes"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    mode: Mapped[str] = mapped_column(server_default="off", default="off")
    test_publishable: Mapped[str | None]
    test_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    test_signing: Mapped[bytes | None] = mapped_column(LargeBinary)
    live_publishable: Mapped[str | None]
    live_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    live_signing: Mapped[bytes | None] = mapped_column(LargeBinary)
    pay_minutes: Mapped[int] = mapped_column(SmallInteger, server_default="30", default=30)
    seller_name: Mapped[str | None]
    seller_address: Mapped[str | None]
    tax_number: Mapped[str | None]
    invoice_prefix: Mapped[str | None]
    invoice_note: Mapped[str | None]
