"""Who a key belongs to, and what is in the account."""

from collections import Counter

from tests.stripe_simulator.problems import Json, Problem
from tests.stripe_simulator.world import Call, Ledger, World


def own(call: Call) -> Json:
    """The account of the key: the usual way to check one."""
    return {
        "id": call.ledger.account,
        "object": "account",
        "business_profile": {"name": call.ledger.account, "url": None},
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": "DE",
        "created": 0,
        "default_currency": "eur",
        "details_submitted": True,
        "email": f"{call.ledger.account}@example.com",
        "metadata": {},
        "payouts_enabled": True,
        "type": "standard",
    }


def retrieve(call: Call, wanted: str) -> Json:
    """By id: only one's own."""
    if wanted != call.ledger.account:
        raise Problem(
            f"The provided key '{call.ledger.secret_key[:7]}****' does not have access to account '{wanted}' (or that "
            "account does not exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return own(call)


def balance(call: Call) -> Json:
    """What was charged less what was given back. The simulator takes no fees and pays nothing out."""
    net = {currency: sums["net"] for currency, sums in totals(call.ledger).items()} or {"eur": 0}
    return {
        "object": "balance",
        "available": [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in sorted(net.items())
        ],
        "livemode": call.ledger.livemode,
        "pending": [],
    }


def totals(ledger: Ledger) -> dict[str, dict[str, int]]:
    """Per currency in minor units: charged, refunded (pending refunds count, failed ones do not), and what is left."""
    charged: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    for charge in ledger.all("charge"):
        if charge["status"] == "succeeded":
            charged[charge["currency"]] += charge["amount"]
    for refund in ledger.all("refund"):
        if refund["status"] in ("pending", "succeeded"):
            refunded[refund["currency"]] += refund["amount"]
    return {
        it: {"charged": charged[it], "refunded": refunded[it], "net": charged[it] - refunded[it]}
        for it in charged | refunded
    }


def truth(world: World) -> list[Json]:
    """Every charge and refund of every account, for whoever must compare."""
    names = ("id", "amount", "currency", "status", "payment_intent", "metadata", "created")
    return [
        {
            "account": ledger.account,
            "livemode": ledger.livemode,
            "payment_intents": [
                {
                    name: it[name]
                    for name in ("id", "amount", "currency", "status", "metadata", "latest_charge")
                }
                for it in ledger.all("payment_intent")
            ],
            "charges": [
                {name: it[name] for name in (*names, "amount_refunded", "disputed")}
                for it in ledger.all("charge")
            ],
            "refunds": [
                {name: it[name] for name in (*names, "charge", "reason")} for it in ledger.all("refund")
            ],
            "totals": totals(ledger),
        }
        for ledger in world.ledgers
    ]
