"""What was agreed about money, in words."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from app.payments.refund_steps import RefundStep
from app.payments.terms import Terms
from app.terms_in_words import Occasion, cancelling_in_words, in_general, percent
from tests.factories import berlin

pytestmark = pytest.mark.usefixtures("app")
START = berlin("2027-03-04 10:00")
THREE = Terms(steps=(RefundStep(4320, 10_000), RefundStep(1440, 5_000), RefundStep(120, 2_500)))


@pytest.fixture(autouse=True)
def english(app):
    with app.test_request_context(), force_locale("en_GB"):
        yield


def said(terms, now, paid=None, start=START):
    return cancelling_in_words(terms, "EUR", Occasion(start, "Europe/Berlin", now, paid))


def test_a_ladder_is_said_with_its_moments_and_its_money():
    assert said(THREE, START - timedelta(days=9), 2000) == (
        "Free cancellation until Mon 1 Mar, 10:00."
        " After that you get €10.00 (50%) back until Wed 3 Mar, 10:00."
        " After that you get €5.00 (25%) back until Thu 4 Mar, 08:00, then nothing."
    )


def test_what_was_missed_is_not_said():
    assert said(THREE, START - timedelta(days=2)) == (
        "If you cancel until Wed 3 Mar, 10:00, you get 50% back."
        " After that you get 25% back until Thu 4 Mar, 08:00, then nothing."
    )
    assert said(THREE, START) == "If you cancel now, nothing of what was paid goes back."


def test_the_last_second_of_a_step_is_said_with_it():
    last = START - timedelta(hours=2)
    assert said(THREE, last) == (
        "If you cancel until Thu 4 Mar, 08:00, you get 25% back. After that nothing goes back."
    )
    assert said(THREE, last + timedelta(seconds=1)) == (
        "If you cancel now, nothing of what was paid goes back."
    )


def test_moments_are_those_of_the_clock_on_the_day_they_fall_on():
    """24 hours before Sunday ten is Saturday nine, where the clocks went forward in between."""
    free = Terms(steps=(RefundStep(1440, 10_000),))
    start = berlin("2027-03-28 10:00")
    assert "until Sat 27 Mar, 09:00." in said(free, START, start=start)


def test_until_it_begins_and_steps_that_say_the_same_are_one():
    same = Terms(steps=(RefundStep(1440, 10_000), RefundStep(0, 10_000)))
    assert cancelling_in_words(same, "EUR") == "Free cancellation until it begins."
    nothing = Terms(steps=(RefundStep(1440, 0),))
    assert cancelling_in_words(nothing, "EUR") == "If you cancel, nothing of what was paid goes back."


def test_the_settings_are_said_without_dates():
    terms = Terms("deposit", None, 3_333, (RefundStep(1440, 10_000),), 5_000)
    assert in_general(terms, "EUR") == [
        "A deposit is paid when booking: 33.33% of the price. The rest is paid on site.",
        "Free cancellation until 24 hours before. After that nothing goes back.",
        "If you do not come, you get 50% back.",
    ]


@pytest.mark.parametrize(("share", "words"), [(10_000, "100%"), (3_333, "33.33%"), (50, "0.5%")])
def test_shares_are_written_with_the_decimals_they_need(share, words):
    assert percent(share) == words
