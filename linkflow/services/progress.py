"""How far the reading of a connection's books is, for the customer's page and the portal alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import SyncState
from linkflow.services.sync_waits import LIMIT
from linkflow.store import syncs
from linkflow.store.syncs import Sync, SyncPart


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
    """A connection's latest pull. `error` is why it failed, or why its last call brought nothing."""

    sync_id: str
    state: SyncState
    parts: tuple[PartProgress, ...]
    error: str | None
    waits_until: datetime | None
    finished_at: datetime | None

    @property
    def limited_until(self) -> datetime | None:
        """Until when it waits because the software allows no more for now; None where it does not."""
        return self.waits_until if self.error in (None, LIMIT) else None


def reading_progress(tx: Transaction, company_id: str) -> dict[str, SyncProgress]:
    """Connection id → its latest pull, of every connection of a company that had one: two statements."""
    latest = syncs.latest_syncs(tx, company_id)
    parts = syncs.parts_of_all(tx, [sync.id for sync in latest.values()])
    return {connection_id: _progress(sync, parts[sync.id]) for connection_id, sync in latest.items()}


def part_progress(tx: Transaction, sync_id: str, state: SyncState) -> tuple[PartProgress, ...]:
    """The parts of one pull whose state is known already: one statement."""
    return _parts(syncs.parts_of(tx, sync_id), state)


def _progress(sync: Sync, parts: Sequence[SyncPart]) -> SyncProgress:
    state = SyncState(sync.state)
    return SyncProgress(
        sync_id=sync.id,
        state=state,
        parts=_parts(parts, state),
        error=sync.error,
        waits_until=sync.wait_until,
        finished_at=sync.finished_at,
    )


def _parts(parts: Sequence[SyncPart], state: SyncState) -> tuple[PartProgress, ...]:
    at = next((part.position for part in parts if not part.done), None)
    return tuple(_part(part, state, is_next=part.position == at) for part in parts)


def _part(part: SyncPart, state: SyncState, *, is_next: bool) -> PartProgress:
    ended = {SyncState.FAILED: "failed", SyncState.CANCELLED: "failed", SyncState.RUNNING: "reading"}
    word = "done" if part.done else ended.get(state, "waiting") if is_next else "waiting"
    return PartProgress(part.name, word, part.rows, part.pages, part.total)
