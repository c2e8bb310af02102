"""The page that asks what becomes of the bookings an edit touches, as somebody fills it in."""

from collections.abc import Mapping

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.reading import soup, words


def fields(answer: TestResponse) -> dict[str, list[str]]:
    """Everything its form would send as it stands."""
    form = soup(answer).select_one("#impact")
    assert form, words(soup(answer).select_one("main"))
    sent: dict[str, list[str]] = {}
    for it in form.select("input[name]"):
        if it.get("type") != "checkbox" or it.has_attr("checked"):
            sent.setdefault(it["name"], []).append(it.get("value", ""))
    for it in form.select("select"):
        chosen = it.select_one("option[selected]") or it.select_one("option")
        sent[it["name"]] = [chosen["value"]]
    return sent


def choices(answer: TestResponse) -> dict[str, list[str]]:
    """The words of the choices of each item, by the first word of its customer's line."""
    return {
        item.select_one(".impact-when").get_text(strip=True): [words(it) for it in item.select("option")]
        for item in soup(answer).select(".impact-item")
    }


def decide(
    client: FlaskClient,
    answer: TestResponse,
    which: Mapping[int, str] | None = None,
    **more: str | None,
) -> TestResponse:
    """Send the page's form with a choice (by its first word) for some appointments; all others stay as they are.

    `more` are other fields of the form; None leaves one out.
    """
    assert answer.status_code == 409, answer.status_code
    page = soup(answer)
    sent = fields(answer)
    for number, what in (which or {}).items():
        options = page.select(f"#impact-of-{number} option")
        found = [it["value"] for it in options if it["value"] == what or it["value"].split(":")[0] == what]
        assert found, [it["value"] for it in options]
        sent[f"impact-of-{number}"] = [found[0]]
    for name, value in more.items():
        sent.pop(name.replace("_", "-"), None)
        if value is not None:
            sent[name.replace("_", "-")] = [value]
    return client.post(page.select_one("#impact")["action"], data=sent)
