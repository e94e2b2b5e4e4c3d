"""Pulls of data and where each stands: parts in order, the cursor of the next page, what was set aside.

A page counts once: `advance` is conditional on the number of pages its caller had seen, so of two workers that fetched
the same page only one stores it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, or_, select

from linkflow.domain.acceptance import name_aside
from linkflow.domain.books import SetAside
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import SyncState
from linkflow.store.rows import add, change, every, first
from linkflow.store.tables import connections, sync_parts, sync_set_aside, syncs


@dataclass(frozen=True, kw_only=True)
class Sync:
    """One pull. `wait_until` is the earliest time of its next call; `failures` counts calls in a row without a page.

    `error`: why it ended early; before that, why the last call brought none.
    """

    id: str
    organization: str
    company_id: str
    connection_id: str
    consent_id: str
    data_types: str
    state: str = SyncState.QUEUED.value
    error: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    wait_until: datetime | None = None
    failures: int = 0
    checks_failed: bool = False
    first_month: date
    last_month: date

    @property
    def is_over(self) -> bool:
        """Whether nothing will be fetched for it any more."""
        return self.state not in _OPEN


@dataclass(frozen=True, kw_only=True)
class SyncPart:
    """One part of a pull; `total` only where the software says how many rows there are; `since`: only what changed."""

    sync_id: str
    position: int
    name: str
    done: bool = False
    cursor: str | None = None
    pages: int = 0
    rows: int = 0
    total: int | None = None
    since: datetime | None = None


def add_sync(
    tx: Transaction, sync: Sync, parts: tuple[str, ...], *, since: Mapping[str, datetime] | None = None
) -> None:
    """A fresh pull and its parts, in their order; `since` for those that need only bring what changed."""
    add(tx, syncs, sync)
    for position, name in enumerate(parts):
        add(tx, sync_parts, SyncPart(sync_id=sync.id, position=position, name=name, since=(since or {}).get(name)))


def sync(tx: Transaction, sync_id: str) -> Sync | None:
    """One pull."""
    return first(tx, Sync, select(syncs).where(syncs.c.id == sync_id))


def software_of(connection: Connection, sync_id: str) -> str | None:
    """The software a pull is from; None where it is gone."""
    found: str | None = connection.scalar(_SOFTWARE, {"sync_id": sync_id})
    return found


def parts_of(tx: Transaction, sync_id: str) -> tuple[SyncPart, ...]:
    """Its parts, in order."""
    return every(tx, SyncPart, _PARTS, sync_id=sync_id)


def latest_sync(tx: Transaction, connection_id: str) -> Sync | None:
    """The youngest pull of a connection."""
    youngest = syncs.c.created_at.desc(), syncs.c.id.desc()
    return first(tx, Sync, select(syncs).where(syncs.c.connection_id == connection_id).order_by(*youngest).limit(1))


def latest_syncs(tx: Transaction, company_id: str) -> dict[str, Sync]:
    """Connection id → its youngest pull, of every connection a company has or had."""
    other = syncs.alias()
    youngest = select(other.c.id).where(other.c.connection_id == syncs.c.connection_id)
    newest = youngest.order_by(other.c.created_at.desc(), other.c.id.desc()).limit(1).scalar_subquery()
    found = every(tx, Sync, select(syncs).where(syncs.c.company_id == company_id, syncs.c.id == newest))
    return {one.connection_id: one for one in found}


def parts_of_all(tx: Transaction, sync_ids: Iterable[str]) -> dict[str, list[SyncPart]]:
    """Pull id → its parts, in order."""
    found: dict[str, list[SyncPart]] = {sync_id: [] for sync_id in sync_ids}
    here = sync_parts.c.sync_id.in_(sorted(found))
    for part in every(tx, SyncPart, select(sync_parts).where(here).order_by(sync_parts.c.position)):
        found[part.sync_id].append(part)
    return found


def consents_read_under(tx: Transaction, connection_id: str, *, since: datetime) -> tuple[str, ...]:
    """The ids of the consents a connection was read under since a time, that of the youngest pull first."""
    begun = syncs.c.connection_id == connection_id, syncs.c.created_at >= since
    latest = func.max(syncs.c.created_at)
    statement = select(syncs.c.consent_id).where(*begun).group_by(syncs.c.consent_id).order_by(latest.desc())
    return tuple(tx.connection.execute(statement).scalars())


def cut_short(tx: Transaction, company_id: str, kind: str) -> frozenset[str]:
    """The ids of a company's connections whose books of a kind are a mixture.

    A pull that ended early left pages among those of the complete one before, and no complete one came since.
    """
    other, wanted = syncs.alias(), (SyncState.FAILED.value, SyncState.CANCELLED.value)
    whole = (
        other.c.connection_id == syncs.c.connection_id,
        other.c.state == SyncState.DONE.value,
        other.c.data_types.contains(kind, autoescape=True),
    )
    brought = exists().where(sync_parts.c.sync_id == syncs.c.id, sync_parts.c.pages > 0)
    ended_early = syncs.c.state.in_(wanted), syncs.c.data_types.contains(kind, autoescape=True), brought
    before = exists().where(*whole, other.c.created_at <= syncs.c.created_at)
    since = exists().where(*whole, other.c.created_at >= syncs.c.created_at)
    found = select(syncs.c.connection_id).where(syncs.c.company_id == company_id, *ended_early, before, ~since)
    return frozenset(tx.connection.execute(found).scalars())


def syncs_of_connection(tx: Transaction, connection_id: str, *, limit: int) -> tuple[Sync, ...]:
    """The latest pulls of a connection, the youngest first."""
    youngest = syncs.c.created_at.desc(), syncs.c.id.desc()
    here = select(syncs).where(syncs.c.connection_id == connection_id)
    return every(tx, Sync, here.order_by(*youngest).limit(limit))


def open_syncs(tx: Transaction, connection_id: str) -> tuple[str, ...]:
    """The ids of a connection's pulls that have not ended."""
    here = syncs.c.connection_id == connection_id, syncs.c.state.in_(_OPEN)
    return tuple(tx.connection.execute(select(syncs.c.id).where(*here)).scalars())


