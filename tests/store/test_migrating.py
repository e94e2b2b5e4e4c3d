"""Migrations: they make what the tables say, once, beside the durable engine's tables."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from linkflow.store import migrating
from linkflow.store.database import Database
from linkflow.store.engines import open_engine
from linkflow.store.migrating import differences, is_current, upgrade
from linkflow.store.report_tables import ALL_TABLES
from linkflow.store.tables import consents, events, uploads
from tests.store.rows import NOW, add_consent, add_event, add_upload, make_connection


def test_the_migrated_schema_equals_the_tables(database: Database) -> None:
    with database.reading() as tx:
        assert differences(tx.connection) == []
        assert is_current(tx.connection)
        # SQLite keeps the index of words in tables of its own.
        found = {name for name in inspect(tx.connection).get_table_names() if not name.startswith("company_search")}
        assert found == ALL_TABLES | {"linkflow_schema"}


def test_a_difference_would_be_found(database: Database) -> None:
    with database.transaction() as tx:
        tx.connection.execute(text("DROP TABLE workers"))
        tx.connection.execute(text("ALTER TABLE users DROP COLUMN name"))
        assert len(differences(tx.connection)) == 2


def test_upgrading_again_changes_nothing(database: Database, url: str) -> None:
    with database.transaction() as tx:
        add_event(tx.connection)
    upgrade(url)
    with database.reading() as tx:
        assert tx.connection.scalar(events.select()) == "e1"


def test_tables_of_others_are_neither_noticed_nor_touched(database: Database, url: str) -> None:
    with database.transaction() as tx:
        tx.connection.execute(text("CREATE TABLE workflow_status (x INTEGER)"))
    upgrade(url)
    with database.reading() as tx:
        assert differences(tx.connection) == []
        assert "workflow_status" in inspect(tx.connection).get_table_names()


def test_two_upgrades_at_once_take_turns(tmp_path: Path) -> None:
    url, failures = f"sqlite:///{tmp_path}/new.db", list[BaseException]()

    def run() -> None:
        try:
            upgrade(url)
        except Exception as failure:  # noqa: BLE001 - reported below, in the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_failed_upgrade_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = migrating.command.upgrade

    def break_off(*arguments: Any) -> None:
        real(*arguments)
        raise OSError

    monkeypatch.setattr(migrating.command, "upgrade", break_off)
    url = f"sqlite:///{tmp_path}/new.db"
    with pytest.raises(OSError):
        upgrade(url)
    database = Database(url)
    with database.reading() as tx:
        assert inspect(tx.connection).get_table_names() == []
        assert not is_current(tx.connection)
    database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind with nothing in it."""
    return f"sqlite:///{tmp_path}/new.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


def upgrade_to(url: str, revision: str) -> None:
    """As far as an older version of linkflow would have."""
    engine = open_engine(url)
    with engine.begin() as connection:
        migrating.command.upgrade(migrating._config(connection), revision)
    engine.dispose()


@pytest.mark.parametrize("table", [consents, events], ids=lambda table: table.name)
@pytest.mark.parametrize("change", ["update", "delete"])
def test_consents_and_events_can_be_added_but_never_altered(database: Database, table: Any, change: str) -> None:
    with database.transaction() as tx:
        add_consent(tx.connection)
        add_event(tx.connection)
    statement = table.delete() if change == "delete" else table.update().values(kind="other")
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as tx:
        tx.connection.execute(statement)


def test_of_two_files_that_had_both_stayed_current_the_younger_does(empty_url: str) -> None:
    upgrade_to(empty_url, "0005")
    database = Database(empty_url)
    with database.transaction() as tx:
        make_connection(tx.connection, "c1")
        for number, name in enumerate(("old", "young")):
            add_upload(tx.connection, name, place="c1", at=NOW + timedelta(minutes=number))
    upgrade(empty_url)
    with database.transaction() as tx:
        found = dict(tx.connection.execute(select(uploads.c.id, uploads.c.replaced_at)).all())
        assert found == {"old": NOW + timedelta(minutes=1), "young": None}
    with pytest.raises(IntegrityError), database.transaction() as tx:
        add_upload(tx.connection, "third", place="c1", at=NOW)
    database.dispose()
