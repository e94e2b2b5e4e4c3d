"""What the services are tried on, where a test has nothing of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkflow import providers
from tests.jobs.fakes import FakeProvider
from tests.jobs.rig import Rig, make_rig


@pytest.fixture
def rig(url: str, tmp_path: Path) -> Iterator[Rig]:
    """A rig on each kind of database."""
    made = make_rig(tmp_path, database_url=url)
    yield made
    made.ctx.database.dispose()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """Whatever software is read, this is its adapter."""
    fake = FakeProvider()
    monkeypatch.setattr(providers, "load", lambda software: fake)
    return fake
