"""Who wants a time that is taken."""

from flask_babel import lazy_gettext as _

from app.appointments.freeing import place_freed
from app.notifications.kinds import kind
from app.waitlist import letters, wordings
from app.waitlist.passing import pass_on

place_freed.connect(pass_on)

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
)
kind(
    "waitlist_removed",
    wanted=letters.why_not_removed,
    words=letters.letter,
    sample=letters.sample,
    title=_("Taken off the waitlist"),
    wordings=wordings.REMOVED,
    fills=wordings.ALWAYS,
)
