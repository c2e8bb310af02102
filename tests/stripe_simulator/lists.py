"""Lists in pages, newest first, and objects with others expanded inside."""

import copy
from typing import Any

from tests.stripe_simulator.problems import Json, Problem
from tests.stripe_simulator.world import Ledger

EXPANDABLE = {
    "payment_intent": {"latest_charge": "charge", "payment_method": "payment_method"},
    "charge": {"payment_intent": "payment_intent", "refunds": "refunds"},
    "refund": {"charge": "charge", "payment_intent": "payment_intent"},
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "checkout.session": {"payment_intent": "payment_intent", "line_items": "line_items"},
}
DEEPEST = 4


def page(items: list[Json], params: Json, url: str) -> Json:
    """A page of these (oldest first) as `limit`, `starting_after`, `ending_before` and `created` say."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Problem("Limit must be between 1 and 100.", code="parameter_invalid_integer", param="limit")
    wanted = [it for it in reversed(items) if _is_in(it.get("created", 0), params.get("created"))]
    ids = [it["id"] for it in wanted]
    if after := params.get("starting_after"):
        wanted = wanted[_place(ids, after, "starting_after") + 1 :]
        found = wanted[:limit]
    elif before := params.get("ending_before"):
        wanted = wanted[: _place(ids, before, "ending_before")]
        found = wanted[-limit:]
    else:
        found = wanted[:limit]
    return {"object": "list", "data": found, "has_more": len(found) < len(wanted), "url": url}


def _place(ids: list[str], wanted: str, param: str) -> int:
    if wanted not in ids:
        raise Problem(f"No such object: '{wanted}'", code="resource_missing", param=param)
    return ids.index(wanted)


def _is_in(created: int, wanted: int | dict[str, int] | None) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return created == wanted
    return (
        created > wanted.get("gt", -1)
        and created >= wanted.get("gte", 0)
        and created < wanted.get("lt", created + 1)
        and created <= wanted.get("lte", created)
    )


def expanded(ledger: Ledger, it: Json, paths: list[str]) -> Json:
    """A copy with these fields expanded; Problem for one that cannot be."""
    result = copy.deepcopy(it)
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise Problem(f"You cannot expand more than {DEEPEST} levels of a property.", param="expand")
        if result["object"] == "list":
            if steps[0] != "data":
                raise _cannot(path)
            for inner in result["data"]:
                _expand(ledger, inner, steps[1:], path)
        else:
            _expand(ledger, result, steps, path)
    return result


def check_expandable(kind: str, paths: list[str]) -> None:
    """Raises Problem before anything is done for a field that objects of this kind cannot expand."""
    for path in paths:
        if path.split(".")[0] not in EXPANDABLE.get(kind, {}):
            raise _cannot(path)


def _expand(ledger: Ledger, it: Json, steps: list[str], path: str) -> None:
    if not steps:
        return
    field, *rest = steps
    kind = EXPANDABLE.get(it["object"], {}).get(field)
    if kind is None:
        raise _cannot(path)
    if kind == "line_items":
        it[field] = lines(ledger, it["id"], {})
        return
    if kind == "refunds":
        mine = [refund for refund in ledger.all("refund") if refund["charge"] == it["id"]]
        it[field] = page(mine, {}, f"/v1/charges/{it['id']}/refunds")
        return
    if isinstance(it[field], str):
        it[field] = copy.deepcopy(ledger.get(kind, it[field]))
    if it[field] is not None:
        _expand(ledger, it[field], rest, path)


def lines(ledger: Ledger, session: str, params: dict[str, Any]) -> Json:
    """What a checkout session sells, in its own order."""
    sold = list(reversed(ledger.lines[session]))
    return page(sold, params, f"/v1/checkout/sessions/{session}/line_items")


def _cannot(path: str) -> Problem:
    return Problem(f"This property cannot be expanded ({path}).", code="parameter_unknown", param="expand")
