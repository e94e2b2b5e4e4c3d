"""Making reports: from a connection's books after each complete pull, and again from the one that counts.

A report is worked out from one consistent state of the books, written in small transactions and made current by one
update. Books that are being read are no state to report on: the pull's own end starts the next report. One that a
correction asks for is of the same reading as the one that counts, whatever was read since.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from linkflow.domain.ports import Job, Transaction
from linkflow.domain.requests import DataType, data_types_of
from linkflow.services import making_financials, making_spend
from linkflow.services.context import Context
from linkflow.services.job_steps import DONE, MORE, JobStep, wait
from linkflow.store import reports, syncs
from linkflow.store.reports import Contents, Report
from linkflow.store.syncs import Sync
from linkflow.store.turns import take_turn_of

Maker = Callable[[Context, Transaction, Report, Sync], Contents | None]
"""Works out a report in a reading transaction; None when the books hold nothing of it."""

_PAUSE = timedelta(seconds=15)
_MAKERS: Mapping[DataType, Maker] = {
    DataType.FINANCIALS: making_financials.make,
    DataType.SPEND_ANALYSIS: making_spend.make,
}


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
    """Make one report whole, from the start however often it was begun; harmless for one that is made."""
    with ctx.database.reading() as books:
        made = reports.report(books, report_id)
        if made is not None and made.again and reports.is_making_from_books(books, made.connection_id, made.kind):
            # That one may have been begun before the correction, and must not take the place of this one.
            return wait(_PAUSE)
        basis = reports.current_report(books, made.connection_id, made.kind) if made and made.again else None
        contents = _contents(ctx, books, made, basis) if made else None
        if made is None or contents is None or not _begin(ctx, made, contents):
            _give_up(ctx, report_id)
            return DONE
        for table, batch in reports.in_batches(contents.rows):
            with ctx.database.transaction() as tx:
                with_id = [{"report_id": made.id, **row} for row in batch]
                reports.add_rows(tx, table, with_id, scaled=contents.scaled)
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "connection", made.connection_id)
        if basis is not None and reports.current_report(tx, made.connection_id, made.kind) != basis:
            return MORE
        reports.make_current(tx, made, at=ctx.now())
    _sweep(ctx, made)
    return DONE


def _contents(ctx: Context, books: Transaction, made: Report, basis: Report | None) -> Contents | None:
    """None for a report that is not wanted any more, or of which the books hold nothing."""
    if reports.has_later(books, made):
        return None
    if made.again:
        return making_financials.make_again(ctx, books, basis) if basis else None
    sync = syncs.sync(books, made.sync_id)
    if sync is None or syncs.open_syncs(books, made.connection_id):
        return None
    return _MAKERS[DataType(made.kind)](ctx, books, made, sync)


def _begin(ctx: Context, made: Report, contents: Contents) -> bool:
    while True:
        with ctx.database.transaction() as tx:
            if reports.delete_rows(tx, made.id, unless_made=True):
                continue
            return reports.begin(tx, made.id, **contents.facts)


def _give_up(ctx: Context, report_id: str) -> None:
    with ctx.database.transaction() as tx:
        reports.drop(tx, report_id)


def _sweep(ctx: Context, made: Report) -> None:
    """Remove the reports this one took the place of, a batch at a time."""
    with ctx.database.reading() as tx:
        spent = reports.spent_reports(tx, made.connection_id, made.kind)
    for report_id in spent:
        gone = False
        while not gone:
            with ctx.database.transaction() as tx:
                if not reports.delete_rows(tx, report_id):
                    reports.delete_report(tx, report_id)
                    gone = True
