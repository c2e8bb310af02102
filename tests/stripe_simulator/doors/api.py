"""The API: who asks, what was ordered to go wrong, the idempotency key, the act, the answer."""

import base64
import json
import re
from collections.abc import Iterator
from functools import partial

from flask import Blueprint, Response, request

from tests.stripe_simulator.bodies import nested
from tests.stripe_simulator.doors.endpoints import ENDPOINTS, Endpoint
from tests.stripe_simulator.events import API_VERSION
from tests.stripe_simulator.idempotency import Answer
from tests.stripe_simulator.lists import check_expandable, expanded
from tests.stripe_simulator.modes import Accident
from tests.stripe_simulator.params import read, shape
from tests.stripe_simulator.problems import Json, Problem, api_error, not_simulated
from tests.stripe_simulator.world import Call, Ledger, World, new_id

VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")
# What a browser with a publishable key may see of a payment intent.
PUBLIC = {
    *(
        "id",
        "object",
        "amount",
        "automatic_payment_methods",
        "canceled_at",
        "cancellation_reason",
        "capture_method",
    ),
    *(
        "client_secret",
        "confirmation_method",
        "created",
        "currency",
        "description",
        "last_payment_error",
        "livemode",
    ),
    *(
        "next_action",
        "payment_method",
        "payment_method_types",
        "processing",
        "receipt_email",
        "setup_future_usage",
    ),
    *("shipping", "source", "status"),
}
FOR_BROWSERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Stripe-Version, Idempotency-Key",
}


def api(world: World) -> Blueprint:
    """All of /v1."""
    door = Blueprint("api", __name__)
    for place, endpoint in enumerate(ENDPOINTS):
        door.add_url_rule(
            endpoint.path,
            f"endpoint_{place}",
            partial(serve, world, endpoint),
            methods=[endpoint.method] + ["OPTIONS"] * endpoint.publishable,
            provide_automatic_options=False,
        )
    door.add_url_rule(
        "/v1/<path:path>", "unknown", partial(serve, world, None), methods=["GET", "POST", "DELETE"]
    )
    return door


def serve(world: World, endpoint: Endpoint | None, **path: str) -> Response:
    """One request, from its key to its answer."""
    if request.method == "OPTIONS":
        return Response(status=204, headers=FOR_BROWSERS)
    number = new_id("req")
    with world.lock:
        accidents = world.modes.take(request.method, request.path)
    if hitch := _before(world, accidents):
        return hitch
    try:
        response = _answer(world, endpoint, path, number, accidents)
    except Problem as problem:
        response = _json(problem.status, json.dumps(problem.body).encode(), number)
    with world.lock:
        world.calls.append({"method": request.method, "path": request.path, "status": response.status_code})
    return _after(world, accidents) or response


def _before(world: World, accidents: dict[str, Accident]) -> Response | None:
    """What happens instead of any work."""
    if (hang := accidents.get("hang")) and not hang.after:
        world.modes.wait(hang.seconds)
        return cut()
    if (scissors := accidents.get("cut")) and not scissors.after:
        return cut()
    return None


def _after(world: World, accidents: dict[str, Accident]) -> Response | None:
    """What happens instead of an answer, when the work is done."""
    if hang := accidents.get("hang"):
        world.modes.wait(hang.seconds)
        return cut()
    return cut() if "cut" in accidents else None


def cut() -> Response:
    """The server ends a connection whose body breaks off, and no byte of the answer is sent."""

    def broken() -> Iterator[bytes]:
        yield b"{"
        raise ConnectionAbortedError("The simulator was told to cut this connection.")

    return Response(broken(), headers={"Content-Length": "1000"}, mimetype="application/json")


