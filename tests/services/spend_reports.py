"""A spend report made of some books, as a pull would have it made."""

from collections.abc import Sequence

from linkflow.domain.books import Record
from linkflow.domain.ports import Job
from linkflow.domain.requests import DataType
from linkflow.services import reporting
from linkflow.store import reports
from linkflow.store.reports import Report
from tests.jobs.rig import Rig, Rows, add_rows
from tests.made_reports import read_whole

SPEND = DataType.SPEND_ANALYSIS.value


def read_books(
    rig: Rig, records: Sequence[Record], *, of: Rows | None = None, again: bool = False, tenant_id: str = "tenant-1"
) -> Rows:
    """A connection whose books were read whole; `of`: one more of that company's, or, `again`, the same once more."""
    rows = of if of and again else add_rows(rig.ctx, data_types=SPEND, of=of, tenant_id=tenant_id)
    read_whole(rig.ctx, rows.connection_id, records)
    return rows


def build_all(rig: Rig) -> None:
    """Make every report that waits."""
    for report_id in rig.enqueued.of(Job.BUILD_REPORT):
        reporting.build_report(rig.ctx, report_id)


def report_of(rig: Rig, rows: Rows) -> Report:
    """The one that counts."""
    with rig.ctx.database.reading() as tx:
        found = reports.current_report(tx, rows.connection_id, SPEND)
    assert found is not None
    return found


def made(rig: Rig, records: Sequence[Record], *, of: Rows | None = None) -> Report:
    """Books read, and their report made."""
    rows = read_books(rig, records, of=of)
    build_all(rig)
    rig.enqueued.jobs.clear()
    return report_of(rig, rows)
