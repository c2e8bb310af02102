"""What tests order and ask: /_sim/…, JSON."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.stripe_simulator.events import emit, letters, listeners
from tests.stripe_simulator.objects import accounts, disputes, endpoints, paying, refunds
from tests.stripe_simulator.objects.passing_time import pass_time
from tests.stripe_simulator.problems import Json, Problem, missing
from tests.stripe_simulator.world import DEFAULT_ACCOUNT, Call, Ledger, World


def control(world: World) -> Blueprint:
    """The test's door. Everything that changes something is a POST or DELETE; nonsense is answered by 400."""
    door = Blueprint("control", __name__, url_prefix="/_sim")

    @door.before_request
    def lock() -> None:
        if request.endpoint not in WAITING:
            world.lock.acquire()

    @door.teardown_request
    def unlock(_error: BaseException | None) -> None:
        if request.endpoint not in WAITING:
            world.lock.release()

    @door.errorhandler(ValueError)
    @door.errorhandler(TypeError)
    @door.errorhandler(KeyError)
    def nonsense(error: Exception) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    @door.errorhandler(Problem)
    def problem(error: Problem) -> tuple[Response, int]:
        return jsonify(error.body), error.status

    @door.get("/ready")
    def ready() -> Response:
        return jsonify(ready=True)

    @door.post("/reset")
    def reset() -> Response:
        world.reset()
        return jsonify(reset=True)

    @door.get("/ledger")
    def ledger() -> Response:
        return jsonify(accounts.truth(world))

    @door.get("/calls")
    def calls() -> Response:
        return jsonify(world.calls)

    @door.get("/accounts")
    def keys() -> Response:
        return jsonify([_keys(it) for it in world.ledgers])

    @door.post("/accounts")
    def open_account() -> Response:
        wanted = _said("account")
        if any(it.account == wanted for it in world.ledgers):
            raise ValueError(f"There is an account {wanted!r} already.")
        return jsonify([_keys(it) for it in world.open_account(wanted)])

    @door.get("/modes")
    def modes() -> Response:
        return jsonify(world.modes.shown)

    @door.post("/modes/<kind>")
    def order(kind: str) -> Response:
        world.modes.order(kind, **_said())
        return jsonify(world.modes.shown)

    @door.delete("/modes")
    def calm() -> Response:
        world.modes.calm()
        return jsonify(world.modes.shown)

    @door.post("/clock")
    def put_ahead() -> Response:
        """By `seconds`; what is due happens before the answer."""
        world.clock.ahead += float(_said("seconds"))
        pass_time(world)
        return jsonify(now=world.clock.now())

    @door.post("/payments/<wanted>/<outcome>")
    def end_payment(wanted: str, outcome: str) -> Response:
        """Of a payment intent: succeed or fail what is processing, pass or refuse 3-D Secure, dispute."""
        owner, intent = _found(world, "payment_intent", wanted)
        call = Call(world, owner)
        if outcome == "dispute":
            charge = owner.get("charge", intent["latest_charge"] or "")
            disputes.open_dispute(call, charge, **_said())
        elif outcome in ("succeed", "fail"):
            paying.finish(call, intent, outcome == "succeed")
        elif outcome in ("pass", "refuse"):
            paying.authenticate(call, intent, outcome == "pass")
        else:
            raise ValueError(f"Payments do not {outcome!r}.")
        return jsonify(intent)

    @door.post("/refunds/<wanted>/<outcome>")
    def end_refund(wanted: str, outcome: str) -> Response:
        """Succeed a pending refund, or fail one, even after it had succeeded."""
        owner, refund = _found(world, "refund", wanted)
        if outcome == "succeed":
            refunds.succeed(Call(world, owner), refund)
        elif outcome == "fail":
            refunds.fail(Call(world, owner), refund, **_said())
        else:
            raise ValueError(f"Refunds do not {outcome!r}.")
        return jsonify(refund)

    @door.post("/disputes/<wanted>/<outcome>")
    def end_dispute(wanted: str, outcome: str) -> Response:
        """Win or lose it."""
        owner, dispute = _found(world, "dispute", wanted)
        if outcome not in ("win", "lose"):
            raise ValueError(f"Disputes do not {outcome!r}.")
        disputes.close(Call(world, owner), dispute, outcome == "win")
        return jsonify(dispute)

    @door.post("/events")
    def tell() -> Response:
        """An event of any `type` about any object (`kind` and `id`), whether it is true or not."""
        owner, it = _found(world, _said("kind"), _said("id"))
        return jsonify(emit(Call(world, owner), _said("type"), it))

    @door.post("/webhooks/endpoints")
    def add_endpoint() -> Response:
        """Send the events of an account to `url`, signed with `secret` (the account's own, unless given)."""
        said = {
            "account": DEFAULT_ACCOUNT,
            "livemode": False,
            "enabled_events": ["*"],
            "secret": None,
        } | _said()
        owner = next(
            it for it in world.ledgers if (it.account, it.livemode) == (said["account"], said["livemode"])
        )
        secret = said["secret"] or owner.webhook_secret
        return jsonify(endpoints.make(Call(world, owner), said["url"], said["enabled_events"], secret))

    @door.get("/webhooks/log")
    def log() -> Response:
        return jsonify(world.post.log)

    @door.get("/webhooks/held")
    def held() -> Response:
        return jsonify([{"event": it.event, "type": it.kind, "url": it.url} for it in world.post.held])

    @door.post("/webhooks/release")
    def release() -> Response:
        """Send what is held, and say what was answered."""
        return jsonify(world.post.release(**_said()))

    @door.post("/webhooks/send")
    def send() -> Response:
        """Send these `events` (ids) again, in this order, whatever was sent before, and say what was answered."""
        said: Json = {"parallel": 1} | _said()
        found = [_found(world, "event", wanted) for wanted in said["events"]]
        ready = [it for owner, event in found for it in letters(event, listeners(owner, event["type"]))]
        return jsonify(world.post.send_now(ready, said["parallel"]))

    @door.post("/webhooks/idle")
    def idle() -> Response:
        """Whether within `seconds` nothing is left to send or to try again."""
        return jsonify(idle=world.post.wait_until_idle(float(_said("seconds"))))

    @door.post("/webhooks/retries")
    def retries() -> Response:
        """The `seconds` before each further try; an empty list tries once."""
        world.post.retries = tuple(float(it) for it in _said("seconds"))
        return jsonify(seconds=world.post.retries)

    return door


# Receivers of webhooks call the API while they are told, so these wait without the lock.
WAITING = {f"control.{name}" for name in ("release", "send", "idle", "ready")}


def _said(name: str | None = None) -> Any:
    """The JSON of the request, or one value of it. Raises KeyError if that is missing."""
    said = request.get_json(silent=True) or {}
    if not isinstance(said, dict):
        raise TypeError("The body must be a JSON object.")
    return said if name is None else said[name]


def _found(world: World, kind: str, wanted: str) -> tuple[Ledger, Json]:
    found = world.search(kind, wanted)
    if found is None:
        raise missing(kind, wanted)
    return found


def _keys(ledger: Ledger) -> Json:
    names = ("account", "livemode", "secret_key", "publishable_key", "webhook_secret")
    return {name: getattr(ledger, name) for name in names}
