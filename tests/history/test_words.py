"""Everything that is ever written down has words."""

import ast
from collections.abc import Iterator

from app.appointments.statuses import WORDS as STATUSES
from app.history_words import ACTIONS, TOPICS
from app.orders.models import TRANSITIONS as ORDER_STATUSES
from app.payments.models.payments import ENDED, LIVE
from tests.house_rules.source import Module, modules

# Names that come out of a row, whose values a CHECK constraint lists.
FROM_ROWS = {
    "payment.": [*LIVE, *ENDED, "needs_review"],
    "refund.": ["created", "pending", "succeeded", "failed"],
    "booking.": [it for it in STATUSES if it != "held"],
    "order.": [it for it in ORDER_STATUSES if it != "held"],
    "review.": ["shown", "hidden"],
    "waitlist.": ["booked", "left", "expired"],
    "waitlist_offer.": ["taken", "declined", "lapsed", "withdrawn"],
}


def test_every_action_has_words() -> None:
    missing = sorted(f"{place} {name}" for place, name in actions() if name not in ACTIONS)
    assert not missing, "\n".join(missing)


def test_every_action_that_comes_out_of_a_row_has_words() -> None:
    missing = {noun + verb for noun, verbs in FROM_ROWS.items() for verb in verbs} - ACTIONS.keys()
    assert not missing


def test_every_noun_is_a_topic_somebody_can_look_for() -> None:
    nouns = {name.partition(".")[0] for name in ACTIONS} - {"user"}
    listed = [noun for _name, those in TOPICS.values() for noun in those]
    assert sorted(listed) == sorted(nouns)


def test_actions_are_found_however_they_are_written() -> None:
    """A constant, one of two, and a verb that a function is called with: or the test above would prove nothing."""
    names = {name for _place, name in actions()}
    assert {"booking.held", "business.unlisted", "membership.role_changed", "site.allowed"} <= names
    assert {"coupon.switched_off", "user.deactivated", "waitlist_offer.offered", "wording.given_up"} <= names
    assert {"notification.left_out", "class_date.restored", "business.stripe_keys_kept"} <= names


def actions() -> Iterator[tuple[str, str]]:
    """Each place where something is written down, with every name it can have."""
    everything = list(modules())
    for module in everything:
        for function, call in recordings(module):
            name = call.args[0]
            prefix = ""
            if isinstance(name, ast.JoinedStr):
                first, last = name.values
                prefix, name = first.value, last.value  # type: ignore[attr-defined, assignment]
            for verb in values_of(name, function, everything if is_public(function) else [module]):
                yield f"{module.place}:{call.lineno}", prefix + verb


def recordings(module: Module) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    """Calls of `record`, with the function they stand in."""
    for function in ast.walk(module.tree):
        if isinstance(function, ast.FunctionDef) and function.name != "record":
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "record"
                ):
                    yield function, node


def is_public(function: ast.FunctionDef) -> bool:
    return not function.name.startswith("_")


def values_of(name: ast.expr, function: ast.FunctionDef, where: list[Module]) -> set[str]:
    """The texts an expression of a function can have: its own, or those it is called with."""
    if not isinstance(name, ast.Name):
        return texts_in(name)
    assigned = [
        it.value
        for it in ast.walk(function)
        if isinstance(it, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name.id for t in it.targets)
    ]
    if assigned:
        return {text for value in assigned for text in texts_in(value)}
    names = [it.arg for it in function.args.args]
    if name.id not in names:
        return set()
    at = names.index(name.id)
    return {
        text
        for module in where
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", None) == function.name
        and len(call.args) > at
        for text in texts_in(call.args[at])
    }


def texts_in(value: ast.expr) -> set[str]:
    """A text, or both of a choice between two; the condition is none of them."""
    if isinstance(value, ast.IfExp):
        return texts_in(value.body) | texts_in(value.orelse)
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else set()
