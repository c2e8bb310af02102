"""Businesses, who works in them, and what each says of itself."""

from app.businesses import letters
from app.businesses.finding import find_shop
from app.notifications.kinds import kind
from app.notifications.shops import answer_for_shops

answer_for_shops(find_shop)

kind("invitation", wanted=letters.why_not_invitation, words=letters.invitation, again=True)
kind("invitation_accepted", wanted=letters.why_not_accepted, words=letters.accepted)
