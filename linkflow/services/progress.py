"""How far the reading of a connection's books is, for the customer's page and the portal alike."""

from dataclasses import dataclass
from datetime import datetime

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import SyncState
from linkflow.store import syncs
from linkflow.store.syncs import SyncPart


@dataclass(frozen=True)
class PartProgress:
    """One part; `state` is `waiting`, `reading`, `done` or `failed`; `total` only where the software says it."""

    name: str
    state: str
    rows: int
    pages: int
    total: int | None


@dataclass(frozen=True)
class SyncProgress:
    """A connection's latest pull. `error` is why it failed; `set_aside` counts rows that could not be kept."""

    sync_id: str
    state: SyncState
    parts: tuple[PartProgress, ...]
    error: str | None
    waits_until: datetime | None
    finished_at: datetime | None
    set_aside: int


def sync_progress(tx: Transaction, connection_id: str) -> SyncProgress | None:
    """The latest pull of a connection; None before the first. Two statements, or one more once rows were set aside."""
    sync = syncs.latest_sync(tx, connection_id)
    if sync is None:
        return None
    state = SyncState(sync.state)
    return SyncProgress(
        sync_id=sync.id,
        state=state,
        parts=part_progress(tx, sync.id, state),
        error=sync.error,
        waits_until=sync.wait_until,
        finished_at=sync.finished_at,
        set_aside=syncs.count_set_aside(tx, sync.id),
    )


def part_progress(tx: Transaction, sync_id: str, state: SyncState) -> tuple[PartProgress, ...]:
    """The parts of one pull whose state is known already: one statement."""
    parts = syncs.parts_of(tx, sync_id)
    at = next((part.position for part in parts if not part.done), None)
    return tuple(_part(part, state, is_next=part.position == at) for part in parts)


def _part(part: SyncPart, state: SyncState, *, is_next: bool) -> PartProgress:
    ended = {SyncState.FAILED: "failed", SyncState.CANCELLED: "failed", SyncState.RUNNING: "reading"}
    word = "done" if part.done else ended.get(state, "waiting") if is_next else "waiting"
    return PartProgress(part.name, word, part.rows, part.pages, part.total)
