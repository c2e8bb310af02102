"""What customers choose along with an item: its choices, such as a size, and the options of each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.audit.models import record, rewrite
from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.ordering import Direction, move
from app.services.models import ItemChoice, ItemOption, ServiceItem

MOST_CHOICES = 20
MOST_OPTIONS = 50


class TooManyChoices(DomainError):
    """More to choose than anybody would."""

    message = _("Nobody chooses that much with one item. Please take something off first.")


@dataclass(frozen=True, slots=True)
class ChoiceWish:
    """What is chosen: `least` to `most` of its options."""

    name: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class OptionWish:
    """What can be chosen; `extra_cents` (minor units) are added to the price of each piece."""

    name: str
    extra_cents: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice and its options, in their order."""

    choice: ItemChoice
    options: Sequence[ItemOption]

    @property
    def is_short(self) -> bool:
        """Whether it has too few options to choose from, so that nobody can order the item."""
        return len(self.options) < self.choice.least


def choices_of(item: ServiceItem) -> list[Chosen]:
    """All that is chosen with an item: two statements."""
    choices = db.session.scalars(_choices(item.business_id, item.id)).all()
    offered: dict[int, list[ItemOption]] = defaultdict(list)
    found = select(ItemOption).where(
        ItemOption.business_id == item.business_id,
        ItemOption.active,
        ItemOption.choice_id.in_([it.id for it in choices]),
    )
    for option in db.session.scalars(found.order_by(ItemOption.position, ItemOption.id)):
        offered[option.choice_id].append(option)
    return [Chosen(it, offered[it.id]) for it in choices]


def find_choice(business_id: int, choice_id: int) -> ItemChoice | None:
    """A choice of the business that is still made."""
    choice = db.session.get(ItemChoice, (business_id, choice_id))
    return choice if choice and choice.active else None


def find_option(business_id: int, option_id: int) -> ItemOption | None:
    """An option that can still be chosen."""
    option = db.session.get(ItemOption, (business_id, option_id))
    is_offered = option and option.active and find_choice(business_id, option.choice_id)
    return option if is_offered else None


def add_choice(item: ServiceItem, wish: ChoiceWish, *, by: Actor, now: datetime) -> ItemChoice:
    """Let customers choose one thing more with an item. Raises TooManyChoices."""
    lock_schedule(item.business_id)
    beside = db.session.scalars(_choices(item.business_id, item.id)).all()
    position = _after(beside, MOST_CHOICES)
    columns = asdict(wish)
    choice = ItemChoice(business_id=item.business_id, item_id=item.id, position=position, **columns)
    _add(choice, columns, by=by, now=now)
    return choice


def add_option(choice: ItemChoice, wish: OptionWish, *, by: Actor, now: datetime) -> ItemOption:
    """Offer one thing more to choose. Raises TooManyChoices."""
    lock_schedule(choice.business_id)
    beside = db.session.scalars(_options(choice.business_id, choice.id)).all()
    position = _after(beside, MOST_OPTIONS)
    columns = asdict(wish)
    option = ItemOption(business_id=choice.business_id, choice_id=choice.id, position=position, **columns)
    _add(option, columns, by=by, now=now)
    return option


def change_choosing(
    row: ItemChoice | ItemOption, wish: ChoiceWish | OptionWish, *, by: Actor, now: datetime
) -> None:
    """Ask or offer it like this from now on; what is ordered keeps its words and prices."""
    lock_schedule(row.business_id)
    db.session.refresh(row)
    changes = rewrite(row, asdict(wish))
    if changes:
        _record("changed", row, changes, by=by, now=now)


def move_choosing(row: ItemChoice | ItemOption, direction: Direction, *, by: Actor, now: datetime) -> None:
    """Put a choice or an option one place further up or down in its list."""
    lock_schedule(row.business_id)
    beside: Sequence[Any]
    if isinstance(row, ItemChoice):
        beside = db.session.scalars(_choices(row.business_id, row.item_id)).all()
    else:
        beside = db.session.scalars(_options(row.business_id, row.choice_id)).all()
    moved = move(beside, row, direction)
    db.session.flush()
    if moved:
        _record("moved", row, {"position": list(moved)}, by=by, now=now)


def take_off(row: ItemChoice | ItemOption, *, by: Actor, now: datetime) -> None:
    """Ask or offer it no more; what is ordered keeps it. Twice changes nothing."""
    lock_schedule(row.business_id)
    db.session.refresh(row)
    changes = rewrite(row, {"active": False})
    if changes:
        _record("removed", row, changes, by=by, now=now)


def _choices(business_id: int, item_id: int) -> Any:
    found = select(ItemChoice).filter_by(business_id=business_id, item_id=item_id, active=True)
    return found.order_by(ItemChoice.position, ItemChoice.id).execution_options(populate_existing=True)


def _options(business_id: int, choice_id: int) -> Any:
    found = select(ItemOption).filter_by(business_id=business_id, choice_id=choice_id, active=True)
    return found.order_by(ItemOption.position, ItemOption.id).execution_options(populate_existing=True)


def _after(beside: Sequence[ItemChoice | ItemOption], most: int) -> int:
    """The place after these, of which there may be so many."""
    if len(beside) >= most:
        raise TooManyChoices
    return max((it.position for it in beside), default=0) + 1


def _add(row: ItemChoice | ItemOption, columns: dict[str, Any], *, by: Actor, now: datetime) -> None:
    db.session.add(row)
    db.session.flush()
    _record("added", row, {name: [None, value] for name, value in columns.items()}, by=by, now=now)


def _record(
    what: str, row: ItemChoice | ItemOption, changes: dict[str, Any], *, by: Actor, now: datetime
) -> None:
    said: dict[str, Any] = {"by": by, "at": now, "business_id": row.business_id, "changes": changes}
    if isinstance(row, ItemChoice):
        record(f"item_choice.{what}", "item_choice", row.id, **said)
    else:
        record(f"item_option.{what}", "item_option", row.id, **said)
