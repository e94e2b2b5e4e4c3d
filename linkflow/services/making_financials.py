"""The financial statements as rows of a report, each account in its category, with the checks shown beside them."""

from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.store.reports import Contents, Report
from linkflow.store.syncs import Sync


def make(ctx: Context, books: Transaction, made: Report, sync: Sync) -> Contents | None:
    """The months of the pull."""
    return None