def _answer(
    world: World, endpoint: Endpoint | None, path: dict[str, str], number: str, accidents: dict[str, Accident]
) -> Response:
    ledger, publishable, raw = _who(world)
    if endpoint is None:
        raise Problem(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)
    if publishable and not endpoint.publishable:
        raise Problem(
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a "
            "list of your API keys at https://dashboard.stripe.com/account/apikeys.",
            status=403,
            code="secret_key_required",
        )
    fail = accidents.get("fail")
    if fail and not fail.remembered:
        raise api_error(fail.status)
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    call = Call(world, ledger, {}, number, key, publishable)
    if key is not None:
        with world.lock:
            known = ledger.answers.claim(key, (request.path, raw), call.now)
        if known:
            return _again(known, number)
    try:
        status, body = _work(call, endpoint, path, raw, accidents)
    except BaseException:
        if key is not None:
            with world.lock:
                ledger.answers.release(key)
        raise
    if key is not None:
        with world.lock:
            ledger.answers.remember(key, status, body, number)
    return _json(status, body, number)


def _work(
    call: Call, endpoint: Endpoint, path: dict[str, str], raw: Json, accidents: dict[str, Accident]
) -> tuple[int, bytes]:
    """Read the parameters, then act. What cannot be read raises; a refusal by the act is an answer like others."""
    if slow := accidents.get("slow"):
        call.world.modes.wait(slow.seconds)
    call.params = read(shape(endpoint.declared), raw, endpoint.simulated, endpoint.undeclared)
    expand = call.params.pop("expand", [])
    if endpoint.method == "POST":
        check_expandable(endpoint.kind, expand)
    if fail := accidents.get("fail"):
        problem = api_error(fail.status)
        return problem.status, json.dumps(problem.body).encode()
    with call.world.lock:
        try:
            it = expanded(call.ledger, endpoint.act(call, **path), expand)
        except Problem as problem:
            return problem.status, json.dumps(_seen(call, problem.body)).encode()
        return 200, json.dumps(_seen(call, it), indent=2).encode()


def _who(world: World) -> tuple[Ledger, bool, Json]:
    """The ledger of the key, whether the key is publishable, and the parameters without it. Raises Problem (401)."""
    pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
    key = next((value for name, value in pairs if name == "key"), "")
    raw = nested((name, value) for name, value in pairs if name not in ("key", "_stripe_version"))
    authorization = request.headers.get("Authorization", "")
    if authorization.startswith("Bearer "):
        key = authorization.removeprefix("Bearer ").strip()
    elif authorization.startswith("Basic "):
        key = (
            base64.b64decode(authorization.removeprefix("Basic "))
            .decode("utf-8", "replace")
            .partition(":")[0]
        )
    if not key:
        raise Problem(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    with world.lock:
        ledger = world.ledger_of(key)
    if ledger is None:
        raise Problem(f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}", status=401)
    version = request.headers.get("Stripe-Version", API_VERSION)
    if not VERSION.fullmatch(version):
        raise Problem(f"Invalid Stripe API version: {version}")
    if "Stripe-Account" in request.headers:
        raise not_simulated("Stripe-Account")
    return ledger, key == ledger.publishable_key, raw


def _seen(call: Call, it: Json) -> Json:
    """With a publishable key only a part of a payment intent is seen, also inside an error."""
    if not call.publishable:
        return it
    if intent := it.get("error", {}).get("payment_intent"):
        return {"error": it["error"] | {"payment_intent": _seen(call, intent)}}
    if it.get("object") == "payment_intent":
        return {name: value for name, value in it.items() if name in PUBLIC}
    return it


def _again(known: Answer, number: str) -> Response:
    """The stored answer of the first request with this key."""
    assert known.status
    response = _json(known.status, known.body, number)
    response.headers |= {"Idempotent-Replayed": "true", "Original-Request": known.request}
    return response


def _json(status: int, body: bytes, number: str) -> Response:
    headers = {
        "Request-Id": number,
        "Stripe-Version": request.headers.get("Stripe-Version", API_VERSION),
    }
    if key := request.headers.get("Idempotency-Key"):
        headers["Idempotency-Key"] = key
    return Response(body, status, headers | FOR_BROWSERS, mimetype="application/json")
