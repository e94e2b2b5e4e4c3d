"""Workbooks of reports: made by a job, kept in encrypted pieces, offered while they are true, gone with the books."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from linkflow.domain.books import Company, Period, Record, Supplier
from linkflow.domain.errors import CompanyGoing, NotFound, Refused
from linkflow.domain.ports import Job
from linkflow.domain.requests import ConnectionState, DataType, SyncState
from linkflow.reports.spend_workbook import RowsDiffer
from linkflow.services import (
    accounts,
    deleting,
    housekeeping,
    making_workbooks,
    reporting,
    retention,
    sync_endings,
    workbooks,
)
from linkflow.services.job_steps import DONE, FAILED, StepKind
from linkflow.services.private_folder import PREFIX, private_folder
from linkflow.services.syncing import start_sync
from linkflow.services.vault import VaultError
from linkflow.services.workbooks import Figures, Standing
from linkflow.store import books, connections
from linkflow.store import workbooks as stored
from linkflow.store.report_tables import workbook_chunks
from linkflow.store.report_tables import workbooks as workbook_table
from linkflow.store.unfinished import overdue
from linkflow.store.users import User
from tests.jobs.rig import Rig, Rows, add_rows, make_rig
from tests.made_reports import read_whole
from tests.spend_rows import bill, payment

FIGURES = Figures(kind=DataType.SPEND_ANALYSIS, period=Period(date(2025, 1, 1), date(2025, 12, 1)))
BOOKS: tuple[Record, ...] = (
    Company(external_id="co", name="Abra", base_currency="GBP"),
    Supplier(external_id="s1", name="Paper Ltd"),
    bill("b1", "1000.00"),
    payment("b1", "1000.00", day=45),
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres])])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    url = request.getfixturevalue("migrated_postgres_url") if request.param == "postgres" else ""
    made = make_rig(tmp_path, database_url=url)
    yield made
    made.ctx.database.dispose()


@pytest.fixture(autouse=True)
def temporary(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files lie in the open while a workbook is written."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def manager(rig: Rig) -> User:
    email = "manager@northbank.example"
    known = accounts.account(rig.ctx, email)
    return known or accounts.add_account(
        rig.ctx, email, "three plain words here", organization="northbank", name="Mona", role="manager"
    )


def read(rig: Rig, records: Sequence[Record] = BOOKS, *, rows: Rows | None = None, of: Rows | None = None) -> Rows:
    """Books read whole and their report made."""
    rows = rows or add_rows(rig.ctx, of=of, tenant_id=rig.ctx.new_id()[:8])
    read_whole(rig.ctx, rows.connection_id, records)
    for report_id in rig.enqueued.of(Job.BUILD_REPORT):
        reporting.build_report(rig.ctx, report_id)
    rig.enqueued.jobs.clear()
    return rows


def ask(rig: Rig, rows: Rows, **over: Any) -> str:
    """Asked for; answers the workbook's id."""
    assert workbooks.ask_for_workbook(rig.ctx, manager(rig), rows.company_id, Figures(**{**vars(FIGURES), **over}))
    return rig.enqueued.of(Job.MAKE_WORKBOOK)[-1]


def made(rig: Rig, rows: Rows, **over: Any) -> str:
    workbook_id = ask(rig, rows, **over)
    assert making_workbooks.make_workbook(rig.ctx, workbook_id) == DONE
    return workbook_id


def taken(rig: Rig, workbook_id: str) -> bytes:
    found = workbooks.take_workbook(rig.ctx, manager(rig), workbook_id)
    content = b"".join(found.pieces)
    assert len(content) == found.size
    return content


def standing(rig: Rig, rows: Rows) -> Standing:
    with rig.ctx.database.reading() as tx:
        return workbooks.standing(rig.ctx, tx, manager(rig), rows.company_id, FIGURES)


def pieces(rig: Rig) -> int:
    with rig.ctx.database.reading() as tx:
        return int(tx.connection.scalar(select(func.count()).select_from(workbook_chunks)))


def billed(content: bytes) -> Any:
    sheet = openpyxl.load_workbook(BytesIO(content), data_only=True)["Summary"]
    return next(row[1] for row in sheet.iter_rows(values_only=True) if row[0] == "Billed")


