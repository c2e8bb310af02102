from dataclasses import dataclass
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.core.money import share_of
from app.payments.taxes import Tax, tax_in, taxes


@dataclass
class Line:
    amount_cents: int
    tax_bp: int


AMOUNTS, RATES = st.integers(-(10**10), 10**10), st.integers(0, 10_000)


def test_tax_is_in_a_price():
    assert tax_in(11_900, 1900) == 1900


def test_each_rate_is_told_with_what_it_is_on():
    lines = [Line(11_900, 1900), Line(1070, 700), Line(-1190, 1900)]
    assert taxes(lines) == [Tax(1900, 9000, 1710), Tax(700, 1000, 70)]


def test_where_there_is_no_tax_none_is_told():
    assert taxes([Line(500, 0)]) == []


@given(AMOUNTS, RATES)
def test_tax_is_as_near_as_whole_units_can_be(amount, rate):
    assert abs(tax_in(amount, rate) - Fraction(amount * rate, 10_000 + rate)) <= Fraction(1, 2)


@given(AMOUNTS, RATES)
def test_tax_that_was_added_is_found_again_to_the_unit(amount, rate):
    added = share_of(amount, rate)
    assert tax_in(amount + added, rate) == added


@given(st.lists(st.builds(Line, AMOUNTS, st.sampled_from([0, 700, 1900, 2000])), max_size=6))
def test_a_rate_is_the_sum_of_its_lines(lines):
    for rate, net, tax in taxes(lines):
        of_rate = [it for it in lines if it.tax_bp == rate]
        assert tax == sum(tax_in(it.amount_cents, rate) for it in of_rate)
        assert net + tax == sum(it.amount_cents for it in of_rate)
