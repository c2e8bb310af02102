"""What goes back of the money for several things when some of them are given up. Nothing here asks the database."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from app.core.money import split, up_to
from app.payments.refund_steps import goes_back


class Charged(Protocol):
    """A line of an invoice, or of a credit note to it; amounts in minor units."""

    @property
    def subject_id(self) -> int | None: ...

    @property
    def amount_cents(self) -> int: ...

    @property
    def prepay_cents(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Share:
    """What one thing costs with its tax (minor units), and what of that was due `first`.

    `before` is the same before a discount on all of them. One that `is_settled` was given up before: its amount is
    what was kept then.
    """

    amount: int
    first: int = 0
    before: int = 0
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What had been paid for something that is given up, and what of it goes back (minor units)."""

    paid: int
    back: int

    @property
    def kept(self) -> int:
        """What does not go back; it is the fee."""
        return max(0, self.paid - self.back)


def shares_of(lines: Iterable[Charged], *, settled: Collection[int] = ()) -> dict[int | None, Share]:
    """What each thing costs, by its id; a discount on all of them (of no id) is spread over what is not `settled`."""
    sums: dict[int | None, tuple[int, int]] = {}
    for line in lines:
        amount, first = sums.get(line.subject_id, (0, 0))
        sums[line.subject_id] = amount + line.amount_cents, first + line.prepay_cents
    discount = -min(0, sums.get(None, (0, 0))[0])
    found = {
        it: Share(max(0, amount), min(first, max(0, amount)), max(0, amount), it in settled)
        for it, (amount, first) in sums.items()
    }
    open_ = {it: share for it, share in found.items() if not share.is_settled}
    whole = sum(it.before for it in open_.values())
    if discount and whole:
        left = split(max(0, whole - discount), [it.before for it in open_.values()])
        for it, amount in zip(open_, left, strict=True):
            found[it] = replace(found[it], amount=amount, first=min(found[it].first, amount))
    return found


def attribute(kept: int, shares: Mapping[int | None, Share]) -> dict[int | None, int]:
    """For what the money is that was paid: what was kept of settled things, then what was due first, then the rest.

    Each of the three is divided by amounts. What is more than all costs is for what is not settled, if anything is.
    """
    settled = {it: share.amount for it, share in shares.items() if share.is_settled}
    open_ = {it: share for it, share in shares.items() if not share.is_settled}
    fees = min(kept, sum(settled.values()))
    firsts = [it.first for it in open_.values()]
    rests = [it.amount - it.first for it in open_.values()]
    head = min(kept - fees, sum(firsts))
    tail = kept - fees - head
    found = dict(zip(settled, split(fees, list(settled.values())), strict=True)) if settled else {}
    if open_:
        both = zip(split(head, firsts), split(tail, rests if any(rests) else firsts), strict=True)
        found |= dict(zip(open_, map(sum, both), strict=True))
    return found


def reckon(
    kept: int, shares: Mapping[int | None, Share], back_bp: Mapping[int, int], step: int = 1
) -> dict[int, Outcome]:
    """What becomes of what was paid and not given back (`kept`) for those that are given up now.

    `back_bp` says which share of it (hundredths of a percent) goes back for each. More than something costs is never
    kept of it. It goes back in whole steps, up, at the cost of what was paid for the others; never more than was kept.
    """
    paid = attribute(kept, shares)
    found = {}
    for it, share_bp in back_bp.items():
        most = min(paid.get(it, 0), shares[it].amount if it in shares else 0)
        over = paid.get(it, 0) - most
        back = min(kept, up_to(over + goes_back(most, share_bp), step))
        kept -= back
        found[it] = Outcome(most + over, back)
    return found