def test_a_workbook_is_asked_for_made_and_taken(rig: Rig, temporary: Path) -> None:
    rows = read(rig)
    assert standing(rig, rows).state == "none"
    workbook_id = ask(rig, rows)
    assert standing(rig, rows).state == "making"
    with rig.ctx.database.reading() as tx:  # were its job lost, it would be found
        assert (Job.MAKE_WORKBOOK, workbook_id) in overdue(tx, since=rig.ctx.now() + timedelta(hours=1))
    making_workbooks.make_workbook(rig.ctx, workbook_id)
    found = standing(rig, rows)
    assert found.state == "ready"
    named = workbooks.take_workbook(rig.ctx, manager(rig), workbook_id)
    assert (named.name, named.report) == ("Abra Kebabra Ltd", "spend-analysis-2025-01-to-2025-12")
    assert billed(taken(rig, workbook_id)) == 1000
    assert list(temporary.iterdir()) == []


def test_of_several_entities_each_is_told_apart(rig: Rig) -> None:
    rows = read(rig)
    read(rig, (BOOKS[0], bill("x1", "5.00")), of=rows)
    book = openpyxl.load_workbook(BytesIO(taken(rig, made(rig, rows))), data_only=True)
    assert book.sheetnames[:2] == ["Summary", "Entities"]
    alone = openpyxl.load_workbook(BytesIO(taken(rig, made(rig, rows, entity_id=rows.entity_id))), data_only=True)
    assert alone.sheetnames[:2] == ["Summary", "Payment methods"]


def test_the_same_workbook_is_asked_for_once_and_another_threshold_is_another(rig: Rig) -> None:
    rows = read(rig)
    workbook_id = ask(rig, rows)
    again = workbooks.ask_for_workbook(rig.ctx, manager(rig), rows.company_id, FIGURES)
    making_workbooks.make_workbook(rig.ctx, workbook_id)
    once_ready = workbooks.ask_for_workbook(rig.ctx, manager(rig), rows.company_id, FIGURES)
    assert (again, once_ready, len(rig.enqueued.of(Job.MAKE_WORKBOOK))) == (False, False, 1)
    assert made(rig, rows, threshold=Decimal(5000)) != workbook_id


def test_newer_figures_make_it_outdated_and_once_made_again_the_old_one_goes(rig: Rig) -> None:
    rows = read(rig)
    old = made(rig, rows)
    rig.clock.go_on(minutes=5)
    read(rig, (bill("b2", "500.00"),), rows=rows)
    found = standing(rig, rows)
    assert (found.state, found.ready and found.ready.id) == ("outdated", old)
    new = made(rig, rows)
    assert billed(taken(rig, new)) == 1500
    assert workbooks.forget_spent(rig.ctx) == 1
    with pytest.raises(NotFound):
        workbooks.take_workbook(rig.ctx, manager(rig), old)
    assert billed(taken(rig, new)) == 1500


