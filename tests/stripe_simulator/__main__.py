"""`python -m tests.stripe_simulator`: a Stripe for newcomers, on a port of this machine."""

import argparse
import signal

from tests.stripe_simulator.serving import NotReady, serving
from tests.stripe_simulator.simulator import Simulator


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.stripe_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--url", help="the address browsers see, when it is another one")
    parser.add_argument("--webhooks", metavar="URL", help="where to send the events of the test account")
    words = parser.parse_args()
    for end in (signal.SIGINT, signal.SIGTERM):  # A shell lets what it starts behind it ignore the first.
        signal.signal(end, signal.default_int_handler)  # The server ends with whoever started it.
    try:
        with serving(words.port, host=words.host, url=words.url) as server:
            simulator = Simulator(server.url)
            if words.webhooks:
                simulator.send_webhooks_to(words.webhooks)
            print(greeting(simulator), flush=True)  # noqa: T201
            server.process.wait()
    except NotReady as error:
        raise SystemExit(str(error)) from error
    except KeyboardInterrupt:
        pass


def greeting(simulator: Simulator) -> str:
    """What to put where."""
    return "\n".join(
        [
            f"The Stripe simulator listens on {simulator.url}",
            f"  secret key        {simulator.secret_key}",
            f"  publishable key   {simulator.publishable_key}",
            f"  webhook secret    {simulator.webhook_secret}",
            f"  Stripe.js         {simulator.url}/v3/",
            "Pay with 4242 4242 4242 4242; 4000 0000 0000 0002 is declined, 4000 0025 0000 3155 asks for 3-D Secure.",
        ]
    )


if __name__ == "__main__":
    main()
