"""How far the reading of books is, as every page that shows it is given it."""

from datetime import timedelta
from typing import cast

from linkflow.domain.requests import SyncState
from linkflow.services.progress import SyncProgress
from linkflow.web.customer_views import PartProgress, PartState, PullProgress
from linkflow.web.running import ctx

READING_STATES: dict[SyncState | None, PartState] = {
    None: "waiting",
    SyncState.QUEUED: "waiting",
    SyncState.RUNNING: "reading",
    SyncState.DONE: "done",
    SyncState.FAILED: "failed",
    SyncState.CANCELLED: "failed",
}
TOLD = timedelta(minutes=5)
"""Shorter waits for a software's limits are no news."""


def progress_view(pull: SyncProgress | None, *, slow: bool = False) -> PullProgress:
    """Of a connection's latest pull, if there is one; `slow` where it takes long for no reason it tells."""
    if pull is None:
        return PullProgress(state="waiting")
    until = pull.limited_until
    told = until is not None and until - ctx().now() > TOLD
    return PullProgress(
        state=READING_STATES[pull.state],
        parts=tuple(
            PartProgress(name=one.name, state=cast(PartState, one.state), rows=one.rows, total=one.total)
            for one in pull.parts
        ),
        slow=slow and not told,
        limited_until=until if told else None,
    )
