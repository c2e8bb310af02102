"""People as the business sees them."""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, tenant

COLOURS = 12


class StaffMember(Model):
    """The profile of a resource of kind staff. `colour` is one of twelve; `user_id` lets them sign in.

    `photo` is the key of an upload. Lists go by `position`.
    """

    __tablename__ = "staff_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "resource_id", "kind"],
            ["resources.business_id", "resources.id", "resources.kind"],
        ),
        ForeignKeyConstraint(["business_id", "photo"], ["uploads.business_id", "uploads.key"]),
        CheckConstraint("kind = 'staff'", name="kind"),
        CheckConstraint("colour BETWEEN 1 AND 12", name="colour"),
        Index(
            "uq_staff_members_user",
            "business_id",
            "user_id",
            unique=True,
            postgresql_where=text("user_id IS NOT NULL"),
        ),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    resource_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(server_default="staff", default="staff")
    user_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str | None]
    about: Mapped[str | None]
    colour: Mapped[int] = mapped_column(SmallInteger, server_default="1", default=1)
    photo: Mapped[str | None]
    position: Mapped[int] = mapped_column(server_default="0", default=0)
