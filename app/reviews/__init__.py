"""What customers say of finished bookings and orders."""

from app.customers.belonging import keeps
from app.reviews import personal
from app.reviews.models import Review

keeps(Review, forget=personal.forget, tell=personal.tell)
