"""Workbooks somebody asked for, and their content in pieces, encrypted each under its own row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import exists, func, insert, or_, select

from linkflow.domain.ports import Transaction
from linkflow.store import runs
from linkflow.store.report_tables import workbook_chunks, workbooks
from linkflow.store.rows import add, delete_some, every, first
from linkflow.store.tables import connections

CHUNKS = 64
"""Pieces that one transaction may delete; each may be of a quarter of a megabyte."""


class WorkbookState(StrEnum):
    """A workbook's life: it waits, is made, and is ready or failed."""

    QUEUED = runs.QUEUED
    BUILDING = runs.BUILDING
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class StoredWorkbook:
    """A workbook without its content; of one entity, or of all where `entity_id` is None.

    `kind` is a data type, `made_from` the ids of its reports in order, `filename` whose figures they
    are, `size` bytes, `run` the run that makes it, `error` why there is none.
    """

    id: str
    organization: str
    company_id: str
    entity_id: str | None
    kind: str
    state: str = WorkbookState.QUEUED.value
    run: str = ""
    error: str | None = None
    user_id: str
    asked_at: datetime
    made_at: datetime | None = None
    first_month: date
    last_month: date
    threshold: Decimal = Decimal(0)
    made_from: list[str] = field(default_factory=list)
    filename: str = ""
    size: int = 0


def add_workbook(tx: Transaction, workbook: StoredWorkbook) -> None:
    """One that is to be made."""
    add(tx, workbooks, workbook)


def workbook(tx: Transaction, workbook_id: str) -> StoredWorkbook | None:
    """One workbook."""
    return first(tx, StoredWorkbook, select(workbooks).where(workbooks.c.id == workbook_id))


def latest_like(tx: Transaction, wanted: StoredWorkbook) -> tuple[StoredWorkbook, ...]:
    """The workbooks of the same entity, kind, period and threshold, the youngest first."""
    same = (
        workbooks.c.company_id == wanted.company_id,
        workbooks.c.entity_id.is_(None) if wanted.entity_id is None else workbooks.c.entity_id == wanted.entity_id,
        workbooks.c.kind == wanted.kind,
        workbooks.c.first_month == wanted.first_month,
        workbooks.c.last_month == wanted.last_month,
        workbooks.c.threshold == wanted.threshold,
    )
    youngest = workbooks.c.asked_at.desc(), workbooks.c.id.desc()
    return every(tx, StoredWorkbook, select(workbooks).where(*same).order_by(*youngest).limit(20))


def begin(tx: Transaction, wanted: StoredWorkbook, *, run: str, made_from: Sequence[str]) -> bool:
    """Let a run make it from these reports; False where it is open no more, or another began since this one looked."""
    return runs.begin(tx, workbooks, wanted.id, seen=wanted.run, run=run, made_from=list(made_from), error=None)


def holds(tx: Transaction, workbook_id: str, run: str) -> bool:
    """Whether a run still makes it; no other takes it over before the transaction ends."""
    return runs.holds(tx, workbooks, workbook_id, run)


def add_chunks(tx: Transaction, workbook_id: str, chunks: Sequence[tuple[int, bytes]], *, run: str) -> bool:
    """Store some encrypted pieces at their positions; False when the run does not make the workbook any more."""
    if not holds(tx, workbook_id, run):
        return False
    rows = [{"workbook_id": workbook_id, "position": at, "content": content} for at, content in chunks]
    tx.connection.execute(insert(workbook_chunks), rows)
    return True


def chunk(tx: Transaction, workbook_id: str, position: int) -> bytes | None:
    """One encrypted piece; None behind the last."""
    here = workbook_chunks.c.workbook_id == workbook_id, workbook_chunks.c.position == position
    content: bytes | None = tx.connection.scalar(select(workbook_chunks.c.content).where(*here))
    return content


