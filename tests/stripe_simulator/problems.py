"""What the API refuses, in the shape Stripe's SDKs read."""

from typing import Any

Json = dict[str, Any]


class Problem(Exception):
    """A refusal. `more` are further fields of the error, such as the payment intent it is about."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.kind, self.code = status, kind, code
        self.error = {"type": kind, "message": message, "code": code, "param": param, **more}
        if code:
            self.error["doc_url"] = f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}"

    @property
    def body(self) -> Json:
        """The answer; fields without a value are left out, as Stripe does."""
        return {"error": {name: value for name, value in self.error.items() if value is not None}}


def missing(kind: str, wanted: str, param: str = "id") -> Problem:
    """Also for what belongs to another account: nobody learns that it exists."""
    return Problem(f"No such {kind}: '{wanted}'", status=404, code="resource_missing", param=param)


def not_simulated(what: str) -> Problem:
    """Refused aloud: an oracle must not nod at what it does not understand. Stripe has no such code."""
    return Problem(f"The simulator does not simulate {what}.", code="not_simulated", param=what)


def unexpected_state(message: str, intent: Json) -> Problem:
    """The payment intent is in no state for this."""
    return Problem(message, code="payment_intent_unexpected_state", payment_intent=intent)


def api_error(status: int = 500) -> Problem:
    """Stripe has a bad day; 429 is its way to ask for patience."""
    if status == 429:
        return Problem(
            "Too many requests hit the API too quickly. We recommend an exponential backoff of your requests.",
            status=429,
            code="rate_limit",
        )
    return Problem("An unknown error occurred.", status=status, kind="api_error")
