"""Which fields of changes hold ids, and of what: so that they can be named, and be given other ones."""

from collections.abc import Mapping
from typing import Any

KIND_OF_FIELD = {
    "customer_id": "customer",
    "merged_into": "customer",
    "person_id": "resource",
    "performer_id": "resource",
    "resource": "resource",
    "resource_id": "resource",
    "resources": "resource",
    "service_id": "service",
    "services": "service",
    "category_id": "service_category",
    "needs": "resource",
}
# What stands where an id was that nobody has any more.
GONE = 0


def with_other_resources(changes: Mapping[str, Any], others: Mapping[int, int]) -> dict[str, Any]:
    """Changes as they would read had people and rooms had other ids; GONE for those that are not among them."""
    return {field: _with_others(field, value, others) for field, value in changes.items()}


def _with_others(field: str, value: Any, others: Mapping[int, int]) -> Any:
    if field.startswith("need_"):
        return [need and _need_with_others(need, others) for need in value]
    return _mapped(value, others) if KIND_OF_FIELD.get(field) == "resource" else value


def _need_with_others(need: Mapping[str, Any], others: Mapping[int, int]) -> dict[str, Any]:
    """A need names who fills it, each with a price and a length of their own."""
    return {**need, "servers": [[others.get(first, GONE), *rest] for first, *rest in need["servers"]]}


def _mapped(value: Any, others: Mapping[int, int]) -> Any:
    """The ids in it, however deep."""
    if isinstance(value, list):
        return [_mapped(it, others) for it in value]
    if isinstance(value, dict):
        return {key: _mapped(it, others) for key, it in value.items()}
    if isinstance(value, int) and not isinstance(value, bool):
        return others.get(value, GONE)
    return value
