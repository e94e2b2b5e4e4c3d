"""Making reports: from a connection's books after each complete pull, and again from the one that counts.

A report is worked out from one consistent state of the books, written in small transactions and made current by one
update. Books that are being read are no state to report on, so a report waits for the end of the pull; neither are
books that a pull left half-way. One that a correction asks for is of the same reading as the one that counts, whatever
was read since. Of two runs that make the same report only the later one writes.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from linkflow.domain.errors import DatabaseBusy
from linkflow.domain.ports import Job, Transaction
from linkflow.domain.requests import DataType, data_types_of
from linkflow.services import making_financials, making_spend
from linkflow.services.context import Context
from linkflow.services.job_steps import DONE, FAILED, MORE, JobStep, wait
from linkflow.store import reports, syncs
from linkflow.store.reports import LARGEST_BATCH, Contents, Report, ReportState
from linkflow.store.syncs import Sync
from linkflow.store.turns import take_turn_of

Maker = Callable[[Context, Transaction, Report, Sync], Contents | None]
"""Works out a report in a reading transaction; None when the books hold nothing of it."""

FAULT, MIXED, NOTHING = "fault", "books-mixed", "nothing"
"""Why a report could not be made: our own mistake, books that were left half-way, books that hold nothing of it."""
_PAUSE = timedelta(seconds=15)
_MAKERS: Mapping[DataType, Maker] = {
    DataType.FINANCIALS: making_financials.make,
    DataType.SPEND_ANALYSIS: making_spend.make,
}

_log = logging.getLogger(__name__)


def start_reports(ctx: Context, tx: Transaction, sync: Sync) -> None:
    """Have the reports of a complete pull made."""
    for kind in DataType:
        if kind not in data_types_of(sync.data_types):
            continue
        made = Report(
            id=ctx.new_id(),
            organization=sync.organization,
            connection_id=sync.connection_id,
            kind=kind.value,
            sync_id=sync.id,
            read_at=sync.finished_at or ctx.now(),
            created_at=ctx.now(),
        )
        reports.add_report(tx, made)
        tx.enqueue(Job.BUILD_REPORT, made.id)


def start_again(ctx: Context, tx: Transaction, made: Report) -> None:
    """Have financials made again from the report that counts when it comes to it, each account placed anew."""
    again = Report(
        id=ctx.new_id(),
        organization=made.organization,
        connection_id=made.connection_id,
        kind=made.kind,
        sync_id=made.sync_id,
        read_at=made.read_at,
        created_at=ctx.now(),
        again=True,
    )
    reports.add_report(tx, again)
    tx.enqueue(Job.BUILD_REPORT, again.id)


def build_report(ctx: Context, report_id: str) -> JobStep:
    """Make one report whole, from the start however often it was begun; harmless for one that is over.

    Raises `DatabaseBusy`, after which trying again is right; whatever else happens ends the report with a word.
    """
    with ctx.database.reading() as tx:
        made = reports.report(tx, report_id)
    if made is None or not made.is_open:
        return _tidy(ctx, made) if made else DONE
    run = ctx.new_id()
    try:
        return _build(ctx, made, run)
    except DatabaseBusy:
        raise
    except Exception as error:  # noqa: BLE001 - whoever waits for it is told, whatever it was, instead of waiting for ever
        _log.error("report %s: %s", report_id, type(error).__name__)
        return _fail(ctx, made, run, FAULT)


def _build(ctx: Context, made: Report, run: str) -> JobStep:
    with ctx.database.reading() as books:
        hindrance = _hindrance(ctx, books, made, run)
        if hindrance is not None:
            return hindrance
        basis = reports.current_report(books, made.connection_id, made.kind) if made.again else None
        contents = _contents(ctx, books, made, basis)
        if contents is None:
            return _fail(ctx, made, run, NOTHING)
        if not _write(ctx, made, run, contents):
            return DONE
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "connection", made.connection_id)
        if basis is not None and reports.current_report(tx, made.connection_id, made.kind) != basis:
            return MORE
        if reports.has_later(tx, made):
            reports.drop(tx, made, run=run)
            return DONE
        counts = reports.make_current(tx, made, run=run, at=ctx.now())
    if counts:
        _sweep(ctx, made)
    return DONE


def _hindrance(ctx: Context, books: Transaction, made: Report, run: str) -> JobStep | None:
    """How the step ends where it cannot be made from this state of the books."""
    sync = syncs.sync(books, made.sync_id)
    if reports.has_later(books, made) or (sync is None and not made.again):
        with ctx.database.transaction() as tx:
            reports.drop(tx, made)
        return DONE
    if made.again:
        # One of the books may have been begun before the correction, and must not take the place of this one.
        is_waited_for = reports.is_making(books, made.connection_id, made.kind, from_books=True)
        return wait(_PAUSE) if is_waited_for else None
    if syncs.open_syncs(books, made.connection_id):
        return wait(_PAUSE)
    if sync is not None and made.connection_id in syncs.cut_short(books, sync.company_id, made.kind):
        return _fail(ctx, made, run, MIXED)
    return None


def _contents(ctx: Context, books: Transaction, made: Report, basis: Report | None) -> Contents | None:
    """None where the books hold nothing of it."""
    if made.again:
        return making_financials.make_again(ctx, books, basis) if basis else None
    sync = syncs.sync(books, made.sync_id)
    return _MAKERS[DataType(made.kind)](ctx, books, made, sync) if sync else None


def _write(ctx: Context, made: Report, run: str, contents: Contents) -> bool:
    """Every row, in place of what an earlier run left; False as soon as another run makes it, or nobody wants it."""
    with ctx.database.transaction() as tx:
        if not reports.begin(tx, made, run=run, **contents.facts):
            return False
    while True:
        with ctx.database.transaction() as tx:
            if not reports.holds(tx, made.id, run):
                return False
            if not reports.delete_rows(tx, made.id):
                break
    for table, batch in reports.in_batches(contents.rows):
        with ctx.database.transaction() as tx:
            if not reports.holds(tx, made.id, run):
                return False
            reports.add_rows(tx, table, [{"report_id": made.id, **row} for row in batch], contents)
    return True


def _fail(ctx: Context, made: Report, run: str, error: str) -> JobStep:
    """It cannot be made; the one before goes on counting."""
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "connection", made.connection_id)
        failed = reports.fail(tx, made, run=run, error=error)
    if failed:
        _remove_rows(ctx, made.id)
        _sweep(ctx, made)
    return FAILED if failed else DONE


def _tidy(ctx: Context, made: Report) -> JobStep:
    """What a run that was cut short at its end has left."""
    if made.state == ReportState.FAILED:
        _remove_rows(ctx, made.id)
    if made.state in (ReportState.FAILED, ReportState.MADE):
        _sweep(ctx, made)
    return DONE


def _sweep(ctx: Context, made: Report) -> None:
    """Remove the reports this one took the place of, a batch at a time."""
    with ctx.database.reading() as tx:
        spent = reports.spent_reports(tx, made)
    for report_id in spent:
        _remove_rows(ctx, report_id)
        with ctx.database.transaction() as tx:
            reports.delete_report(tx, report_id)


def _remove_rows(ctx: Context, report_id: str) -> None:
    gone = LARGEST_BATCH
    while gone:
        with ctx.database.transaction() as tx:
            gone = reports.delete_rows(tx, report_id)
