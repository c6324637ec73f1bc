"""Test set-up: what a test needs from the machine, and what happens when it is not there.

Home folder and settings are made in `huiyin.site.test_settings`; HUIYIN_DATABASE names the database (empty: SQLite).

With HUIYIN_NOTHING_SKIPPED=1 a test that lacks its browser or its PostgreSQL fails instead of being skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from tools import postgres

# A test is right or wrong, not fast or slow: speed is measured by `huiyin bench`, and a busy machine fails nobody.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

# The test runner's own business: a browser test drives the browser in this thread, which counts as asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


#: Quiet, and as root too; a browser of its own would ask machines elsewhere whether it is up to date.
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str | None:
    """The path of Chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def missing(markers: set[str]) -> str:
    """Why a test with these markers cannot run here; "" when it can."""
    if "browser" in markers and chromium() is None:
        return "Chromium not found: apt install chromium"
    if "postgres" in markers and not os.environ.get("HUIYIN_DATABASE") and postgres.find_binaries() is None:
        return postgres.MISSING
    if "data" in markers and not os.environ.get("HUIYIN_DATA"):
        return "HUIYIN_DATA does not name the folder of the real messages"
    return ""


def pytest_runtest_setup(item: pytest.Item) -> None:
    markers = {marker.name for marker in item.iter_markers()}
    reason = missing(markers)
    if not reason:
        return
    if os.environ.get("HUIYIN_NOTHING_SKIPPED") == "1" and "data" not in markers:
        pytest.fail(f"nothing may be skipped here: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; tests that use it carry the marker `browser`."""
    return chromium() or ""


@pytest.fixture(autouse=True)
def _no_pack_of_another_test() -> None:
    """A process remembers the pack in force for two seconds; a test must not see one that was rolled back."""
    from huiyin.organisation import store

    store.forget()


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Debian's Chromium, one for the whole run: a process can drive one browser at a time."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=chromium_path, args=SWITCHES)
        yield chromium
        chromium.close()
