"""Which service of a visit is in the way of a start: by example, and for every start against every way to have it."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.schedule.hindering import HinderedVisit, Hindrance
from app.schedule.verdict import Refusal
from app.schedule.visits import Visit
from tests.schedule.examples import ANA, BEN, LONG_AGO, a_service, at, opens, performed_by, span
from tests.schedule.test_visits import FRIDAY, Row, Slow, in_a_row, rows

slowly = settings(deadline=None, suppress_health_check=list(HealthCheck))
CUT, COLOUR = a_service(minutes=30), a_service(performed_by(BEN), minutes=60)


def hindered(parts, now=LONG_AGO):
    return HinderedVisit(parts, FRIDAY, now)


@slowly
@given(rows(), st.lists(st.integers(0, 2879), max_size=8))
def test_something_is_in_the_way_exactly_where_the_visit_cannot_be_had(row: Row, minutes: list[int]) -> None:
    day = row.parts[0].first
    visit = HinderedVisit(row.parts, day, row.now)
    offered = {it.start for it in Visit(row.parts, row.now).open_slots([day])[day]}
    assert offered == set(visit.offered)
    first, last = visit.explanations[0].span
    slow = Slow(row)
    for start in {*visit.offered[:5], *visit.steps[:20], *(first + it % (last - first) for it in minutes)}:
        if visit.explanations[0].starts.day_of(start) != day:
            continue
        found = visit.hindrance(start)
        assert (found is None) == (start in offered) == slow.can_start(start)
        if found is None:
            continue
        # What comes before it can be had from there, and what it is added to cannot.
        assert Slow(Row(row.parts[: found.part], row.now)).can_start(start) if found.part else True
        for count in range(found.part + 1, len(row.parts) + 1):
            assert not Slow(Row(row.parts[:count], row.now)).can_start(start)
        assert found.refused or found.part


def test_the_service_that_does_not_fit_is_named_with_the_time_it_would_begin() -> None:
    salon = in_a_row(CUT)[0]
    parts = in_a_row(CUT, COLOUR, busy={BEN: [span(salon, "11:00", "12:00")]})
    assert hindered(parts).hindrance(at(salon, "10:45")) == Hindrance(1, at(salon, "11:15"), (Refusal.BUSY,))
    assert hindered(parts).hindrance(at(salon, "09:30")) is None
    busy = in_a_row(CUT, COLOUR, busy={ANA: [span(salon, "10:00", "11:00")]})
    assert hindered(busy).hindrance(at(salon, "10:30")) == Hindrance(0, at(salon, "10:30"), (Refusal.BUSY,))


def test_steps_and_notice_are_those_of_the_first_service() -> None:
    later = a_service(performed_by(BEN), minutes=60, step=60, notice_amount=10_000, advance_days=0)
    parts = in_a_row(a_service(minutes=20), later, hours={None: opens("09:00-11:00")})
    assert hindered(parts).hindrance(at(parts[0], "09:00")) is None
    late = hindered(parts).hindrance(at(parts[0], "10:00"))
    assert late == Hindrance(1, at(parts[0], "10:20"), (Refusal.CLOSED,))
    between = hindered(parts).hindrance(at(parts[0], "09:07"))
    assert between == Hindrance(0, at(parts[0], "09:07"), (Refusal.OFF_GRID,))


def test_what_can_only_not_be_had_together_blames_no_rule() -> None:
    twice = a_service(minutes=30, daily_limit=1)
    [found] = {hindered(in_a_row(twice, twice)).hindrance(at(in_a_row(twice)[0], "10:00"))}
    assert found is not None
    assert (found.part, found.refused) == (1, ())
