"""Baskets and orders of items, which may come with a booking."""

from flask_babel import lazy_gettext as _

from app.appointments import wanting_money
from app.appointments.companions import visit_taken_again, visits_changed
from app.customers.belonging import keeps
from app.notifications.kinds import kind
from app.orders import letters, money_letters, personal, telling_money, wanting, wordings
from app.orders.models import Order
from app.orders.news import order_changed
from app.orders.settling import give_time_again, keep_on, settle, take_for_ordered
from app.orders.telling import tell
from app.orders.with_visits import follow_visits, take_again_with
from app.payments.news import (
    invoice_paid,
    payment_came_to_nothing,
    payment_in_doubt,
    payment_on_its_way,
    payment_received,
    refund_failed,
    refund_sent,
)

invoice_paid.connect(take_for_ordered)
payment_on_its_way.connect(keep_on)
payment_came_to_nothing.connect(give_time_again)
visits_changed.connect(follow_visits)
visit_taken_again.connect(take_again_with)
payment_received.connect(telling_money.tell_received)
payment_in_doubt.connect(telling_money.tell_in_doubt)
refund_sent.connect(telling_money.tell_sent)
refund_failed.connect(telling_money.tell_not_sent)
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
kind(
    "order_receipt",
    wanted=wanting.why_not_receipt,
    words=money_letters.receipt,
    sample=money_letters.sample_receipt,
    again=True,
    title=_("Receipt for an order"),
    wordings=wordings.RECEIPT,
    fills=wordings.MONEY_FILLS,
)
kind(
    "order_returned",
    wanted=wanting.why_not_returned,
    words=money_letters.returned,
    sample=money_letters.sample_returned,
    again=True,
    title=_("Money of an order on its way back"),
    wordings=wordings.RETURNED,
    fills=wordings.MONEY_FILLS,
)
kind(
    "order_payment_review",
    wanted=wanting_money.why_not_review,
    words=money_letters.payment_in_doubt,
    again=True,
    title=_("A payment for an order needs a look"),
)
kind(
    "order_refund_failed",
    wanted=wanting_money.why_not_stuck,
    words=money_letters.refund_failed,
    again=True,
    title=_("A refund for an order failed"),
)
