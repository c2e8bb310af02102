"""Tax on the lines of an invoice; nothing here asks the database.

It is rounded on each line, half a unit away from zero, and a rate's tax is the sum of that of its lines: so what a
booking promised and what an invoice of several bookings says never differ by a cent.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Taxed(Protocol):
    """What tax is on: an amount in minor units and a rate in hundredths of a percent."""

    amount_cents: int
    tax_bp: int


class Tax(NamedTuple):
    """The tax of one rate; all amounts in minor units."""

    rate_bp: int
    net: int
    tax: int


def tax_in(amount: int, rate_bp: int) -> int:
    """The tax that is in an amount (minor units)."""
    # In a gross amount a rate of r is r / (1 + r) of it.
    whole = 10_000 + rate_bp
    tax = (2 * abs(amount) * rate_bp + whole) // (2 * whole)
    return tax if amount >= 0 else -tax


def taxes(lines: Iterable[Taxed]) -> list[Tax]:
    """The tax of each rate there is, the highest first; a rate of nothing is told too where there are others."""
    found: dict[int, tuple[int, int]] = {}
    for line in lines:
        tax = tax_in(line.amount_cents, line.tax_bp)
        nets, sums = found.get(line.tax_bp, (0, 0))
        found[line.tax_bp] = nets + line.amount_cents - tax, sums + tax
    if not any(found):
        return []
    return [Tax(rate, *found[rate]) for rate in sorted(found, reverse=True)]
