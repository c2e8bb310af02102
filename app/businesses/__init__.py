"""Businesses, who works in them, and what each says of itself."""

from app.businesses.finding import find_shop
from app.notifications.shops import answer_for_shops

answer_for_shops(find_shop)
