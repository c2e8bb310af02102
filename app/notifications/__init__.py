"""What is said to people: every message is a row, before and after it is sent."""

from flask_babel import lazy_gettext as _

from app.notifications.kinds import kind
from app.notifications.letters import tried, why_not_tried

kind("wording_test", wanted=why_not_tried, words=tried, title=_("A try of a wording"))
