"""What those see who look after the whole installation: all businesses, what was reported, and what they decided."""

from flask_babel import lazy_gettext as _

from app.notifications.kinds import kind
from app.platform_admin import letters

kind(
    "business_suspended",
    wanted=letters.why_not_suspended,
    words=letters.about_state,
    again=True,
    title=_("The business is suspended"),
)
kind(
    "business_reinstated",
    wanted=letters.why_not_reinstated,
    words=letters.about_state,
    again=True,
    title=_("The business is no longer suspended"),
)
