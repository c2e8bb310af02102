import pytest

from app.auth.returning import safe_path


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/manage/ann-salon/",
        "/manage/ann-salon/?date=2027-03-01",
        "/a//b",
        "/?next=//x",
        "/caf%C3%A9",
        "/café",
    ],
)
def test_paths_of_this_site_are_kept(path):
    assert safe_path(path) == path


ELSEWHERE = [
    "",
    None,
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/path\\..\\x",
    "https://evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "account",
    " /account/",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "\t//evil.example",
    "/\x00/evil.example",
    "/\u2028/evil.example",
    "/\u200b/evil.example",
    "/\u202e/evil.example",
    "/" + "x" * 2001,
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_anything_that_could_lead_elsewhere_is_not(path):
    assert safe_path(path) is None
