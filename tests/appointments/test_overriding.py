from app.appointments.overriding import overridable
from app.schedule.verdict import Refusal


def test_staff_may_set_aside_rules_but_never_take_what_is_taken():
    assert set(Refusal) - overridable("staff") == {Refusal.BUSY, Refusal.NO_ROOM, Refusal.FULL}


def test_managers_and_owners_may_set_aside_all():
    assert overridable("manager") == overridable("owner") == set(Refusal)
