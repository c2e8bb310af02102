"""What money is for and what of it goes back, over all that can happen in a row."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from app.payments.owing import Item
from app.payments.reckoning import Share, attribute, reckon, shares_of

KEPT = Share(2000, 2000, 2000, is_settled=True)
AMOUNTS = st.integers(0, 100_000)


def test_money_is_first_for_what_was_kept_then_for_what_was_due_first_then_for_the_rest():
    shares = {1: KEPT, 2: Share(6000, 2000, 6000), 3: Share(4000, 0, 4000)}
    assert attribute(1500, shares) == {1: 1500, 2: 0, 3: 0}
    assert attribute(3000, shares) == {1: 2000, 2: 1000, 3: 0}
    assert attribute(8000, shares) == {1: 2000, 2: 4000, 3: 2000}
    assert attribute(12_000, shares) == {1: 2000, 2: 6000, 3: 4000}


def test_more_than_something_costs_goes_back_whatever_was_agreed():
    found = reckon(7000, {1: Share(6000, 0, 6000)}, {1: 0})
    assert (found[1].paid, found[1].back, found[1].kept) == (7000, 1000, 6000)


def test_a_discount_on_all_is_spread_over_what_is_not_settled():
    lines = [
        Item("Cut", 6000, 1, prepay_cents=6000),
        Item("Beard", 2000, 2),
        Item("Fee", 500, 3, kind="fee"),
        Item("Spring", -800),
    ]
    found = shares_of(lines, settled={3})
    assert [found[it].amount for it in (1, 2, 3)] == [5400, 1800, 500]
    assert (found[1].first, found[1].before) == (5400, 6000)


@given(
    st.dictionaries(st.integers(1, 6), st.tuples(AMOUNTS, AMOUNTS, st.booleans()), min_size=1),
    AMOUNTS,
    st.data(),
)
def test_no_cent_is_lost_and_never_more_goes_back_than_was_paid(costs, kept, data):
    shares = {it: Share(a, min(a, f), a, settled) for it, (a, f, settled) in costs.items()}
    paid = attribute(kept, shares)
    fees = sum(it.amount for it in shares.values() if it.is_settled)
    assert sum(paid.values()) == (min(kept, fees) if all(it.is_settled for it in shares.values()) else kept)
    assert min(paid.values()) >= 0
    those = data.draw(st.dictionaries(st.sampled_from(sorted(shares)), st.integers(0, 10_000)))
    found = reckon(kept, shares, those)
    assert 0 <= sum(it.back for it in found.values()) <= kept
    for it, outcome in found.items():
        assert 0 <= outcome.kept <= min(outcome.paid, shares[it].amount)
        # What becomes of one does not depend on what else is given up in the same go.
        assert reckon(kept, shares, {it: those[it]})[it] == outcome


@dataclass
class Ledger:
    """A visit of several parts as the acts keep it: what each costs or what was kept of it, and the money."""

    costs: dict[int, tuple[int, int]]
    fees: dict[int, int] = field(default_factory=dict)
    paid: int = 0
    back: int = 0

    @property
    def shares(self) -> dict[int | None, Share]:
        settled = {it: Share(fee, fee, fee, is_settled=True) for it, fee in self.fees.items()}
        return {it: Share(a, f, a) for it, (a, f) in self.costs.items() if it not in settled} | settled

    @property
    def kept(self) -> int:
        return self.paid - self.back

    def pay(self, amount: int) -> None:
        self.paid += min(amount, max(0, sum(it.amount for it in self.shares.values()) - self.kept))

    def refund(self, amount: int) -> None:
        self.back += min(amount, self.kept)

    def cancel(self, part: int, share: int) -> None:
        if part in self.costs and part not in self.fees:
            outcome = reckon(self.kept, self.shares, {part: share})[part]
            self.back += outcome.back
            self.fees[part] = outcome.kept

    def undo(self, part: int, _share: int) -> None:
        self.fees.pop(part, None)


STEPS = st.one_of(
    st.tuples(st.just("pay"), st.tuples(AMOUNTS)),
    st.tuples(st.just("refund"), st.tuples(AMOUNTS)),
    st.tuples(st.just("cancel"), st.tuples(st.integers(1, 3), st.integers(0, 10_000))),
    st.tuples(st.just("undo"), st.tuples(st.integers(1, 3), st.just(0))),
)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=3),
    st.lists(STEPS, max_size=12),
)
def test_whatever_happens_never_more_goes_back_than_was_paid_and_what_stays_is_the_fee(costs, steps):
    """Moving changes the share that goes back, so it is any share here."""
    ledger = Ledger({n: (amount, min(amount, first)) for n, (amount, first) in enumerate(costs, 1)})
    for name, given_ in steps:
        getattr(ledger, name)(*given_)
        assert 0 <= ledger.back <= ledger.paid
        assert ledger.kept <= sum(it.amount for it in ledger.shares.values())
    was_refunded = any(name == "refund" for name, _given in steps)
    for part in ledger.costs:
        ledger.cancel(part, 5_000)
    if not was_refunded:
        assert ledger.kept == sum(ledger.fees.values())
    assert ledger.kept <= sum(ledger.fees.values())
