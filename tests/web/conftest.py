"""An office of its own for each test, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.office import Office, open_office


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres])])
def office(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Two organizations, nobody there yet."""
    elsewhere = request.param == "postgres"
    settings = {"database_url": request.getfixturevalue("migrated_postgres_url")} if elsewhere else {}
    with open_office(tmp_path, monkeypatch, **settings) as opened:
        yield opened
