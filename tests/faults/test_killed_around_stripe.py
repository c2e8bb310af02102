"""kill -9 between Stripe's answer and our commit: who asks again is charged once, and given back once.

Of the class "nothing lost, nothing twice": an answer nobody heard, whoever it was for and whenever they died.
"""

import pytest
import sqlalchemy as sa

from app import create_app
from app.appointments.cancelling import cancel
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.payments.jobs import call_off_payment, handle_webhooks, reconcile_payments, send_refund
from app.payments.models import Payment, Refund
from tests.conftest import settings
from tests.factories import ANNA
from tests.faults.charging import ANSWERED, BEFORE, PHASES, WRITTEN, killed, post, work
from tests.faults.till import DEPOSIT, OUR_PAGE, STRIPES_PAGE, WAYS, Till, a_till
from tests.payments.telling import events_of, tell
from tests.stripe_simulator.fixtures import running_simulator, stripe_simulator  # noqa: F401


@pytest.fixture
def till(database, stripe_simulator) -> Till:  # noqa: F811
    return a_till(create_app(settings(database, STRIPE_API=stripe_simulator.url)), stripe_simulator)


def dies(till: Till, phase: str, act: str, errand, *words) -> None:
    killed(phase, act, errand, *words, url=till.url, stripe=till.stripe.url)


def cancelled(till: Till) -> tuple[int, int]:
    """A booking that was paid and is cancelled by the shop; the refund that is promised."""
    booking = till.paid()
    till.come_to_rest()

    def give_up() -> None:
        row = db.session.get_one(Booking, (till.business, booking))
        cancel(db.session.get_one(Business, till.business), row, by=ANNA, now=clock.now())

    till.do(give_up)
    [refund] = till.rows(Refund)
    return booking, refund.id


@pytest.mark.parametrize(
    ("first", "again"), [(OUR_PAGE, OUR_PAGE), (OUR_PAGE, STRIPES_PAGE), (STRIPES_PAGE, STRIPES_PAGE)]
)
@pytest.mark.parametrize("phase", PHASES)
def test_a_web_process_killed_while_a_payment_starts_charges_once(till, phase, first, again):
    """Whatever was left lying about, the next press works, in either way."""
    booking = till.book()
    form = till.path(booking, first)
    dies(till, phase, WAYS[first], post, form)
    assert till.pay(till.press(booking, again, form.removesuffix(first) + again))
    till.come_to_rest()
    assert (till.status(booking), till.sums()) == ("confirmed", {"charged": DEPOSIT, "refunded": 0})
    assert till.wrong() == []


@pytest.mark.parametrize("phase", [ANSWERED, WRITTEN])
def test_a_payment_that_was_begun_by_the_dead_and_never_asked_for_again_ends(till, phase):
    booking = till.book()
    dies(till, phase, "open_intent", post, till.path(booking, OUR_PAGE))
    till.run_out()
    till.come_to_rest()
    assert (till.status(booking), [it.status for it in till.rows(Payment)]) == ("expired", ["cancelled"])
    assert till.wrong() == []


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("job", [reconcile_payments, handle_webhooks], ids=lambda it: it.__name__)
def test_a_worker_killed_while_it_looks_at_a_payment_counts_it_once(till, phase, job):
    booking = till.paid()
    if job is reconcile_payments:
        till.do(lambda: db.session.execute(sa.update(Payment).values(next_sync_at=clock.now())))
    if job is handle_webhooks:
        told(till)
    dies(till, phase, "read_state", work, job)
    till.come_to_rest()
    assert (till.status(booking), till.sums()) == ("confirmed", {"charged": DEPOSIT, "refunded": 0})
    assert till.wrong() == []


@pytest.mark.parametrize("phase", PHASES)
def test_a_worker_killed_while_it_gives_back_gives_back_once(till, phase):
    _booking, refund = cancelled(till)
    dies(till, phase, "send_back", work, send_refund, till.business, refund)
    till.come_to_rest()
    assert till.sums() == {"charged": DEPOSIT, "refunded": DEPOSIT}
    assert [it.status for it in till.rows(Refund)] == ["succeeded"]
    assert till.wrong() == []


@pytest.mark.parametrize(("phase", "way"), [*((it, OUR_PAGE) for it in PHASES), (ANSWERED, STRIPES_PAGE)])
def test_a_worker_killed_while_it_calls_off_leaves_nothing_that_can_be_paid(till, phase, way):
    booking = till.book()
    pressed = till.press(booking, way)
    [payment] = till.rows(Payment)
    till.run_out()
    dies(till, phase, "call_off", work, call_off_payment, till.business, payment.id)
    till.come_to_rest()
    assert [it.status for it in till.rows(Payment)] == ["cancelled"]
    assert not till.pay(pressed)
    assert till.wrong() == []


def told(till: Till) -> None:
    """All webhooks of this shop come, and are kept."""
    for event in events_of(till.stripe):
        assert tell(till.app, till.stripe, till.business, event) == 200


def test_without_the_key_of_its_row_a_lost_answer_gives_back_twice(till):
    """The negative control: a refund that is asked for under another key each time."""
    _booking, refund = cancelled(till)
    till.do(lambda: db.session.execute(sa.update(Refund).values(amount_cents=500)))
    dies(till, ANSWERED, "send_back", work, send_refund, till.business, refund)
    till.do(lambda: db.session.execute(sa.update(Refund).values(idempotency_key="another")))
    till.come_to_rest()
    assert till.sums()["refunded"] == 1000


def test_without_a_look_at_what_was_lost_a_payment_is_under_way_for_ever(till, monkeypatch):
    """The negative control: one that ends nothing Stripe's answer to which was lost."""
    monkeypatch.setattr("app.payments.jobs.is_dead", lambda *_: False)
    dies(till, BEFORE, "open_intent", post, till.path(till.book(), OUR_PAGE))
    till.come_to_rest()
    assert [it.status for it in till.rows(Payment)] == ["created"]
