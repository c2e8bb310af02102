"""What happens because time passes: sessions expire, slow payments and refunds come to their end."""

from tests.stripe_simulator.objects import paying, refunds, sessions
from tests.stripe_simulator.problems import Json
from tests.stripe_simulator.world import Call, World


def pass_time(world: World) -> None:
    """Let everything happen that is due. The caller holds the lock."""
    now = world.clock.now()
    for ledger, session in world.everything("checkout.session"):
        if session["status"] == "open" and session["expires_at"] <= now:
            sessions.close(Call(world, ledger), session)
    if world.modes.processing is None:
        return
    ripe = now - world.modes.processing
    for ledger, intent in world.everything("payment_intent"):
        if (
            intent["status"] == "processing"
            and ledger.get("charge", intent["latest_charge"])["created"] <= ripe
        ):
            paying.finish(Call(world, ledger), intent, succeeded=True)
    for ledger, refund in world.everything("refund"):
        if refund["created"] <= ripe:
            _end(Call(world, ledger), refund)


def _end(call: Call, refund: Json) -> None:
    if refund["status"] == "pending":
        refunds.succeed(call, refund)
    elif refund["status"] == "succeeded" and call.ledger.fates[refund["id"]] == "bounced":
        refunds.fail(call, refund)
