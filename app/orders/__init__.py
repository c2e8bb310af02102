"""Baskets and orders of items, which may come with a booking."""

from flask_babel import lazy_gettext as _

from app.customers.belonging import keeps
from app.notifications.kinds import kind
from app.orders import letters, personal, wanting, wordings
from app.orders.models import Order
from app.orders.news import order_changed
from app.orders.settling import give_time_again, keep_on, settle, take_for_ordered
from app.orders.telling import tell
from app.payments.news import invoice_paid, payment_came_to_nothing, payment_on_its_way

invoice_paid.connect(take_for_ordered)
payment_on_its_way.connect(keep_on)
payment_came_to_nothing.connect(give_time_again)
# The money first: what is told says what of it goes back.
order_changed.connect(settle)
order_changed.connect(tell)
keeps(Order, forget=personal.forget, tell=personal.tell, refuse=personal.refuse)

# Whoever was told twice that it is ready comes once; whoever was told nothing does not come.
kind(
    "order_placed",
    wanted=wanting.why_not_placed,
    words=letters.letter,
    sample=letters.sample,
    again=True,
    title=_("Order received"),
    wordings=wordings.PLACED,
    fills=wordings.FILLS,
    optional=True,
)
kind(
    "order_accepted",
    wanted=wanting.why_not_accepted,
    words=letters.letter,
    sample=letters.sample,
    again=True,
    title=_("Order accepted"),
    wordings=wordings.ACCEPTED,
    fills=wordings.FILLS,
    optional=True,
)
kind(
    "order_ready",
    wanted=wanting.why_not_ready,
    words=letters.letter,
    sample=letters.sample,
    again=True,
    title=_("Order ready"),
    wordings=wordings.READY,
    fills=wordings.FILLS,
    optional=True,
)
kind(
    "order_declined",
    wanted=wanting.why_not_declined,
    words=letters.letter,
    sample=letters.sample,
    again=True,
    title=_("Order declined"),
    wordings=wordings.DECLINED,
    fills=wordings.FILLS,
)
kind(
    "order_cancelled",
    wanted=wanting.why_not_cancelled,
    words=letters.letter,
    sample=letters.sample,
    again=True,
    title=_("Order cancelled"),
    wordings=wordings.CANCELLED,
    fills=wordings.FILLS,
)
kind("order_new", wanted=wanting.why_not_new, words=letters.to_member, title=_("New order"))
kind(
    "order_given_up",
    wanted=wanting.why_not_given_up,
    words=letters.to_member,
    title=_("A customer took an order back"),
)
