"""How a report comes about: what ends it, what it waits for, and that two runs of one are as good as one."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from linkflow.domain.errors import DatabaseBusy
from linkflow.domain.ports import Job
from linkflow.domain.requests import DataType, SyncState
from linkflow.services import reporting, sync_endings
from linkflow.services.job_steps import StepKind
from linkflow.services.syncing import start_sync
from linkflow.store import reports, spend_sums, syncs
from linkflow.store.report_tables import REPORT_ROWS
from tests.jobs.rig import Rig, Rows
from tests.services.spend_reports import build_all, read_books, report_of
from tests.worked_company import worked_books


def rows_of(rig: Rig) -> dict[str, int]:
    """Report id → rows of every table."""
    counts: dict[str, int] = {}
    with rig.ctx.database.reading() as tx:
        for table in REPORT_ROWS:
            for report_id, number in tx.connection.execute(
                select(table.c.report_id, func.count()).group_by(table.c.report_id)
            ):
                counts[report_id] = counts.get(report_id, 0) + number
    return counts


def _broken(*_args: object, **_named: object) -> Iterator[dict[str, object]]:
    yield from ()
    raise OverflowError("integer overflow")


def _trouble(rig: Rig, rows: Rows) -> str | None:
    with rig.ctx.database.reading() as tx:
        return reports.troubles(tx, rows.company_id, "spend_analysis").get(rows.connection_id)


def test_a_report_that_cannot_be_made_ends_with_a_word_and_the_one_before_counts(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = read_books(rig, worked_books())
    build_all(rig)
    old = report_of(rig, rows)
    rig.enqueued.jobs.clear()
    read_books(rig, worked_books(), of=rows, again=True)
    (fresh,) = rig.enqueued.of(Job.BUILD_REPORT)
    with monkeypatch.context() as patch:
        patch.setattr(spend_sums, "terms", _broken)
        assert reporting.build_report(rig.ctx, fresh) == reporting.FAILED
    assert report_of(rig, rows) == old
    assert _trouble(rig, rows) == "fault"
    assert set(rows_of(rig)) == {old.id}
    with rig.ctx.database.reading() as tx:
        assert not reports.is_making(tx, rows.connection_id, "spend_analysis")
    rig.enqueued.jobs.clear()
    read_books(rig, worked_books(), of=rows, again=True)
    build_all(rig)
    assert report_of(rig, rows).id not in (old.id, fresh)
    assert _trouble(rig, rows) is None
    with rig.ctx.database.reading() as tx:
        assert reports.report(tx, fresh) is None


def test_a_busy_database_ends_no_report(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = read_books(rig, worked_books())
    (fresh,) = rig.enqueued.of(Job.BUILD_REPORT)

    def busy(*_args: object, **_named: object) -> Iterator[dict[str, object]]:
        raise DatabaseBusy

    with monkeypatch.context() as patch:
        patch.setattr(spend_sums, "terms", busy)
        with pytest.raises(DatabaseBusy):
            reporting.build_report(rig.ctx, fresh)
    build_all(rig)
    assert report_of(rig, rows).id == fresh


@pytest.mark.parametrize("page_came", [False, True])
def test_a_report_waits_for_a_pull_and_is_made_of_whole_books_alone(rig: Rig, page_came: bool) -> None:
    rows = read_books(rig, worked_books())
    (waiting,) = rig.enqueued.of(Job.BUILD_REPORT)
    rig.clock.go_on(minutes=1)
    with rig.ctx.database.transaction() as tx:
        sync_id = start_sync(rig.ctx, tx, connection_id=rows.connection_id)
    assert reporting.build_report(rig.ctx, waiting).kind is StepKind.WAIT
    with rig.ctx.database.transaction() as tx:
        syncs.start(tx, sync_id, at=rig.ctx.now())
        if page_came:
            syncs.advance(tx, syncs.parts_of(tx, sync_id)[0], next_cursor="2", rows=0, total=None)
        sync_endings.end_sync(rig.ctx, tx, sync_id, state=SyncState.FAILED, reason="unavailable")
    step = reporting.build_report(rig.ctx, waiting)
    if page_came:
        assert (step, _trouble(rig, rows)) == (reporting.FAILED, "books-mixed")
        rig.clock.go_on(minutes=1)
        read_books(rig, worked_books(), of=rows, again=True)
        build_all(rig)
    assert (_trouble(rig, rows), report_of(rig, rows).id == waiting) == (None, not page_came)


def test_of_two_runs_that_make_one_report_only_the_later_one_writes(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = read_books(rig, worked_books())
    (fresh,) = rig.enqueued.of(Job.BUILD_REPORT)
    real, begun = spend_sums.terms, 0

    def overtaken(*args: object, **named: object) -> Iterator[dict[str, object]]:
        """Another run makes the whole report, or begins to, while this one is amid its rows."""
        nonlocal begun
        begun += 1
        if begun == 1:
            assert reporting.build_report(rig.ctx, fresh) == reporting.DONE
        yield from real(*args, **named)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(spend_sums, "terms", overtaken)
    monkeypatch.setattr(reports, "LARGEST_BATCH", 2)
    assert reporting.build_report(rig.ctx, fresh) == reporting.DONE
    whole = rows_of(rig)
    monkeypatch.undo()
    assert begun == 2
    assert report_of(rig, rows).id == fresh
    rig.enqueued.jobs.clear()
    read_books(rig, worked_books(), of=rows, again=True)
    build_all(rig)
    assert list(whole.values()) == list(rows_of(rig).values())


def test_a_run_that_was_overtaken_can_neither_write_nor_finish_nor_fail_a_report(rig: Rig) -> None:
    rows = read_books(rig, worked_books())
    (fresh,) = rig.enqueued.of(Job.BUILD_REPORT)
    with rig.ctx.database.transaction() as tx:
        made = reports.report(tx, fresh)
        assert made is not None
        assert reports.begin(tx, made, run="first")
        assert not reports.begin(tx, made, run="slow")
        again = reports.report(tx, fresh)
        assert again is not None
        assert reports.begin(tx, again, run="second")
        assert not reports.holds(tx, fresh, "first")
        assert not reports.fail(tx, made, run="first", error="fault")
        reports.drop(tx, made, run="first")
        assert not reports.make_current(tx, made, run="first", at=rig.ctx.now())
        assert reports.make_current(tx, again, run="second", at=rig.ctx.now())
        assert not reports.holds(tx, fresh, "second")
    assert report_of(rig, rows).id == fresh


def test_which_of_two_reports_is_later_is_not_left_to_clocks(rig: Rig) -> None:
    rows = read_books(rig, worked_books())
    rig.clock.go_on(hours=-1)
    read_books(rig, worked_books(), of=rows, again=True)
    first, second = rig.enqueued.of(Job.BUILD_REPORT)
    reporting.build_report(rig.ctx, second)
    reporting.build_report(rig.ctx, first)
    assert report_of(rig, rows).id == second


def test_a_complete_pull_that_holds_nothing_of_a_report_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = read_books(rig, worked_books())
    build_all(rig)
    old = report_of(rig, rows)
    rig.enqueued.jobs.clear()
    read_books(rig, worked_books(), of=rows, again=True)
    monkeypatch.setitem(reporting._MAKERS, DataType.SPEND_ANALYSIS, lambda *_args: None)  # type: ignore[attr-defined]
    build_all(rig)
    assert (report_of(rig, rows), _trouble(rig, rows)) == (old, "nothing")
