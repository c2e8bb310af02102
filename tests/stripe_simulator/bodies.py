"""`line_items[0][quantity]=1` as nested dicts and lists: the form in which parameters travel."""

import re
from collections.abc import Iterable
from typing import Any

from tests.stripe_simulator.problems import Problem

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Raises Problem for names that are no such path, or that say two things about one place."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        match = NAME.fullmatch(name)
        if not match:
            raise Problem(f"Invalid parameter name: {name}", code="parameter_unknown", param=name)
        _put(found, [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])], value, name)
    return {name: _listed(value) for name, value in found.items()}


def _put(where: dict[str, Any], path: list[str], value: str, name: str) -> None:
    for step in path[:-1]:
        where = where.setdefault(step or str(len(where)), {})
        if not isinstance(where, dict):
            raise Problem(f"Invalid parameters: {name} has two meanings.", param=name)
    last = path[-1] or str(len(where))
    if last in where:
        raise Problem(f"Invalid parameters: {name} is there twice.", param=name)
    where[last] = value


def _listed(value: Any) -> Any:
    """Dicts whose keys are 0, 1, 2… are lists."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(it) for name, it in value.items()}
    if list(inner) and all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