def has_open_before(tx: Transaction, sync: Sync) -> bool:
    """Whether an earlier pull of the same connection has not ended."""
    here = syncs.c.connection_id == sync.connection_id, syncs.c.state.in_(_OPEN), syncs.c.id != sync.id
    earlier = or_(
        syncs.c.created_at < sync.created_at, and_(syncs.c.created_at == sync.created_at, syncs.c.id < sync.id)
    )
    return tx.connection.execute(select(syncs.c.id).where(*here, earlier)).first() is not None


def running_beside(tx: Transaction, connection_id: str, *, software: str, tenant_id: str | None) -> tuple[Sync, ...]:
    """Every pull that runs of a connection, or through another one of the same company in its software."""
    same = connections.c.software == software, connections.c.tenant_id == (tenant_id or "")
    here = or_(connections.c.id == connection_id, and_(*same))
    joined = select(syncs).join(connections, connections.c.id == syncs.c.connection_id)
    return every(tx, Sync, joined.where(syncs.c.state == SyncState.RUNNING.value, here))


def start(tx: Transaction, sync_id: str, *, at: datetime) -> bool:
    """The first call of a pull is about to be made; False where it was ended, or begun, before."""
    waiting = syncs.c.id == sync_id, syncs.c.state == SyncState.QUEUED.value
    return change(tx, syncs, *waiting, state=SyncState.RUNNING.value, started_at=at) == 1


def is_running(tx: Transaction, sync_id: str) -> bool:
    """Whether a pull still runs; it goes on doing so for who has the company's turn."""
    running = select(syncs.c.id).where(syncs.c.id == sync_id, syncs.c.state == SyncState.RUNNING.value)
    return tx.connection.execute(running).first() is not None


def advance(tx: Transaction, part: SyncPart, *, next_cursor: str | None, rows: int, total: int | None) -> bool:
    """Store that the part's next page is in; False when another worker stored it first, or the pull is over."""
    running = select(syncs.c.id).where(syncs.c.id == part.sync_id, syncs.c.state == SyncState.RUNNING.value)
    here = sync_parts.c.sync_id.in_(running), sync_parts.c.position == part.position
    seen = sync_parts.c.pages == part.pages, sync_parts.c.done.is_(False)
    values = {"cursor": next_cursor, "pages": part.pages + 1, "rows": part.rows + rows, "done": next_cursor is None}
    return change(tx, sync_parts, *here, *seen, total=total, **values) == 1


def put_off(tx: Transaction, sync_id: str, *, until: datetime | None, failures: int, error: str | None = None) -> None:
    """Store when the next call may be made, how many in a row brought no page, and why; None and 0 after a page.

    Why a pull ended stays as it is.
    """
    still_open = syncs.c.id == sync_id, syncs.c.state.in_(_OPEN)
    change(tx, syncs, *still_open, wait_until=until, failures=failures, error=error)


