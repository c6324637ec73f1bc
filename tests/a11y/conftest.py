"""One served deployment with a matter in every state for all tests of this folder, and one browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.a11y.looking import Site
from tests.kill.harness import Deployment
from tests.story.people import SWITCHES


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """What is looked at."""
    with Deployment(extra={"HUIYIN_GROUP_COMMIT": ""}) as place:
        found = Site(place)
        found.begin()
        yield found


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=chromium_path, args=SWITCHES)
        yield chromium
        chromium.close()
