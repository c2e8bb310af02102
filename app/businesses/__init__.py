"""The tenant and who works in it."""

from app.businesses import letters
from app.notifications.kinds import kind

kind("invitation", wanted=letters.why_not_invitation, words=letters.invitation, again=True)
kind("invitation_accepted", wanted=letters.why_not_accepted, words=letters.accepted)
