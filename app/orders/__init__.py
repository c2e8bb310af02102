"""Baskets and orders of items, which may come with a booking."""

from app.customers.belonging import keeps
from app.orders import personal
from app.orders.models import Order
from app.orders.news import order_changed
from app.orders.settling import settle, take_for_ordered
from app.payments.news import invoice_paid

invoice_paid.connect(take_for_ordered)
order_changed.connect(settle)
keeps(Order, forget=personal.forget, tell=personal.tell, refuse=personal.refuse)
