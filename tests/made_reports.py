"""The reports of a connection's books made at once, as the worker makes them after a pull."""

from sqlalchemy import select

from linkflow.services import reporting
from linkflow.services.context import Context
from linkflow.store import syncs
from linkflow.store.report_tables import reports


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
