"""The pages of the settings in groups, as their navigation shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, g, request, url_for
from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and whether it, or one below it, is the one that is shown."""

    address: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Pages about one thing."""

    label: str
    pages: Sequence[Page]

    @property
    def current(self) -> Page | None:
        """The page of it that is shown."""
        return next((it for it in self.pages if it.is_current), None)


# What else belongs to a page than its own address: other pages of its blueprint, or of these.
_BELOW = {
    "reminders.index": {"reminders", "wordings"},
    "coupons.index": {"coupons"},
    "online_payment.index": {"online_payment"},
    "feeds.index": {"feeds"},
}


def init_settings_navigation(app: Flask) -> None:
    """Give templates the groups, asked for by the pages of the settings alone."""
    app.jinja_env.globals["settings_groups"] = settings_groups


def settings_groups() -> Sequence[Group]:
    """Whatever a manager may see; an owner sees two more."""
    is_owner = g.membership.is_at_least("owner")
    address = [("settings.edit_address", _("Address on the web"))] if is_owner else []
    data = [("archives.index", _("Your data"))] if is_owner else []
    return [
        _group(
            _("Business"),
            ("settings.edit", _("Details")),
            ("settings.edit_look", _("Look")),
            ("settings.edit_texts", _("Texts")),
        ),
        _group(
            _("Booking"),
            ("settings.edit_policy", _("Booking rules")),
            ("order_settings.edit", _("Orders")),
            ("feeds.index", _("Other calendars")),
        ),
        _group(
            _("Money"),
            ("payment_terms.edit", _("Payments and cancelling")),
            ("online_payment.index", _("Online payment")),
            ("coupons.index", _("Codes")),
        ),
        _group(
            _("Messages"),
            ("reminders.index", _("Mails and reminders")),
            ("texting.edit", _("Text messages")),
        ),
        _group(
            _("Website"),
            ("sites.index", _("Your website")),
            ("share.show", _("Poster and link")),
            *address,
        ),
        _group(_("Records"), ("history.index", _("History")), *data),
    ]


def _group(label: str, *pages: tuple[str, str]) -> Group:
    return Group(label, [Page(url_for(endpoint), name, _is_shown(endpoint)) for endpoint, name in pages])


def _is_shown(endpoint: str) -> bool:
    return request.path == url_for(endpoint) or request.blueprint in _BELOW.get(endpoint, ())
