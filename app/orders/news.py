"""News about orders, for whoever tells their customers or counts them."""

from blinker import Signal

# order_changed(order, was, by, now): it has just got its status. Under the schedule lock, flushed and not committed.
order_changed = Signal()
