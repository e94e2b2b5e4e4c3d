"""Fresh, migrated databases of both kinds, for any test that asks for one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkflow.store.database import Database
from linkflow.store.migrating import upgrade


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that is migrated once and copied for each test."""
    place = tmp_path_factory.mktemp("migrated") / "linkflow.db"
    upgrade(f"sqlite:///{place}")
    return place


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite database."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'linkflow.db')}"


@pytest.fixture(params=["sqlite", pytest.param("migrated_postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database, once of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An open database of each kind."""
    opened = Database(url)
    yield opened
    opened.dispose()