def test_it_waits_while_the_books_are_read_and_while_their_report_is_made(rig: Rig) -> None:
    rows = read(rig)
    workbook_id = ask(rig, rows)
    with rig.ctx.database.transaction() as tx:
        sync_id = start_sync(rig.ctx, tx, connection_id=rows.connection_id)
        books.keep(tx, (bill("b2", "500.00"),), connection_id=rows.connection_id, sync_id=sync_id)
    assert making_workbooks.make_workbook(rig.ctx, workbook_id).kind is StepKind.WAIT
    with rig.ctx.database.transaction() as tx:
        sync_endings.end_sync(rig.ctx, tx, sync_id, state=SyncState.DONE)
    assert making_workbooks.make_workbook(rig.ctx, workbook_id).kind is StepKind.WAIT
    for report_id in rig.enqueued.of(Job.BUILD_REPORT):
        reporting.build_report(rig.ctx, report_id)
    assert making_workbooks.make_workbook(rig.ctx, workbook_id) == DONE
    assert billed(taken(rig, workbook_id)) == 1500
    assert standing(rig, rows).state == "ready"


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_one_that_was_killed_begins_again_and_leaves_nothing_of_the_first_try(
    rig: Rig, after: int, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    rows, add = read(rig), stored.add_chunks
    monkeypatch.setattr(making_workbooks, "CHUNK", 1000)
    workbook_id, calls = ask(rig, rows), []

    def dying(*args: Any, **named: Any) -> bool:
        calls.append(1)
        if len(calls) > after:
            raise Killed
        return add(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(stored, "add_chunks", dying)
        with pytest.raises(Killed):
            making_workbooks.make_workbook(rig.ctx, workbook_id)
    assert standing(rig, rows).state == "making"
    monkeypatch.setattr(making_workbooks, "CHUNK", 3000)
    assert making_workbooks.make_workbook(rig.ctx, workbook_id) == DONE
    content = taken(rig, workbook_id)
    assert billed(content) == 1000
    assert pieces(rig) == -(-len(content) // 3000)
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_in_the_open_goes_with_the_next_one(temporary: Path) -> None:
    left = temporary / f"{PREFIX}left"
    left.mkdir()
    (left / "lock").touch()
    (left / "sheet.xml").write_text("Paper Ltd")
    with private_folder() as held:
        assert not left.exists()
        with private_folder():
            assert held.exists()
    assert list(temporary.iterdir()) == []


def test_pieces_are_encrypted_each_for_its_own_place(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making_workbooks, "CHUNK", 2000)
    workbook_id = made(rig, read(rig))
    with rig.ctx.database.transaction() as tx:
        first, second = (stored.chunk(tx, workbook_id, place) for place in (0, 1))
        assert first is not None
        assert second is not None
        assert b"PK" not in first[:60]
        tx.connection.execute(workbook_chunks.update().where(workbook_chunks.c.position == 0).values(content=second))
    with pytest.raises(VaultError):
        taken(rig, workbook_id)


def test_rows_that_differ_from_the_report_fail_with_a_reason_and_can_be_asked_for_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = read(rig)

    def differ(*_: object, **__: object) -> None:
        raise RowsDiffer

    with monkeypatch.context() as patch:
        patch.setattr(making_workbooks, "write_spend_workbook", differ)
        assert making_workbooks.make_workbook(rig.ctx, ask(rig, rows)) == FAILED
    assert (standing(rig, rows).state, standing(rig, rows).error) == ("failed", "books-differ")
    made(rig, rows)
    assert standing(rig, rows).state == "ready"


def test_of_two_runs_that_make_one_workbook_only_the_later_one_writes(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making_workbooks, "CHUNK", 50)
    rows, write = read(rig), making_workbooks.write_spend_workbook
    workbook_id, whole = ask(rig, rows), 0

    def overtaken(*args: Any, **named: Any) -> None:
        """Another run makes it all while this one writes its file."""
        nonlocal whole
        write(*args, **named)
        with monkeypatch.context() as patch:
            patch.setattr(making_workbooks, "write_spend_workbook", write)
            assert making_workbooks.make_workbook(rig.ctx, workbook_id) == DONE
        whole = pieces(rig)

    monkeypatch.setattr(making_workbooks, "write_spend_workbook", overtaken)
    assert making_workbooks.make_workbook(rig.ctx, workbook_id) == DONE
    assert pieces(rig) == whole > 1
    assert billed(taken(rig, workbook_id)) == 1000


def test_a_run_that_was_overtaken_can_neither_store_nor_finish_nor_fail_a_workbook(rig: Rig) -> None:
    workbook_id = ask(rig, read(rig))
    with rig.ctx.database.transaction() as tx:
        wanted = stored.workbook(tx, workbook_id)
        assert wanted is not None
        assert stored.begin(tx, wanted, run="first", made_from=())
        assert not stored.begin(tx, wanted, run="slow", made_from=())
        again = stored.workbook(tx, workbook_id)
        assert again is not None
        assert stored.begin(tx, again, run="second", made_from=())
        assert not stored.add_chunks(tx, workbook_id, [(0, b"x")], run="first")
        assert not stored.fail(tx, wanted, run="first", error="fault", at=rig.ctx.now())
        end: dict[str, Any] = {"size": 1, "filename": "x", "at": rig.ctx.now()}
        assert not stored.finish(tx, workbook_id, run="first", pieces=0, **end)
        assert stored.add_chunks(tx, workbook_id, [(0, b"x")], run="second")
    with pytest.raises(ValueError, match="not all there"), rig.ctx.database.transaction() as tx:
        stored.finish(tx, workbook_id, run="second", pieces=2, **end)
    with rig.ctx.database.transaction() as tx:
        assert stored.finish(tx, workbook_id, run="second", pieces=1, **end)


@pytest.mark.parametrize(("error", "reason"), [(OSError("full"), "no-room"), (KeyError("x"), "fault")])
def test_whatever_goes_wrong_whoever_asked_is_told(
    rig: Rig, error: Exception, reason: str, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    rows = read(rig)
    monkeypatch.setattr(making_workbooks, "write_spend_workbook", fail)
    assert making_workbooks.make_workbook(rig.ctx, ask(rig, rows)) == FAILED
    assert standing(rig, rows).error == reason
    assert list(temporary.iterdir()) == []


def test_no_more_than_a_few_are_made_at_once_for_a_company(rig: Rig) -> None:
    rows = read(rig)
    for number in range(workbooks.AT_ONCE):
        ask(rig, rows, threshold=Decimal(number))
    with pytest.raises(Refused):
        ask(rig, rows, threshold=Decimal(77))


def test_only_the_last_few_of_a_company_are_kept(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "KEPT_READY", 2)
    rows, kept = read(rig), []
    for number in range(4):
        rig.clock.go_on(minutes=1)
        kept.append(made(rig, rows, threshold=Decimal(number)))
    for workbook_id in kept[:2]:
        with pytest.raises(NotFound):
            workbooks.take_workbook(rig.ctx, manager(rig), workbook_id)
    assert all(taken(rig, workbook_id) for workbook_id in kept[2:])


def test_what_a_killed_process_left_in_the_open_goes_with_the_day(rig: Rig, temporary: Path) -> None:
    left = temporary / f"{PREFIX}killed"
    left.mkdir()
    (left / "lock").touch()
    (left / "workbook.xlsx").write_bytes(b"figures")
    housekeeping.tidy(rig.ctx)
    assert not left.exists()


def test_an_old_one_is_forgotten(rig: Rig) -> None:
    rows = read(rig)
    made(rig, rows)
    rig.clock.go_on(days=29)
    assert workbooks.forget_spent(rig.ctx) == 0
    rig.clock.go_on(days=2)
    assert workbooks.forget_spent(rig.ctx) == 1
    assert (pieces(rig), standing(rig, rows).state) == (0, "none")


def disconnect(rig: Rig, rows: Rows) -> None:
    with rig.ctx.database.transaction() as tx:
        old, new = ConnectionState.LINKED, ConnectionState.DISCONNECTED
        now = rig.ctx.now()
        connections.move(tx, rows.connection_id, old=old, new=new, ended_at=now, books_unwanted_at=now)


def test_nothing_of_deleted_books_survives_in_a_workbook(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making_workbooks, "CHUNK", 50)
    rows = read(rig)
    other = read(rig, (BOOKS[0], bill("x1", "5.00")), of=rows)
    all_of_it, own = made(rig, rows), made(rig, rows, entity_id=rows.entity_id)
    others = made(rig, rows, entity_id=other.entity_id)
    disconnect(rig, rows)
    while retention.delete_unwanted(rig.ctx, rows.connection_id) != DONE:
        pass
    for gone in (all_of_it, own):
        with pytest.raises(NotFound):
            workbooks.take_workbook(rig.ctx, manager(rig), gone)
    assert billed(taken(rig, others)) == 5
    with rig.ctx.database.reading() as tx:
        left = tx.connection.execute(select(workbook_chunks.c.workbook_id).distinct()).scalars().all()
    assert left == [others]


def test_one_being_made_while_its_books_are_deleted_is_none(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, write = read(rig), making_workbooks.write_spend_workbook
    workbook_id = ask(rig, rows)

    def write_while_deleting(*args: Any, **named: Any) -> None:
        write(*args, **named)
        disconnect(rig, rows)
        while retention.delete_unwanted(rig.ctx, rows.connection_id) != DONE:
            pass

    monkeypatch.setattr(making_workbooks, "write_spend_workbook", write_while_deleting)
    assert making_workbooks.make_workbook(rig.ctx, workbook_id) == DONE
    assert pieces(rig) == 0
    with rig.ctx.database.reading() as tx:
        assert tx.connection.execute(select(workbook_table)).all() == []


def test_a_deleted_company_takes_its_workbooks_along_a_batch_at_a_time(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making_workbooks, "CHUNK", 50)
    rows = read(rig)
    workbook_id = made(rig, rows)
    before = pieces(rig)
    assert before > stored.CHUNKS
    deleting.delete(rig.ctx, manager(rig), rows.company_id, typed_name="Abra Kebabra Ltd")
    with pytest.raises(CompanyGoing):
        workbooks.take_workbook(rig.ctx, manager(rig), workbook_id)
    deleting.delete_next(rig.ctx, rows.company_id)
    while pieces(rig):
        left = pieces(rig)
        deleting.delete_next(rig.ctx, rows.company_id)
        assert left - pieces(rig) <= stored.CHUNKS


def test_a_company_out_of_sight_has_no_workbooks(rig: Rig) -> None:
    rows = read(rig)
    workbook_id = made(rig, rows)
    stranger = accounts.add_account(
        rig.ctx, "x@harbour.example", "three plain words here", organization="northbank", name="X", role="viewer"
    )
    elsewhere = type(stranger)(**{**vars(stranger), "organization": "harbour"})
    with pytest.raises(NotFound):
        workbooks.take_workbook(rig.ctx, elsewhere, workbook_id)
