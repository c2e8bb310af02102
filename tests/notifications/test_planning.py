"""A message is planned once for what it means, and only if somebody answers for its kind."""

import ast
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.core import clock
from app.core.db import db
from app.notifications import planning
from app.notifications.kinds import UnknownKind, find_kind, names_of_kinds
from app.notifications.models import Notification
from app.notifications.planning import Message, is_planned, plan
from tests.factories import a_business
from tests.house_rules.source import Module, dotted, modules


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs that were rung for after the commit."""
    jobs: list[str] = []
    monkeypatch.setattr("app.core.jobs.ring", lambda job: jobs.append(job.__name__) or True)
    return jobs


def a_message(**columns: Any) -> Message:
    business = a_business()
    return Message(
        **{
            "kind": "booking_confirmed",
            "business_id": business.id,
            "subject_kind": "booking",
            "subject_id": 12,
            "recipient": "olivia@example.com",
            "language": "en-GB",
            "dedupe_key": f"b{business.id}:booking12:confirmed:email",
        }
        | columns
    )


def plan_now(*messages: Message) -> list[int]:
    return plan(messages, clock.now())


def test_a_message_is_rung_for_once_it_is_committed(app: Flask, rung: list[str]) -> None:
    plan_now(a_message())
    assert rung == []
    db.session.commit()
    assert rung == ["deliver_due"]


def test_many_messages_of_one_transaction_are_one_ring(app: Flask, rung: list[str]) -> None:
    message = a_message()
    for number in range(3):
        plan_now(replace(message, dedupe_key=f"{number}"), replace(message, dedupe_key=f"and {number}"))
    db.session.commit()
    assert rung == ["deliver_due"]


def test_what_is_rolled_back_is_never_rung_for(app: Flask, rung: list[str]) -> None:
    plan_now(a_message())
    db.session.rollback()
    db.session.commit()
    assert rung == []


def test_the_same_message_is_planned_once(app: Flask, rung: list[str]) -> None:
    message = a_message()
    [number] = plan_now(message)
    assert plan_now(replace(message, recipient="somebody.else@example.com")) == []
    db.session.commit()
    assert rung == ["deliver_due"]
    assert db.session.get_one(Notification, number).recipient == "olivia@example.com"


@pytest.mark.parametrize("status", ["failed", "expired"])
def test_what_ended_is_not_planned_again(app: Flask, status: str) -> None:
    message = a_message()
    [number] = plan_now(message)
    db.session.get_one(Notification, number).status = status
    assert plan_now(message) == []


def test_what_was_called_off_before_it_left_is_planned_afresh(app: Flask) -> None:
    message = a_message()
    [number] = plan_now(message)
    row = db.session.get_one(Notification, number)
    row.status, row.attempts, row.last_error = "cancelled", 3, "The booking was cancelled."
    assert not is_planned(message.dedupe_key)
    assert plan_now(replace(message, subject_seq=2)) == [number]
    db.session.refresh(row)
    assert (row.status, row.attempts, row.last_error, row.subject_seq) == ("pending", 0, None, 2)
    assert is_planned(message.dedupe_key)


def test_what_may_have_arrived_is_not_planned_afresh(app: Flask) -> None:
    message = a_message()
    [number] = plan_now(message)
    row = db.session.get_one(Notification, number)
    row.status, row.transmitting_at = "cancelled", clock.now()
    assert plan_now(message) == []


def test_what_nobody_needs_any_more_is_not_planned(app: Flask) -> None:
    assert plan_now(a_message(expires_at=clock.now())) == []
    assert plan_now(a_message(expires_at=clock.now() + timedelta(seconds=1))) != []


def test_a_kind_that_no_room_answers_for_cannot_be_planned(app: Flask) -> None:
    with pytest.raises(UnknownKind):
        plan_now(a_message(kind="booking_forgotten"))


def test_every_kind_that_is_planned_anywhere_has_a_room_and_two_templates(app: Flask) -> None:
    planned = {kind for module in modules() for kind in kinds_planned(module)}
    assert planned == names_of_kinds()
    for kind in planned - {"wording_test"}:  # It looks like the kind that is tried.
        for ending in ("html", "txt"):
            assert app.jinja_env.get_template(f"mail/{kind}.{ending}")


def kinds_planned(module: Module) -> set[str]:
    """The kinds named in a module's Message(kind=…); where it is put together, all that its room answers for."""
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and dotted(node.func) == planning.Message.__name__:
            [kind] = [it.value for it in node.keywords if it.arg == "kind"]
            if isinstance(kind, ast.Constant):
                found.add(kind.value)
            elif module.parts[0] != "notifications":
                room = f"app.{module.parts[0]}."
                found |= {it for it in names_of_kinds() if find_kind(it).words.__module__.startswith(room)}
    return found
