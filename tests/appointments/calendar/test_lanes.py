from hypothesis import given
from hypothesis import strategies as st

from app.appointments.calendar.lanes import MOST_LANES, lanes_of

minute = st.integers(0, 200)
stretches = st.lists(
    st.tuples(minute, st.integers(1, 60)).map(lambda it: (it[0], it[0] + it[1])), max_size=MOST_LANES
).map(sorted)


def meet(one, other):
    return one[0] < other[1] and other[0] < one[1]


def test_what_does_not_overlap_has_the_whole_width():
    assert lanes_of([(0, 30), (30, 60), (60, 90)]) == [(0, 1), (0, 1), (0, 1)]


def test_two_at_once_stand_beside_each_other():
    assert lanes_of([(0, 60), (30, 90), (100, 130)]) == [(0, 2), (1, 2), (0, 1)]


def test_a_lane_that_is_free_again_is_used_again():
    assert lanes_of([(0, 100), (0, 30), (30, 60)]) == [(0, 2), (1, 2), (1, 2)]


def test_beyond_the_last_lane_they_lie_on_each_other():
    found = lanes_of([(0, 10)] * (MOST_LANES + 3))
    assert {lanes for _, lanes in found} == {MOST_LANES}
    assert [lane for lane, _ in found][-3:] == [MOST_LANES - 1] * 3


@given(stretches)
def test_no_two_that_meet_share_a_lane_and_those_that_touch_share_their_width(those):
    found = list(zip(those, lanes_of(those), strict=True))
    for at, (one, (lane, lanes)) in enumerate(found):
        assert 0 <= lane < lanes
        for other, (other_lane, other_lanes) in found[at + 1 :]:
            if meet(one, other):
                assert lane != other_lane
                assert lanes == other_lanes


@given(stretches)
def test_there_are_no_more_lanes_than_stand_beside_each_other_at_once(those):
    fullest = max((sum(it[0] <= at < it[1] for it in those) for at in range(261)), default=0)
    assert max((lanes for _, lanes in lanes_of(those)), default=0) == fullest
