"""A whole business in one file: to keep, or to open in another installation. And its end."""

from flask_babel import lazy_gettext as _

from app.archives import letters
from app.notifications.kinds import kind

kind(
    "business_ending",
    wanted=letters.why_not_ending,
    words=letters.about_end,
    again=True,
    title=_("The business ends"),
)
kind(
    "business_ends_soon",
    wanted=letters.why_not_ending,
    words=letters.about_end,
    again=True,
    title=_("The business ends in some days"),
)
kind(
    "business_kept",
    wanted=letters.why_not_kept,
    words=letters.about_end,
    again=True,
    title=_("The business stays"),
)
