import httpx
import pytest
from stripe import InvalidRequestError, StripeClient

from tests.stripe_simulator.paying import paid
from tests.stripe_simulator.receiving import Ear
from tests.stripe_simulator.simulator import Simulator


def test_after_a_reset_nothing_has_ever_happened(
    client: StripeClient, stripe_simulator: Simulator, ear: Ear
) -> None:
    stripe_simulator.send_webhooks_to(ear.url)
    stripe_simulator.mode("webhooks", to="drop")
    paid(client)
    stripe_simulator.mode("webhooks", to="hold")
    stripe_simulator.retry_after()
    stripe_simulator.open_account("acct_other")
    stripe_simulator.put_clock_ahead(9999)
    intent = paid(client)
    stripe_simulator.mode("fail", times=None)
    stripe_simulator.reset()
    with pytest.raises(InvalidRequestError):
        client.v1.payment_intents.retrieve(intent.id)
    assert paid(client).created < intent.created
    assert ear.heard == []
    assert stripe_simulator.held() == stripe_simulator.deliveries() == []
    assert len(stripe_simulator.accounts()) == 2
    assert len(stripe_simulator.ledger()["charges"]) == 1
    assert [it["status"] for it in stripe_simulator.calls()] == [200]
    modes = httpx.get(f"{stripe_simulator.url}/_sim/modes", verify=False).json()
    assert modes == {"accidents": [], "webhooks": "send", "refunds": "card", "processing": None}