def finish(tx: Transaction, workbook_id: str, *, run: str, pieces: int, size: int, filename: str, at: datetime) -> bool:
    """It is ready; answers whether this call made it so. Raises `ValueError` unless it has as many `pieces`."""
    facts = {"state": WorkbookState.READY.value, "size": size, "filename": filename, "made_at": at}
    if not runs.finish(tx, workbooks, workbook_id, run=run, **facts):
        return False
    stored = select(func.count()).select_from(workbook_chunks).where(workbook_chunks.c.workbook_id == workbook_id)
    if tx.connection.scalar(stored) != pieces:
        raise ValueError("a workbook whose pieces are not all there")
    return True


def fail(tx: Transaction, wanted: StoredWorkbook, *, run: str, error: str, at: datetime) -> bool:
    """There is none, for a reason; answers whether this call said so, which is not while another run makes it."""
    facts = {"state": WorkbookState.FAILED.value, "error": error, "made_at": at}
    return runs.give_up(tx, workbooks, wanted.id, seen=wanted.run, run=run, **facts)


def delete_chunks(tx: Transaction, workbook_id: str, *, limit: int = CHUNKS) -> int:
    """Delete up to `limit` pieces of a workbook; answers how many went."""
    return delete_some(tx, workbook_chunks, workbook_chunks.c.workbook_id == workbook_id, limit=limit)


def delete_workbook(tx: Transaction, workbook_id: str) -> None:
    """Delete one whose pieces are gone."""
    delete_some(tx, workbooks, workbooks.c.id == workbook_id, limit=1)


def spent(tx: Transaction, *, asked_before: datetime, limit: int) -> tuple[StoredWorkbook, ...]:
    """Workbooks that can go: old ones, and those a younger one of the same figures is ready in place of."""
    other = workbooks.alias()
    same_entity = or_(
        other.c.entity_id == workbooks.c.entity_id, other.c.entity_id.is_(None) & workbooks.c.entity_id.is_(None)
    )
    names = ("company_id", "kind", "first_month", "last_month", "threshold")
    younger = exists().where(
        same_entity,
        *(other.c[name] == workbooks.c[name] for name in names),
        other.c.state == WorkbookState.READY.value,
        other.c.asked_at > workbooks.c.asked_at,
    )
    over = workbooks.c.state.in_((WorkbookState.READY.value, WorkbookState.FAILED.value))
    old = workbooks.c.asked_at < asked_before
    statement = select(workbooks).where(over, or_(old, younger)).order_by(workbooks.c.asked_at).limit(limit)
    return every(tx, StoredWorkbook, statement)


def surplus(tx: Transaction, company_id: str, *, kept: int, limit: int) -> tuple[StoredWorkbook, ...]:
    """A company's workbooks that are ready, those before the last `kept`."""
    ready = workbooks.c.company_id == company_id, workbooks.c.state == WorkbookState.READY.value
    youngest = workbooks.c.asked_at.desc(), workbooks.c.id.desc()
    return every(tx, StoredWorkbook, select(workbooks).where(*ready).order_by(*youngest).offset(kept).limit(limit))


def delete_with_books(tx: Transaction, connection_id: str, *, limit: int = CHUNKS) -> int:
    """Delete up to `limit` pieces and the emptied workbooks that hold anything of a connection's books.

    Those are its entity's and the ones of all entities, whichever reports they were made from.
    """
    held = select(connections.c.company_id, connections.c.entity_id).where(connections.c.id == connection_id).subquery()
    theirs = or_(workbooks.c.entity_id.is_(None), workbooks.c.entity_id == held.c.entity_id)
    mine = select(workbooks.c.id).where(workbooks.c.company_id == held.c.company_id, theirs)
    gone = delete_some(tx, workbook_chunks, workbook_chunks.c.workbook_id.in_(mine), limit=limit)
    return gone + delete_some(tx, workbooks, workbooks.c.id.in_(mine), limit=limit - gone)


def count_open(tx: Transaction, company_id: str) -> int:
    """How many of a company's workbooks are still to come."""
    mine = workbooks.c.company_id == company_id, workbooks.c.state.in_(runs.OPEN)
    return int(tx.connection.scalar(select(func.count()).select_from(workbooks).where(*mine)) or 0)
