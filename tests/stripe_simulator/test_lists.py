import pytest
from stripe import InvalidRequestError, StripeClient

from tests.stripe_simulator.paying import paid
from tests.stripe_simulator.simulator import Simulator


def test_lists_come_in_pages_newest_first(client: StripeClient) -> None:
    made = [client.v1.payment_intents.create({"amount": 500 + n, "currency": "eur"}).id for n in range(25)]
    first = client.v1.payment_intents.list({"limit": 10})
    assert ([it.id for it in first.data], first.has_more) == (made[:14:-1], True)
    last = client.v1.payment_intents.list({"limit": 10, "starting_after": made[5]})
    assert ([it.id for it in last.data], last.has_more) == (made[4::-1], False)
    before = client.v1.payment_intents.list({"limit": 3, "ending_before": made[20]})
    assert ([it.id for it in before.data], before.has_more) == (made[23:20:-1], True)
    assert [it.id for it in client.v1.payment_intents.list({"limit": 7}).auto_paging_iter()] == made[::-1]
    assert len(client.v1.payment_intents.list().data) == 10


@pytest.mark.parametrize("wish", [{"limit": 0}, {"limit": 101}, {"starting_after": "pi_unknown"}])
def test_pages_have_limits(client: StripeClient, wish: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError):
        client.v1.payment_intents.list(wish)  # type: ignore[arg-type]


def test_lists_can_be_of_a_time(client: StripeClient, stripe_simulator: Simulator) -> None:
    old = paid(client)
    stripe_simulator.put_clock_ahead(100)
    new = paid(client)
    for created, found in (
        ({"gte": new.created}, [new.id]),
        ({"lt": new.created}, [old.id]),
        ({"gt": old.created, "lte": new.created}, [new.id]),
        (old.created, [old.id]),
    ):
        assert [it.id for it in client.v1.payment_intents.list({"created": created}).data] == found  # type: ignore[arg-type]


def test_lists_can_be_of_one_payment_and_expanded(client: StripeClient) -> None:
    one, two = paid(client), paid(client)
    [charge] = client.v1.charges.list({"payment_intent": one.id, "expand": ["data.payment_intent"]}).data
    assert (charge.id, charge.payment_intent.id) == (one.latest_charge, one.id)  # type: ignore[union-attr]
    refund = client.v1.refunds.create(
        {"payment_intent": two.id, "expand": ["charge", "payment_intent.latest_charge"]}
    )
    assert refund.charge.amount_refunded == 2000  # type: ignore[union-attr]
    assert refund.payment_intent.latest_charge.id == two.latest_charge  # type: ignore[union-attr]
    charge = client.v1.charges.retrieve(str(two.latest_charge), {"expand": ["refunds"]})
    assert [it.id for it in charge.refunds.data] == [refund.id]  # type: ignore[union-attr]
