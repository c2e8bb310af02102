import re

import pytest

from app.businesses.trades import TRADES, find_trade
from app.config import ROOT


def test_each_trade_has_a_key_of_its_own_and_an_icon_that_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "icons.svg").read_text()))
    assert len({trade.key for trade in TRADES}) == len(TRADES) == 19
    assert {trade.icon for trade in TRADES} <= drawn
    assert find_trade("hair").icon == "scissors"
    assert find_trade("nothing") is find_trade(None) is None


@pytest.mark.parametrize("trade", TRADES, ids=lambda trade: trade.key)
def test_each_trade_has_three_services_and_hours_to_begin_with(app, trade):
    with app.test_request_context():
        assert len({str(sample.name) for sample in trade.samples}) == 3
        assert all(str(sample.description) for sample in trade.samples)
    assert all(sample.minutes % 5 == 0 and 10 <= sample.minutes <= 480 for sample in trade.samples)
    for hours in (trade.week, trade.weekend, trade.sunday):
        assert all(0 <= opens < 1440 and opens < closes <= opens + 1440 for opens, closes in hours)
    longest = max(sample.minutes for sample in trade.samples)
    assert any(closes - opens >= longest for opens, closes in trade.week)


def test_a_bar_is_open_past_midnight():
    assert find_trade("bar").week[0][1] > 1440
