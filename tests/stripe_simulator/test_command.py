import os
import signal
import subprocess
import sys

import pytest
import requests
from stripe import StripeClient

from app.config import ROOT
from tests.serving import free_port
from tests.stripe_simulator.receiving import Ear


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_newcomer_starts_it_and_reads_the_keys(ear: Ear, end: signal.Signals) -> None:
    port = free_port()
    words = ["--port", str(port), "--webhooks", ear.url]
    command = [sys.executable, "-u", "-m", "tests.stripe_simulator", *words]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        said = [program.stdout.readline() for _ in range(6)]
        key = next(line.split()[-1] for line in said if "secret key" in line)
        client = StripeClient(key, base_addresses={"api": f"http://127.0.0.1:{port}"})
        assert client.v1.accounts.retrieve_current().charges_enabled
        client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
        requests.post(f"http://127.0.0.1:{port}/_sim/webhooks/idle", json={"seconds": 5}, timeout=10)
        assert len(ear.heard) == 1
        program.send_signal(end)
        try:
            assert program.wait(20) == 0
        finally:
            program.kill()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/_sim/ready", timeout=5)
