"""One served deployment with a matter in every state for all tests of this folder, and one browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.a11y.looking import Site
from tests.kill.harness import Deployment


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """What is looked at."""
    with Deployment(extra={"HUIYIN_GROUP_COMMIT": ""}) as place:
        found = Site(place)
        found.begin()
        yield found
