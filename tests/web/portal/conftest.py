"""A fresh portal for each test, on a database that was migrated once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkflow.store.migrating import upgrade
from tests.web.portal.desk import Desk, close_desks, make_desk
from tests.web.portal.single_sign_on import SignOn, sign_on_at


@pytest.fixture(scope="session")
def migrated_portal_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that is migrated once and copied for each test."""
    place = tmp_path_factory.mktemp("portal") / "linkflow.db"
    upgrade(f"sqlite:///{place}")
    return place


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres])])
def portal_url(request: pytest.FixtureRequest, migrated_portal_file: Path, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database of this test's own."""
    if request.param == "postgres":
        yield request.getfixturevalue("migrated_postgres_url")
    else:
        yield f"sqlite:///{shutil.copy(migrated_portal_file, tmp_path / 'linkflow.db')}"
    close_desks()


@pytest.fixture
def desk(portal_url: str, tmp_path: Path) -> Desk:
    """Two organizations, nobody signed in."""
    return make_desk(tmp_path, portal_url)


@pytest.fixture
def sign_on(desk: Desk) -> Iterator[SignOn]:
    """Both organizations with a provider of their own."""
    with sign_on_at(desk) as made:
        yield made
