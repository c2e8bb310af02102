"""What stands on a page: the few questions that tests of all rooms ask of an answer."""

from typing import Any

from bs4 import BeautifulSoup, Tag


def soup(answer: Any) -> BeautifulSoup:
    """The page of an answer, by Flask's client or by httpx, as a tree; what waits in templates is not on it."""
    page = BeautifulSoup(answer.text, "html.parser")
    for template in page("template"):
        template.clear()
    return page


def words(node: Tag | None) -> str:
    """The text of an element that must be there, with one space wherever there is any blank."""
    assert node is not None
    return " ".join(node.text.split())


def rows(answer: Any, selector: str = ".row .row-text") -> list[str]:
    """The words of each row of a list; `selector` names other elements that are like rows."""
    return [words(it) for it in soup(answer).select(selector)]


def error(answer: Any, field: str) -> str:
    """The sentence beside a field, empty when there is none."""
    found = soup(answer).select_one(f"#{field}-error")
    return words(found) if found else ""


def boxes(answer: Any) -> list[str]:
    """The flashes and other boxes that say something."""
    return rows(answer, ".alert-body")


def sentence(answer: Any) -> str:
    """What a form says about what went wrong with all of it."""
    found = soup(answer).select_one(".form-errors, .alert")
    assert found is not None
    return found.get_text(" ", strip=True)
