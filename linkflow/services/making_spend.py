"""The spend analysis as rows of a report, worked out from one state of a connection's books."""

from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.store.reports import Contents, Report
from linkflow.store.syncs import Sync


def make(ctx: Context, books: Transaction, made: Report, sync: Sync) -> Contents | None:
    """Every month of the books, so that any period can be summed."""
    return None
