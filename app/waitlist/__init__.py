"""Who wants a time that is taken."""

from flask_babel import lazy_gettext as _

from app.appointments.freeing import place_freed, place_wanted_back
from app.customers.belonging import keeps
from app.notifications.kinds import kind
from app.waitlist import letters, personal, wordings
from app.waitlist.ending import hand_over
from app.waitlist.models import WaitlistEntry
from app.waitlist.passing import pass_on

place_freed.connect(pass_on)
place_wanted_back.connect(hand_over)
keeps(WaitlistEntry, forget=personal.forget, tell=personal.tell, refuse=personal.refuse)

# An offer that comes twice is better than one that never comes: somebody else would have the place.
kind(
    "waitlist_joined",
    wanted=letters.why_not_joined,
    words=letters.letter,
    sample=letters.sample,
    again=True,
    title=_("On the waitlist"),
    wordings=wordings.JOINED,
    fills=wordings.ALWAYS,
    waits=True,
)
kind(
    "waitlist_offer",
    wanted=letters.why_not_offered,
    words=letters.letter,
    sample=letters.sample,
    again=True,
    title=_("A place came free"),
    wordings=wordings.OFFER,
    fills=wordings.OFFERED,
    waits=True,
)
kind(
    "waitlist_withdrawn",
    wanted=letters.why_not_withdrawn,
    words=letters.letter,
    sample=letters.sample,
    again=True,
    title=_("An offer was taken back"),
    wordings=wordings.WITHDRAWN,
    fills=wordings.OFFERED,
    waits=True,
)
kind(
    "waitlist_full",
    wanted=letters.why_not_joined,
    words=letters.letter,
    sample=letters.sample,
    title=_("Waits for too many things"),
    wordings=wordings.FULL,
    fills=wordings.ALWAYS,
)
kind(
    "waitlist_removed",
    wanted=letters.why_not_removed,
    words=letters.letter,
    sample=letters.sample,
    title=_("Taken off the waitlist"),
    wordings=wordings.REMOVED,
    fills=wordings.ALWAYS,
    waits=True,
)
