"""A throw-away PostgreSQL server for the tests marked `postgres`: loopback only, no durability, gone at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from linkflow.store.migrating import upgrade
from linkflow.testing.processes import free_ports
from tests.availability import require

COMMAND = "python3 .ci/machine.py postgres   (Debian: apt-get install postgresql)"
NUMBERS = count(1)
MEMORY = "/dev/shm"
ROOM = 2 * 1024**3
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The server's URL without a database: LINKFLOW_TEST_PG_URL, or one started here."""
    given = os.environ.get("LINKFLOW_TEST_PG_URL")
    if given:
        yield given.rstrip("/")
        return
    programs = _programs()
    require(programs, "PostgreSQL", command=COMMAND)
    assert programs is not None
    with tempfile.TemporaryDirectory(prefix="linkflow-pg-", dir=_quickest()) as place:
        port, data = free_ports(), Path(place) / "data"
        if os.geteuid() == 0:
            shutil.chown(place, "postgres")
        _run(programs / "initdb", "-D", data, "-U", "linkflow", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} {QUICK}"
        _run(programs / "pg_ctl", "-D", data, "-w", "-s", "-l", Path(place) / "log", "-o", options, "start")
        try:
            yield f"postgresql://linkflow@127.0.0.1:{port}"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-s", "stop")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, empty database."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """The name of a database that was migrated once, to copy from: as long as nobody is connected to it."""
    with _database(postgres_server) as url:
        upgrade(url)
        yield url.rpartition("/")[2]


@pytest.fixture
def migrated_postgres_url(postgres_server: str, migrated_postgres: str) -> Iterator[str]:
    """The SQLAlchemy URL of a migrated database of this test's own."""
    with _database(postgres_server, f'TEMPLATE "{migrated_postgres}" STRATEGY file_copy') as url:
        yield url


@pytest.fixture
def english_postgres_url(postgres_server: str) -> Iterator[str]:
    """The SQLAlchemy URL of a migrated database that sorts as English dictionaries do, which the others do not."""
    with _database(postgres_server, "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'") as url:
        upgrade(url)
        yield url


@contextmanager
def _database(server: str, like: str = "") -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" {like}'.encode())
        try:
            yield f"{server}/{name}".replace("postgresql://", "postgresql+psycopg://")
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _quickest() -> str | None:
    """Memory, where there is enough: a database is copied for each test. None is the usual place."""
    return MEMORY if Path(MEMORY).is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    named = shutil.which("pg_ctl")
    if found:
        return found[-1].parent
    return Path(named).resolve().parent if named else None


def _run(*command: object) -> None:
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*before, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")
