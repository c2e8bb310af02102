"""Addresses that all rows of a long page share but for a number: to make each anew takes longer than all else."""

from typing import Any

from flask import url_for

# In no address by chance.
_SOME = 2**52 + 4242


def address_of_each(endpoint: str, name: str, **values: Any) -> str:
    """The address of an endpoint with {} in the place of its number `name`, for `format`."""
    numbered: dict[str, Any] = values | {name: _SOME}
    return url_for(endpoint, **numbered).replace(str(_SOME), "{}")
