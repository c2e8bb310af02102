"""The pieces of an item that are left: taken by a conditional update, so that the last one is sold once."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _
from sqlalchemy import text

from app.core.db import db
from app.core.errors import Conflict
from app.orders.models import Order, OrderLine

# Whoever has it takes its row until the commit; what has no stock is not written at all.
_TAKE = text("""
    UPDATE service_items SET stock = stock - :pieces
     WHERE business_id = :business AND id = :item AND active AND NOT sold_out AND stock >= :pieces
 RETURNING stock
""")
_LOOK = text("""
    SELECT stock IS NULL FROM service_items
     WHERE business_id = :business AND id = :item AND active AND NOT sold_out
       FOR KEY SHARE
""")
_GIVE_BACK = text("""
    UPDATE service_items SET stock = least(stock + :pieces, 1000000)
     WHERE business_id = :business AND id = :item AND stock IS NOT NULL
""")


class SoldOut(Conflict):
    """Somebody else was faster, or the item was taken off."""

    message = _("Something in your basket has just been sold out. Please look at it again.")


def take_pieces(business_id: int, wanted: Mapping[int, int]) -> set[int]:
    """Take so many pieces of each item off its stock; the items that have one. Raises SoldOut, then roll back.

    In the order of their ids, so that two orders never wait for each other.
    """
    counted = set()
    for item, pieces in sorted(wanted.items()):
        row = {"business": business_id, "item": item, "pieces": pieces}
        if db.session.execute(_TAKE, row).first() is not None:
            counted.add(item)
        elif not db.session.scalar(_LOOK, row):
            raise SoldOut
    return counted


def give_back_pieces(order: Order) -> None:
    """Put back what an order took. Once: its lines are not of the stock any more."""
    for item, pieces in sorted(pieces_of(it for it in order.lines if it.from_stock).items()):
        db.session.execute(_GIVE_BACK, {"business": order.business_id, "item": item, "pieces": pieces})
    for line in order.lines:
        line.from_stock = False
    db.session.flush()


def take_pieces_again(order: Order) -> None:
    """Take the pieces of an order that had lapsed once more. Raises SoldOut, then roll back."""
    counted = take_pieces(order.business_id, pieces_of(order.lines))
    for line in order.lines:
        line.from_stock = line.item_id in counted
    db.session.flush()


def pieces_of(lines: Iterable[OrderLine]) -> dict[int, int]:
    """How many pieces of each item some lines are."""
    count: dict[int, int] = {}
    for line in lines:
        count[line.item_id] = count.get(line.item_id, 0) + line.quantity
    return count
