"""One town per database for all stories of a run, and one browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tools.postgres import PrivateCluster

from tests.kill.harness import Deployment
from tests.story.town import Town


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def town(request: pytest.FixtureRequest) -> Iterator[Town]:
    """The example town, served for real, once on each database. Every member of staff needs a second factor."""
    with ExitStack() as stack:
        url = stack.enter_context(PrivateCluster()).url if request.param == "postgresql" else ""
        yield stack.enter_context(Town(Deployment(database_url=url, extra={"HUIYIN_MFA": "required"})))
