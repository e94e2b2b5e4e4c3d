"""Books read whole at once, and their reports made, as the worker does both."""

from collections.abc import Sequence

from sqlalchemy import select

from linkflow.domain.books import Record
from linkflow.domain.requests import SyncState
from linkflow.services import reporting, sync_endings, syncing
from linkflow.services.context import Context
from linkflow.store import books, syncs
from linkflow.store.report_tables import reports


def read_whole(ctx: Context, connection_id: str, records: Sequence[Record]) -> None:
    """A complete pull that brought these records; the reports it starts wait."""
    with ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(ctx, tx, connection_id=connection_id)
        syncs.start(tx, sync_id, at=ctx.now())
        books.keep(tx, records, connection_id=connection_id, sync_id=sync_id)
        sync_endings.end_sync(ctx, tx, sync_id, state=SyncState.DONE)


def start_reports(ctx: Context, connection_id: str) -> tuple[str, ...]:
    """As the end of the latest pull starts them; the ids of those that wait now."""
    with ctx.database.transaction() as tx:
        sync = syncs.latest_sync(tx, connection_id)
        assert sync is not None
        reporting.start_reports(ctx, tx, sync)
        here = reports.c.connection_id == connection_id, reports.c.state == "queued"
        return tuple(tx.connection.execute(select(reports.c.id).where(*here)).scalars())


def make_reports(ctx: Context, connection_id: str) -> None:
    """Every report its latest pull was asked for."""
    for report_id in start_reports(ctx, connection_id):
        reporting.build_report(ctx, report_id)