def finish(tx: Transaction, sync_id: str, state: SyncState, *, at: datetime, error: str | None = None) -> bool:
    """End a pull; answers whether this call did."""
    still_open = syncs.c.id == sync_id, syncs.c.state.in_(_OPEN)
    return change(tx, syncs, *still_open, state=state.value, error=error, finished_at=at, wait_until=None) == 1


def note_failed_checks(tx: Transaction, sync_id: str) -> None:
    """The statements of this pull do not add up."""
    change(tx, syncs, syncs.c.id == sync_id, checks_failed=True)


def set_aside(tx: Transaction, part: SyncPart, rows: tuple[SetAside, ...]) -> None:
    """Keep which rows could not be stored, and why; one that comes again is kept once."""
    here = {"sync_id": part.sync_id, "part": part.name}
    known = names_set_aside(tx, part, (row.external_id for row in rows))
    found: list[dict[str, Any]] = []
    for row in rows:
        name = name_aside(row.external_id)
        if name is None or name not in known:
            found.append({**here, "external_id": name, "reason": row.reason})
            known |= {name} if name else set()
    if found:
        tx.connection.execute(insert(sync_set_aside), found)


def names_set_aside(tx: Transaction, part: SyncPart, names: Iterable[str | None]) -> set[str]:
    """Which of these the pull has set aside before, by what they are set aside under (`name_aside`)."""
    wanted = set(filter(None, map(name_aside, names)))
    if not wanted:
        return set()
    mine = sync_set_aside.c.sync_id == part.sync_id, sync_set_aside.c.part == part.name
    found = select(sync_set_aside.c.external_id).where(*mine, sync_set_aside.c.external_id.in_(wanted))
    return set(tx.connection.execute(found).scalars())


def set_aside_of(tx: Transaction, sync_id: str) -> tuple[SetAside, ...]:
    """Every row a pull set aside; `kind` is the part it came in."""
    columns = sync_set_aside.c.part, sync_set_aside.c.external_id, sync_set_aside.c.reason
    rows = tx.connection.execute(select(*columns).where(sync_set_aside.c.sync_id == sync_id).order_by("id"))
    return tuple(SetAside(*row) for row in rows)


def complete_like(tx: Transaction, sync: Sync, *, since: datetime) -> tuple[Sync, ...]:
    """The complete pulls begun since of a connection, under the same consent and of the same data, youngest first."""
    same = (getattr(syncs.c, name) == getattr(sync, name) for name in ("connection_id", "consent_id", "data_types"))
    done = syncs.c.state == SyncState.DONE.value, syncs.c.started_at >= since
    return every(tx, Sync, select(syncs).where(*same, *done).order_by(syncs.c.started_at.desc(), syncs.c.id.desc()))


def any_whole(tx: Transaction, pulls: Iterable[Sync]) -> bool:
    """Whether any of these read every part from its beginning."""
    ids = {one.id for one in pulls}
    partly = select(sync_parts.c.sync_id).where(sync_parts.c.sync_id.in_(ids), sync_parts.c.since.is_not(None))
    return bool(ids - set(tx.connection.execute(partly).scalars()))


def count_set_aside(tx: Transaction, sync_id: str) -> dict[str, int]:
    """How many records a pull set aside of each part of which there are any."""
    part = sync_set_aside.c.part
    counted = select(part, func.count().label("rows")).where(sync_set_aside.c.sync_id == sync_id).group_by(part)
    return {row.part: row.rows for row in tx.connection.execute(counted)}


def count_done(tx: Transaction, connection_id: str, *, consent_id: str) -> int:
    """How many complete pulls a connection has had of what one consent names."""
    here = syncs.c.connection_id == connection_id, syncs.c.consent_id == consent_id
    done = *here, syncs.c.state == SyncState.DONE.value
    return int(tx.connection.execute(select(func.count()).select_from(syncs).where(*done)).scalar_one())


_SOFTWARE = select(connections.c.software).join(syncs, syncs.c.connection_id == connections.c.id)
_SOFTWARE = _SOFTWARE.where(syncs.c.id == bindparam("sync_id"))
_OPEN = (SyncState.QUEUED.value, SyncState.RUNNING.value)
_PARTS = select(sync_parts).where(sync_parts.c.sync_id == bindparam("sync_id")).order_by(sync_parts.c.position)
