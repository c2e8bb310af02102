import pytest
import requests
from stripe import InvalidRequestError, StripeClient

from tests.stripe_simulator.bodies import nested
from tests.stripe_simulator.doors.endpoints import ENDPOINTS
from tests.stripe_simulator.params import fields, shape
from tests.stripe_simulator.problems import Problem
from tests.stripe_simulator.simulator import Simulator

WISH = {"amount": "500", "currency": "eur"}


def refusal(
    simulator: Simulator, wish: dict[str, str], path: str = "payment_intents"
) -> tuple[str | None, str | None]:
    """The code and the parameter of a request that is refused with 400."""
    headers = {"Authorization": f"Bearer {simulator.secret_key}"}
    answer = requests.post(f"{simulator.url}/v1/{path}", data=wish, headers=headers, timeout=5)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error"), error
    assert error["message"]
    return error.get("code"), error.get("param")


@pytest.mark.parametrize(
    ("wish", "code", "param"),
    [
        ({"currency": "eur"}, "parameter_missing", "amount"),
        ({"amount": "500"}, "parameter_missing", "currency"),
        (WISH | {"colour": "red"}, "parameter_unknown", "colour"),
        (WISH | {"metadata[a][b]": "1"}, None, "metadata[a]"),
        (
            WISH | {"automatic_payment_methods[enable]": "true"},
            "parameter_unknown",
            "automatic_payment_methods[enable]",
        ),
        (
            WISH | {"automatic_payment_methods[allow_redirects]": "never"},
            "parameter_missing",
            "automatic_payment_methods[enabled]",
        ),
        (WISH | {"automatic_payment_methods": "true"}, None, "automatic_payment_methods"),
        (WISH | {"amount": "5.00"}, "parameter_invalid_integer", "amount"),
        (WISH | {"amount": "1_000"}, "parameter_invalid_integer", "amount"),
        (WISH | {"amount": "9" * 40}, "parameter_invalid_integer", "amount"),
        (WISH | {"amount": "-500"}, "parameter_invalid_integer", "amount"),
        (WISH | {"amount[x]": "1"}, None, "amount[x]"),
        (WISH | {"confirm": "yes"}, "parameter_invalid_boolean", "confirm"),
        (WISH | {"description": ""}, "parameter_invalid_empty", "description"),
        (WISH | {"description": "x" * 5001}, "parameter_invalid_string_length", "description"),
        (WISH | {"metadata[x]": "x" * 501}, None, "metadata[x]"),
        (WISH | {"receipt_email": "olivia"}, "email_invalid", "receipt_email"),
        (WISH | {"statement_descriptor_suffix": "x" * 23}, None, "statement_descriptor_suffix"),
        (WISH | {"confirm": "true", "return_url": "/back"}, "url_invalid", "return_url"),
        (WISH | {"capture_method": "never"}, None, "capture_method"),
        (WISH | {"currency": "xyz"}, None, "currency"),
        (
            WISH | {"payment_method_types[]": "card"},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
    ],
)
def test_what_stripe_would_not_take_is_refused(
    stripe_simulator: Simulator, wish: dict[str, str], code: str | None, param: str
) -> None:
    assert refusal(stripe_simulator, wish) == (code, param)
    assert stripe_simulator.ledger()["payment_intents"] == []


@pytest.mark.parametrize(
    "more",
    [
        {"customer": "cus_1"},
        {"capture_method": "manual"},
        {"application_fee_amount": "100"},
        {"setup_future_usage": "off_session"},
        {"allowed_payment_method_types[]": "ideal"},
    ],
)
def test_what_is_not_simulated_is_refused_aloud(stripe_simulator: Simulator, more: dict[str, str]) -> None:
    assert refusal(stripe_simulator, WISH | more)[0] == "not_simulated"


def test_lists_may_be_written_in_two_ways(stripe_simulator: Simulator, client: StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    headers = {"Authorization": f"Bearer {stripe_simulator.secret_key}"}
    for name in ("expand[]", "expand[0]"):
        answer = requests.get(
            f"{stripe_simulator.url}/v1/payment_intents/{intent.id}",
            {name: "latest_charge"},
            headers=headers,
            timeout=5,
        )
        assert answer.status_code == 200, answer.text


def test_only_what_can_be_expanded_is_expanded(client: StripeClient) -> None:
    with pytest.raises(InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.create({"amount": 500, "currency": "eur", "expand": ["weather"]})
    with pytest.raises(InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.list({"expand": ["latest_charge"]})
    assert client.v1.payment_intents.list({"expand": ["data.latest_charge"]}).data == []


def test_names_become_paths() -> None:
    pairs = [("a", "1"), ("b[c][d]", "2"), ("e[]", "3"), ("e[]", "4"), ("f[0][g]", "5"), ("f[1][g]", "6")]
    assert nested(pairs) == {"a": "1", "b": {"c": {"d": "2"}}, "e": ["3", "4"], "f": [{"g": "5"}, {"g": "6"}]}


@pytest.mark.parametrize("names", [["a[b"], ["a", "a"], ["a", "a[b]"], ["[a]"], [""]])
def test_names_that_are_no_paths_are_refused(names: list[str]) -> None:
    with pytest.raises(Problem):
        nested((name, "1") for name in names)


def test_everything_that_is_simulated_is_declared_by_the_sdk() -> None:
    strange = {
        f"{it.method} {it.path}": missing
        for it in ENDPOINTS
        if (
            missing := {name for name in it.simulated if "." not in name and name not in it.undeclared}
            - fields(shape(it.declared)).keys()
        )
    }
    assert strange == {}
