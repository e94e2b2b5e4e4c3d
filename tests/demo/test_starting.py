"""Starting without a database, or with one of another version: a sentence that says what to do, at once."""

import stat
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from linkflow.cli import main
from linkflow.demo import Place, environment_of
from linkflow.problems import CannotRun
from linkflow.store.engines import open_engine
from linkflow.store.migrating import VERSION_TABLE, refuse_other_schema
from linkflow.testing.processes import free_ports


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the database will lie: in a folder that is not there yet."""
    folder = tmp_path / "data" / "linkflow"
    for name, value in environment_of(Place(tmp_path / "place", 8000)).items():
        if name.startswith("LINKFLOW_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("LINKFLOW_DATA_DIR", str(folder))
    return folder / "linkflow.db"


def test_an_upgrade_makes_the_folder_and_a_file_for_its_owner_only(database: Path) -> None:
    assert main(["db", "upgrade"]) == 0
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in database.parent.iterdir()} == {0o600}


def test_a_folder_that_cannot_be_made_is_named(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database.parent.parent.write_text("a file where the folder should be")
    assert main(["db", "upgrade"]) == 1
    assert f"the database {database} cannot be written: Not a directory" in capsys.readouterr().err


def test_a_server_that_does_not_answer_is_named_without_its_password(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINKFLOW_DATABASE_URL", f"postgresql://linkflow:hidden@127.0.0.1:{free_ports()}/linkflow")
    assert main(["db", "upgrade"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("linkflow: the database cannot be opened: ")
    assert "hidden" not in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("there", [False, True])
def test_without_tables_nothing_starts(
    database: Path, capsys: pytest.CaptureFixture[str], command: str, there: bool
) -> None:
    if there:
        database.parent.mkdir(parents=True)
        database.touch()
    began = time.monotonic()
    assert main([command]) == 1
    assert time.monotonic() - began < 3
    assert "run `linkflow db upgrade`" in capsys.readouterr().err
    assert database.exists() is there


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_with_the_tables_of_another_version_nothing_starts(
    database: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    main(["db", "upgrade"])
    engine = open_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    assert main([command]) == 1
    assert "those of revision 9999" in capsys.readouterr().err


def test_postgresql_without_tables_is_refused_too(postgres_url: str) -> None:
    with pytest.raises(CannotRun, match="no tables of linkflow yet"):
        refuse_other_schema(postgres_url)


def test_a_database_that_does_not_answer_may_come_up_later() -> None:
    refuse_other_schema(f"postgresql://linkflow@127.0.0.1:{free_ports()}/linkflow")
