"""One private PostgreSQL for the kill tests, with fsync on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tools.postgres import PrivateCluster

from tests.kill.harness import Deployment


@pytest.fixture
def private_postgres() -> Iterator[PrivateCluster]:
    """A running server of our own that a test may kill."""
    with PrivateCluster(durable=True) as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    """A deployment that is set up, once on each database."""
    url = request.getfixturevalue("private_postgres").url if request.param == "postgresql" else ""
    with Deployment(database_url=url) as deployment:
        deployment.run("setup")
        yield deployment
