"""How a visit lies on time."""

from app.schedule.stretches import Stretch, stretches, worked
from tests.schedule.examples import ANA, FIRST_ROOM, a_service, in_one_of, performed_by

COLOUR = performed_by(ANA, stretches=((0, 30), (60, 90)))


def test_a_visit_takes_its_time_with_a_buffer_on_either_side() -> None:
    service = a_service(before=10, after=15)
    assert stretches(service, (ANA,), 1000, 1030) == [Stretch(1, ANA, 990, 1045)]


def test_every_need_is_laid_on_its_own_resource() -> None:
    service = a_service(performed_by(ANA), in_one_of(FIRST_ROOM))
    laid = stretches(service, (ANA, FIRST_ROOM), 1000, 1030)
    assert laid == [Stretch(1, ANA, 1000, 1030), Stretch(2, FIRST_ROOM, 1000, 1030)]


def test_buffers_stand_before_the_first_and_after_the_last_stretch() -> None:
    service = a_service(COLOUR, in_one_of(FIRST_ROOM), minutes=90, before=5, after=10)
    assert stretches(service, (ANA, FIRST_ROOM), 1000, 1090) == [
        Stretch(1, ANA, 995, 1030),
        Stretch(1, ANA, 1060, 1100),
        Stretch(2, FIRST_ROOM, 995, 1100),
    ]


def test_stretches_that_touch_are_one() -> None:
    service = a_service(performed_by(ANA, stretches=((0, 20), (20, 30))))
    assert stretches(service, (ANA,), 0, 30) == [Stretch(1, ANA, 0, 30)]


def test_rows_are_sorted_by_resource_so_that_writers_meet_in_one_order() -> None:
    service = a_service(performed_by(FIRST_ROOM), in_one_of(ANA))
    assert [it.resource for it in stretches(service, (FIRST_ROOM, ANA), 0, 30)] == [ANA, FIRST_ROOM]


def test_the_last_stretch_ends_when_a_slower_or_faster_visit_ends() -> None:
    service = a_service(COLOUR, minutes=90)
    assert worked(service, COLOUR, 120) == [(0, 30), (60, 120)]
    assert worked(service, COLOUR, 70) == [(0, 30), (60, 70)]


def test_a_visit_too_short_for_a_stretch_leaves_it_out() -> None:
    service = a_service(COLOUR, minutes=90)
    assert worked(service, COLOUR, 60) == [(0, 30)]
    late = performed_by(ANA, stretches=((60, 90),))
    assert worked(a_service(late, minutes=90), late, 45) == [(0, 45)]
