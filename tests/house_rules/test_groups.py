"""Which tests run when a change is judged: a group reads its own folders; a marked test elsewhere would never run."""

import re

import pytest

from app.config import ROOT

GROUP = re.compile(
    r"^(?:patient_)?tests (?:[a-z]+) .*-m (?P<marker>[a-z]+) (?P<folders>[a-z_/ ]+)$", re.MULTILINE
)


def folders_by_marker() -> dict[str, list[str]]:
    """What .ci/run says, for all groups but the first, which leaves out by marker and reads everything."""
    return {it["marker"]: it["folders"].split() for it in GROUP.finditer((ROOT / ".ci/run").read_text())}


@pytest.mark.parametrize("marker", ["race", "fault", "browser", "engines"])
def test_marked_tests_are_in_the_folders_of_their_group(marker: str) -> None:
    marked = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if re.search(rf"\bmark\.{marker}\b", path.read_text())
    ]
    folders = tuple(f"{it}/" for it in folders_by_marker()[marker])
    assert marked
    assert [it for it in marked if not it.startswith(folders)] == []


def test_the_first_group_leaves_out_exactly_the_others() -> None:
    first = re.search(r'-m "(not .*)"$', (ROOT / ".ci/run").read_text(), re.MULTILINE)
    assert first
    assert set(re.findall(r"not (\w+)", first[1])) == folders_by_marker().keys()
