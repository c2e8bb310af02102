"""Calendars of others: what they read of ours, and what we read of theirs."""

from app.businesses.changing import business_zone_changed
from app.feeds.zones import read_all_anew

business_zone_changed.connect(read_all_anew)
