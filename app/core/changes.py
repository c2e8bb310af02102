"""How often anything of a business has changed, so that an open page can ask whether to look again.

Every act writes an audit row, so whatever is written down is counted, and no act can forget to. The count rises once
per transaction, as the last thing before its commit: two writers wait for each other only then, and whoever sees a
number sees everything that was counted up to it.
"""

from sqlalchemy import ForeignKey, ScalarSelect, event, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Model, db, tenant

_CHANGED = "businesses_changed"


class ChangeCount(Model):
    """So many transactions have changed something of this business."""

    __tablename__ = "change_counts"

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    count: Mapped[int] = mapped_column(server_default="1", default=1)


def changes_of(business_id: int) -> int:
    """The count as it stands; 0 for a business nothing ever happened in."""
    return db.session.scalar(select(ChangeCount.count).where(ChangeCount.business_id == business_id)) or 0


def count_changes_of(business_id: int) -> ScalarSelect[int | None]:
    """The same as a part of a statement: NULL for a business nothing ever happened in."""
    return select(ChangeCount.count).where(ChangeCount.business_id == business_id).scalar_subquery()


def will_change(business_id: int) -> None:
    """Count this transaction for the business when it is committed."""
    db.session.info.setdefault(_CHANGED, set()).add(business_id)


@event.listens_for(Session, "before_commit")
def count_changes(session: Session) -> None:
    """A released savepoint fires this event too, so only the outermost commit counts."""
    if session.in_nested_transaction() or not session.info.get(_CHANGED):
        return
    session.flush()
    # Sorted, so that two who change the same businesses do not wait for each other.
    rows = [{"business_id": it} for it in sorted(session.info.pop(_CHANGED))]
    new = insert(ChangeCount).values(rows)
    again = new.on_conflict_do_update(
        index_elements=[ChangeCount.business_id], set_={"count": ChangeCount.count + 1}
    )
    session.execute(again)


@event.listens_for(Session, "after_rollback")
def forget_changes(session: Session) -> None:
    """What was undone did not happen."""
    if not session.in_nested_transaction():
        session.info.pop(_CHANGED, None)
