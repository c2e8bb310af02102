"""Addresses are nouns, reached by GET and POST; what needs no CSRF token is written down here."""

import ast
import re
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from app import create_app
from app.csrf import csrf
from tests.conftest import settings
from tests.house_rules.source import dotted, functions, modules

NOWHERE = "postgresql+psycopg2://nobody@/nothing?host=/nonexistent"
VERBS = {
    *(
        "accept",
        "activate",
        "add",
        "ajax",
        "apply",
        "approve",
        "assign",
        "cancel",
        "change",
        "check",
        "choose",
    ),
    *("complete", "confirm", "create", "deactivate", "decline", "delete", "destroy", "disable", "do", "edit"),
    *("enable", "expire", "find", "get", "leave", "list", "login", "logout", "make", "modify", "move", "pay"),
    *("post", "process", "put", "refresh", "reject", "remove", "reschedule", "resend", "save", "send", "set"),
    *("show", "start", "stop", "submit", "swap", "switch", "toggle", "undo", "update", "verify"),
}
HTTP_METHODS = {"GET", "HEAD", "OPTIONS", "POST"}
# The forms of the flow and of what is booked carry a signed token in place of a session, in them or in their address;
# whoever asks for a lost link has none, and gets nothing but a mail to somebody else. What providers
# report is signed by them. Nothing else is without CSRF.
WITHOUT_CSRF = {
    "flow",
    "bookings",
    "answers",
    "lost_links",
    "messages",
    "waiting",
    "ordering",
    "orders",
    "reviews",
    "public_reviews",
    "widget",
    "webhooks",
    "stripe_reports",
    "subscriptions",
}
VIEWS_WITHOUT_CSRF: set[str] = set()


def test_addresses_are_nouns(app: Flask) -> None:
    found = [
        rule.rule for rule in rules(app) if VERBS & set(words(rule)) or re.search(r"[A-Z_]", literals(rule))
    ]
    assert not found, "\n".join(found)


def test_there_is_only_get_and_post(app: Flask) -> None:
    found = [f"{rule.methods} {rule.rule}" for rule in rules(app) if (rule.methods or set()) - HTTP_METHODS]
    assert not found, "\n".join(found)


def test_numbers_in_addresses_are_ids_the_database_can_hold(app: Flask) -> None:
    found = [rule.rule for rule in rules(app) if re.search(r"<(int|float)\b", rule.rule)]
    assert not found, "\n".join(found)


def test_an_address_with_get_and_post_has_one_view_for_each(app: Flask) -> None:
    found = [rule.rule for rule in rules(app) if {"GET", "POST"} <= (rule.methods or set())]
    assert not found, "\n".join(found)


def test_only_what_is_declared_here_needs_no_csrf_token(app: Flask) -> None:
    assert {str(getattr(name, "name", name)) for name in csrf._exempt_blueprints} == WITHOUT_CSRF
    assert {str(name) for name in csrf._exempt_views} == VIEWS_WITHOUT_CSRF


def test_every_other_form_is_refused_without_its_token() -> None:
    app = create_app(settings(NOWHERE, WTF_CSRF_ENABLED=True))
    posts = [rule for rule in rules(app) if "POST" in (rule.methods or set())]
    codes = {rule.endpoint: app.test_client().post(an_address(rule)).status_code for rule in posts}
    refused = {endpoint for endpoint, code in codes.items() if code == 400}
    # Strangers are told that there is no /admin before anybody looks for a token.
    others = WITHOUT_CSRF | {"platform_admin"}
    assert {code for endpoint, code in codes.items() if endpoint.startswith("platform_admin.")} == {404}
    assert refused == {rule.endpoint for rule in posts if rule.endpoint.split(".")[0] not in others}
    assert refused


def test_nothing_changes_on_a_get() -> None:
    """A view that answers GET has no business with commit."""
    found = [
        f"{module.place}:{function.lineno} {function.name}"
        for module in modules()
        if module.kind == "routes"
        for function in functions(module)
        if {"get", "route"}
        & {dotted(d.func).split(".")[-1] for d in function.decorator_list if hasattr(d, "func")}
        if "db.session.commit" in ast.unparse(function)
    ]
    assert not found, "\n".join(found)


def rules(app: Flask) -> Iterator[Rule]:
    """Every rule of ours."""
    yield from app.url_map.iter_rules()


def an_address(rule: Rule) -> str:
    """One of the addresses of a rule: the first of the words it allows, a date, and 1 for whatever else it asks for."""
    worded = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
    return re.sub(r"<[^>]*>", "1", re.sub(r"<day:[^>]*>", "2027-04-01", worded))


def literals(rule: Rule) -> str:
    """The address without its <converters>."""
    return re.sub(r"<[^>]*>", "", rule.rule)


def words(rule: Rule) -> list[str]:
    """The words between slashes, hyphens and dots."""
    return re.split(r"[/.-]", literals(rule))
