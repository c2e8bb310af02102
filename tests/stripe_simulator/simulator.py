"""The simulator as a test sees it: its keys, its modes, and what really happened in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tests.stripe_simulator.problems import Json


@dataclass(frozen=True)
class Account:
    """The keys of one account in one mode."""

    account: str
    livemode: bool
    secret_key: str
    publishable_key: str
    webhook_secret: str


class Simulator:
    """A running simulator at `url`. Every order takes effect before the method returns."""

    def __init__(self, url: str) -> None:
        self.url = url
        # A connection each: one kept open is closed by the server after a quiet while, at times under our hands.
        alone = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.Client(base_url=f"{url}/_sim", timeout=90, verify=False, limits=alone)
        test, _live = self.accounts()
        self.secret_key, self.publishable_key = test.secret_key, test.publishable_key
        self.webhook_secret = test.webhook_secret

    def close(self) -> None:
        """End the connection; the simulator runs on."""
        self._http.close()

    def mode(self, kind: str, /, **options: Any) -> None:
        """Let something go wrong: slow, fail, hang, cut (see modes.Accident), webhooks, refunds, processing.

        `webhooks` and `refunds` take `to`, `processing` takes `seconds`.
        """
        self._post(f"modes/{kind}", **options)

    def calm(self) -> None:
        """Nothing goes wrong any more; requests that hang are let go."""
        self._http.delete("modes").raise_for_status()

    def reset(self) -> None:
        """As if just started: no payment, no endpoint, no further account."""
        self._post("reset")

    def accounts(self) -> list[Account]:
        return [Account(**it) for it in self._get("accounts")]

    def open_account(self, account: str) -> tuple[Account, Account]:
        """A further one: its keys for tests, and its live ones."""
        test, live = self._post("accounts", account=account)
        return Account(**test), Account(**live)

    def ledger(self, account: str = "acct_simulator", livemode: bool = False) -> Json:
        """The truth: payment_intents, charges, refunds, and totals per currency."""
        return next(
            it for it in self._get("ledger") if (it["account"], it["livemode"]) == (account, livemode)
        )

    def calls(self, method: str = "POST", path: str = "") -> list[Json]:
        """What was asked of the API, with the status of each answer, also of those that never arrived."""
        return [it for it in self._get("calls") if it["method"] == method and it["path"].startswith(path)]

    def put_clock_ahead(self, seconds: float) -> int:
        """What is due happens before this returns: the simulator's new time."""
        return int(self._post("clock", seconds=seconds)["now"])

    def end_payment(self, intent: str, outcome: str, /, **options: Any) -> Json:
        """succeed or fail what is processing, pass or refuse 3-D Secure, dispute what is paid."""
        return self._post(f"payments/{intent}/{outcome}", **options)

    def end_refund(self, refund: str, outcome: str, /, **options: Any) -> Json:
        """succeed a pending one, or fail one, even after it had succeeded; `reason` is Stripe's failure_reason."""
        return self._post(f"refunds/{refund}/{outcome}", **options)

    def end_dispute(self, dispute: str, outcome: str) -> Json:
        """win or lose it."""
        return self._post(f"disputes/{dispute}/{outcome}")

    def tell(self, event: str, kind: str, wanted: str) -> Json:
        """Send an event about an object (`payment_intent`, pi_…), whether it is true or not."""
        return self._post("events", type=event, kind=kind, id=wanted)

    def send_webhooks_to(self, url: str, **options: Any) -> str:
        """Events go there from now on; the secret they are signed with.

        `account` and `livemode` choose another ledger, `secret` another secret, `enabled_events` only some events.
        """
        return str(self._post("webhooks/endpoints", url=url, **options)["secret"])

    def held(self) -> list[Json]:
        """The webhooks that are held back (`mode("webhooks", to="hold")`): event, type, url."""
        return self._get("webhooks/held")

    def release(self, order: str | Sequence[str] = "kept", **options: Any) -> list[Json]:
        """Send what is held and wait for the answers: kept, reversed, random (`seed`), or the ids of events.

        `times` each is sent, `parallel` so many at once.
        """
        return self._post("webhooks/release", order=order, **options)

    def send_again(self, events: Sequence[str], parallel: int = 1) -> list[Json]:
        """These events once more, whatever was sent before, and wait for the answers."""
        return self._post("webhooks/send", events=list(events), parallel=parallel)

    def deliveries(self) -> list[Json]:
        """Every try: event, type, url, attempt, at, status, answer, ok."""
        return self._get("webhooks/log")

    def wait_for_webhooks(self, seconds: float = 15) -> None:
        """Until nothing is left to send or to try again. Raises AssertionError after so many seconds."""
        assert self._post("webhooks/idle", seconds=seconds)["idle"], self.deliveries()

    def retry_after(self, *seconds: float) -> None:
        """How long to wait before each further try; nothing means one try only."""
        self._post("webhooks/retries", seconds=seconds)

    def _get(self, path: str) -> Any:
        return self._http.get(path).raise_for_status().json()

    def _post(self, path: str, /, **said: Any) -> Any:
        answer = self._http.post(path, json=said)
        assert answer.is_success, answer.text
        return answer.json()
