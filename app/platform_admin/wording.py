"""What states, reports and decisions are called, to admins and to the businesses they are about."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

STATES: Mapping[str, LazyString] = {
    "open": _("Open"),
    "draft": _("Closed"),
    "suspended": _("Suspended"),
}
REVIEW_STATES: Mapping[str, LazyString] = {
    "shown": _("Shown"),
    "held": _("Held back"),
    "hidden": _("Hidden"),
}
HELD_FOR: Mapping[str, LazyString] = {
    "links": _("There is a web or e-mail address in it."),
    "words": _("There is a word in it that is on our list."),
}
REPORTED_FOR: Mapping[str, LazyString] = {
    "not_a_customer": _("Whoever wrote it was never there"),
    "insult": _("An insult, or hate"),
    "private": _("Private things of somebody"),
    "advertising": _("Advertising"),
    "other": _("Something else"),
}
REPORTED_BY: Mapping[str, LazyString] = {
    "member": _("the business"),
    "visitor": _("a visitor"),
    "system": _("Daybook"),
}
# Why a review is shown or hidden, as a sentence that others read. "other" says nothing without further words.
GROUNDS: Mapping[str, LazyString] = {
    "opinion": _("It is an opinion about a visit, and may be read."),
    "harmless": _("There is nothing wrong with it."),
    "insult": _("It insults somebody."),
    "private": _("It tells private things of somebody."),
    "advertising": _("It advertises something."),
    "not_a_visit": _("It is not about a visit or an order."),
    "law": _("It is against the law."),
    "other": _("Another reason:"),
}
FOR_SHOWING = ("opinion", "harmless", "other")
FOR_HIDING = ("insult", "private", "advertising", "not_a_visit", "law", "other")
SUSPENSIONS: Mapping[str, LazyString] = {
    "fraud": _("Customers were deceived."),
    "unreachable": _("Nobody could be reached for a long time."),
    "law": _("What is offered is against the law."),
    "rules": _("It breaks the rules of this site."),
    "unpaid": _("What is owed to this site was not paid."),
    "other": _("Another reason:"),
}
