"""Why a calendar elsewhere could not be read, in words its owner can do something with."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

WORDS: dict[str, LazyString] = {
    "not_an_address": _(
        "This is no address of a calendar. Copy its secret address in iCal format; it begins with https:// or webcal://."
    ),
    "password_in_it": _(
        "Please take the address without name and password in it. Calendars with a secret address need neither."
    ),
    "no_such_host": _("There is no server of this name. Please look at the address once more."),
    "not_public": _("This address is not in the public internet, so Daybook does not ask there."),
    "certificate": _(
        "The server could not show that it is the one in the address. Ask whoever looks after it."
    ),
    "no_answer": _("The server did not answer. It is tried again by itself."),
    "too_slow": _("The server was too slow. It is tried again by itself."),
    "redirects": _(
        "The server sends us from one address to the next. Copy the address of the calendar once more."
    ),
    "locked": _(
        "The server wants a sign-in. Copy the secret address of the calendar, not the one of its page."
    ),
    "not_there": _(
        "There is no calendar at this address any more. Copy its address once more, and add that."
    ),
    "too_often": _("The server asks us to come less often. It is tried again by itself."),
    "broken": _("The server answered with an error. It is tried again by itself."),
    "compressed": _("The server sends the calendar compressed, which Daybook does not read."),
    "no_calendar": _("There is something else at this address, no calendar in iCal format."),
    "cut_off": _("The calendar came only in part. It is tried again by itself."),
    "too_big": _("The calendar is bigger than 5 MB. Choose one with less in it."),
    "too_many": _("There are more than 5,000 events in the time ahead. Choose a calendar with less in it."),
    "too_often_repeated": _("Something in it repeats every hour or more often, which Daybook does not read."),
    "unreadable": _("The calendar could not be understood."),
    "key_gone": _("The address can no longer be opened. Please remove the calendar and add it again."),
}


def in_words(problem: str) -> LazyString:
    """The sentence for a problem as a row keeps it."""
    return WORDS.get(problem, WORDS["unreadable"])
