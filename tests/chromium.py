"""Fixtures: one browser per worker, whichever room's tests open it. Playwright runs once in a process, or refuses."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

# Every window of Chromium draws two hidden pages for suggestions in its address bar, which cost more than most of the
# pages here. The last such list counts, so that it repeats what Playwright leaves out and would be seen.
_LEFT_OUT = [
    *(
        "WebUIOmniboxPopup",
        "WebUIOmniboxAimPopup",
        "WebUIOmniboxFullPopup",
        "AimEnabled",
        "PreconnectToSearch",
    ),
    *("PaintHolding", "HttpsUpgrades", "MediaRouter", "LensOverlay", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose"),
]
QUIET = [
    f"--disable-features={','.join(_LEFT_OUT)}",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, rather the one that never draws a window; DAYBOOK_CHROMIUM names another one."""
    here = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    path = os.environ.get("DAYBOOK_CHROMIUM") or here
    assert path, "The browser tests need Chromium: apt-get install chromium-headless-shell."
    browser = playwright.chromium.launch(executable_path=path, args=QUIET)
    yield browser
    browser.close()
