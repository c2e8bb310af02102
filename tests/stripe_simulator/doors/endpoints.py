"""Every address of the API: what it does, what may be sent to it, and what of that is simulated."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from tests.stripe_simulator.lists import lines, page
from tests.stripe_simulator.objects import (
    accounts,
    charges,
    disputes,
    endpoints,
    intents,
    methods,
    refunds,
    sessions,
)
from tests.stripe_simulator.params import shape
from tests.stripe_simulator.problems import Json
from tests.stripe_simulator.world import Call

PAGING = {"limit", "starting_after", "ending_before", "expand"}
CREATED = {
    *("created", "created.gt", "created.gte", "created.lt", "created.lte"),
}
EXPAND = {"expand"}


@dataclass(frozen=True)
class Endpoint:
    """One verb at one address. `declared` names the SDK's typed dict of its parameters."""

    method: str
    path: str
    act: Callable[..., Json]
    declared: str
    simulated: Collection[str]
    publishable: bool = False  # Whether a browser may call it, with a publishable key.
    undeclared: dict[str, Any] = field(
        default_factory=dict
    )  # Names the API knows and the SDK does not declare.

    @property
    def kind(self) -> str:
        """The kind of the object that a POST answers."""
        return KINDS.get(self.path.split("/<")[0], "")


def find(kind: str, call: Call, wanted: str) -> Json:
    """Retrieve: by id."""
    return call.ledger.get(kind, wanted)


def listed(chosen: Callable[[Call], list[Json]], path: str, call: Call) -> Json:
    """A page of what was chosen."""
    return page(chosen(call), call.params, path)


def all_of(kind: str, call: Call) -> list[Json]:
    return call.ledger.all(kind)


def events(call: Call) -> list[Json]:
    """All, or those of some types."""
    types = call.params.get("types", [call.params["type"]] if "type" in call.params else None)
    return [it for it in call.ledger.all("event") if types is None or it["type"] in types]


def get(path: str, act: Callable[..., Json], declared: str, **more: Any) -> Endpoint:
    return Endpoint("GET", path, act, declared, EXPAND | more.pop("simulated", set()), **more)


def post(
    path: str, act: Callable[..., Json], declared: str, simulated: Collection[str], **more: Any
) -> Endpoint:
    return Endpoint("POST", path, act, declared, simulated, **more)


def many(
    path: str, chosen: Callable[[Call], list[Json]], declared: str, simulated: Collection[str] = CREATED
) -> Endpoint:
    return Endpoint("GET", path, partial(listed, chosen, path), declared, PAGING | set(simulated))


INTENTS, SESSIONS, REFUNDS = "/v1/payment_intents", "/v1/checkout/sessions", "/v1/refunds"
KINDS = {INTENTS: "payment_intent", SESSIONS: "checkout.session", REFUNDS: "refund", "/v1/charges": "charge"}
# Raw numbers are for the few who may hold them, and the types have got an error of their own.
UNDECLARED = {
    "payment_method_data.type": Literal["card"],
    "payment_method_data.card": shape("PaymentMethodCreateParamsCard"),
    "payment_method_types": list[str],
}
CHARGES, HOOKS, METHODS = "/v1/charges", "/v1/webhook_endpoints", "/v1/payment_methods"

ENDPOINTS = [
    post(INTENTS, intents.create, "PaymentIntentCreateParams", intents.CREATE, undeclared=UNDECLARED),
    many(INTENTS, partial(all_of, "payment_intent"), "PaymentIntentListParams"),
    get(
        f"{INTENTS}/<wanted>",
        intents.retrieve,
        "PaymentIntentRetrieveParams",
        simulated={"client_secret"},
        publishable=True,
    ),
    post(
        f"{INTENTS}/<wanted>",
        intents.update,
        "PaymentIntentUpdateParams",
        intents.UPDATE,
        undeclared=UNDECLARED,
    ),
    post(
        f"{INTENTS}/<wanted>/confirm",
        intents.confirm,
        "PaymentIntentConfirmParams",
        intents.CONFIRM,
        publishable=True,
        undeclared={"client_secret": str} | UNDECLARED,
    ),
    post(f"{INTENTS}/<wanted>/cancel", intents.cancel, "PaymentIntentCancelParams", intents.CANCEL),
    post(METHODS, methods.create, "PaymentMethodCreateParams", methods.CREATE, publishable=True),
    get(f"{METHODS}/<wanted>", methods.retrieve, "PaymentMethodRetrieveParams"),
    many(CHARGES, charges.chosen, "ChargeListParams", charges.LIST | CREATED),
    get(f"{CHARGES}/<wanted>", partial(find, "charge"), "ChargeRetrieveParams"),
    post(f"{CHARGES}/<wanted>", charges.update, "ChargeUpdateParams", charges.UPDATE),
    post(REFUNDS, refunds.create, "RefundCreateParams", refunds.CREATE),
    many(REFUNDS, refunds.chosen, "RefundListParams", refunds.LIST | CREATED),
    get(f"{REFUNDS}/<wanted>", partial(find, "refund"), "RefundRetrieveParams"),
    post(f"{REFUNDS}/<wanted>", refunds.update, "RefundUpdateParams", refunds.UPDATE),
    post(SESSIONS, sessions.create, "checkout.SessionCreateParams", sessions.CREATE),
    many(SESSIONS, sessions.chosen, "checkout.SessionListParams", sessions.LIST | CREATED),
    get(f"{SESSIONS}/<wanted>", partial(find, "checkout.session"), "checkout.SessionRetrieveParams"),
    post(f"{SESSIONS}/<wanted>/expire", sessions.expire, "checkout.SessionExpireParams", EXPAND),
    Endpoint(
        "GET",
        f"{SESSIONS}/<wanted>/line_items",
        lambda call, wanted: lines(
            call.ledger, call.ledger.get("checkout.session", wanted)["id"], call.params
        ),
        "checkout.SessionListLineItemsParams",
        PAGING,
    ),
    many("/v1/disputes", disputes.chosen, "DisputeListParams", disputes.LIST | CREATED),
    get("/v1/disputes/<wanted>", partial(find, "dispute"), "DisputeRetrieveParams"),
    many("/v1/events", events, "EventListParams", {"type", "types"} | CREATED),
    get("/v1/events/<wanted>", partial(find, "event"), "EventRetrieveParams"),
    post(HOOKS, endpoints.create, "WebhookEndpointCreateParams", endpoints.CREATE),
    many(HOOKS, endpoints.chosen, "WebhookEndpointListParams", ()),
    get(f"{HOOKS}/<wanted>", endpoints.retrieve, "WebhookEndpointRetrieveParams"),
    post(f"{HOOKS}/<wanted>", endpoints.update, "WebhookEndpointUpdateParams", endpoints.UPDATE),
    Endpoint("DELETE", f"{HOOKS}/<wanted>", endpoints.delete, "WebhookEndpointDeleteParams", ()),
    get("/v1/account", accounts.own, "AccountRetrieveCurrentParams"),
    get("/v1/accounts/<wanted>", accounts.retrieve, "AccountRetrieveParams"),
    get("/v1/balance", accounts.balance, "BalanceRetrieveParams"),
]
