"""Reports: which there are, which one counts, and their rows, written and removed a batch at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, TableClause, column, exists, func, insert, or_, select
from sqlalchemy import table as table_clause

from linkflow.domain.ports import Transaction
from linkflow.store import runs
from linkflow.store.report_tables import REPORT_ROWS, current_reports, reports
from linkflow.store.rows import add, delete_some, every, first
from linkflow.store.tables import connections
from linkflow.store.types import Money
from linkflow.store.upserts import upsert

LARGEST_BATCH = 2_000
"""Rows one transaction may write."""


Row = tuple[Table, dict[str, Any]]
"""A row of a report without the report's id."""


@dataclass(frozen=True)
class Contents:
    """What a report consists of: facts of its own row, and the rows below it, those of one table together.

    `scaled`: amounts in the rows are the database's own integers, as it summed them.
    """

    facts: Mapping[str, Any]
    rows: Iterator[Row]
    scaled: bool = False


class ReportState(StrEnum):
    """A report's life: it waits, is made, counts, and gives way to a later one; or it cannot be made."""

    QUEUED = runs.QUEUED
    BUILDING = runs.BUILDING
    MADE = "made"
    DROPPED = "dropped"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report of one connection's books; `kind` is a data type, `read_at` when its pull was complete.

    `again`: made from the one that counts, with its accounts placed anew, and not from the books.
    `number` tells the later of two, `run` is the run that makes it, `error` why it could not be made.
    `findings` are what is shown beside the figures: dicts of plain words, each with a `kind`.
    """

    id: str
    organization: str
    connection_id: str
    kind: str
    state: str = ReportState.QUEUED.value
    sync_id: str
    read_at: datetime
    created_at: datetime
    again: bool = False
    number: int = 0
    run: str = ""
    error: str | None = None
    made_at: datetime | None = None
    currency: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it waits or is being made."""
        return self.state in runs.OPEN


def add_report(tx: Transaction, report: Report) -> None:
    """One that waits to be made, later than every other of its connection and kind; the company's turn is held."""
    same = reports.c.connection_id == report.connection_id, reports.c.kind == report.kind
    last = tx.connection.scalar(select(func.max(reports.c.number)).where(*same)) or 0
    add(tx, reports, replace(report, number=last + 1))


def report(tx: Transaction, report_id: str) -> Report | None:
    """One report."""
    return first(tx, Report, select(reports).where(reports.c.id == report_id))


def current_report(tx: Transaction, connection_id: str, kind: str) -> Report | None:
    """The report of a kind that counts."""
    here = current_reports.c.connection_id == connection_id, current_reports.c.kind == kind
    return first(tx, Report, select(reports).join(current_reports, _COUNTS).where(*here))


def current_reports_of(tx: Transaction, company_id: str) -> tuple[Report, ...]:
    """Every report that counts of a company's connections."""
    statement = select(reports).join(current_reports, _COUNTS).where(_of_company(current_reports, company_id))
    return every(tx, Report, statement)


def is_making(tx: Transaction, connection_id: str, kind: str, *, from_books: bool = False) -> bool:
    """Whether a report of a kind waits or is being made; `from_books`: one of a reading."""
    here = reports.c.connection_id == connection_id, reports.c.kind == kind, _OPEN
    read = [reports.c.again.is_(False)] if from_books else []
    return bool(tx.connection.scalar(select(exists().where(*here, *read))))


def making(tx: Transaction, company_id: str, kind: str) -> frozenset[str]:
    """The ids of a company's connections of whose books a report of a kind waits or is being made."""
    mine = _of_company(reports, company_id), reports.c.kind == kind, _OPEN
    return frozenset(tx.connection.execute(select(reports.c.connection_id).where(*mine)).scalars())


def begin(tx: Transaction, made: Report, *, run: str, **facts: Any) -> bool:
    """Let a run make it; False where it is open no more, or another run began since this one looked (`made`)."""
    return runs.begin(tx, reports, made.id, seen=made.run, run=run, **facts)


def holds(tx: Transaction, report_id: str, run: str) -> bool:
    """Whether a run still makes it; no other takes it over before the transaction ends."""
    return runs.holds(tx, reports, report_id, run)


def add_rows(tx: Transaction, table: Table, rows: Sequence[Mapping[str, Any]], made: Contents) -> None:
    """Write up to `LARGEST_BATCH` rows of the report a run `holds`."""
    if len(rows) > LARGEST_BATCH:
        raise ValueError(f"more than {LARGEST_BATCH} rows in one transaction")
    tx.connection.execute(insert(_with_integers(table) if made.scaled else table), list(rows))


def has_later(tx: Transaction, made: Report) -> bool:
    """Whether a later report of the same kind and origin is made or to be made: this one need not be any more."""
    same = reports.c.connection_id == made.connection_id, reports.c.kind == made.kind
    later = reports.c.number > made.number, reports.c.again == made.again
    wanted = reports.c.state.in_((*runs.OPEN, ReportState.MADE.value))
    return bool(tx.connection.scalar(select(exists().where(*same, *later, wanted))))


def troubles(tx: Transaction, company_id: str, kind: str) -> dict[str, str]:
    """Connection id → why the latest report of a kind could not be made; one made from another cures only such."""
    other = reports.alias()
    cured = exists().where(
        *(other.c[name] == reports.c[name] for name in ("connection_id", "kind")),
        other.c.number > reports.c.number,
        other.c.state != ReportState.DROPPED.value,
        or_(other.c.again.is_(False), reports.c.again.is_(True)),
    )
    failed = _of_company(reports, company_id), reports.c.kind == kind, reports.c.state == ReportState.FAILED.value
    found = select(reports.c.connection_id, reports.c.error).where(*failed, ~cured).order_by(reports.c.number)
    return {connection_id: error or "" for connection_id, error in tx.connection.execute(found)}


def make_current(tx: Transaction, made: Report, *, run: str, at: datetime) -> bool:
    """From here on this report counts; False when the run does not make it any more."""
    if not runs.finish(tx, reports, made.id, run=run, state=ReportState.MADE.value, made_at=at):
        return False
    row = {"connection_id": made.connection_id, "kind": made.kind, "report_id": made.id}
    upsert(tx.connection, current_reports, [row])
    return True


def drop(tx: Transaction, made: Report, *, run: str = "") -> None:
    """Give up one that is not wanted any more, unless another run makes it."""
    runs.give_up(tx, reports, made.id, seen=made.run, run=run, state=ReportState.DROPPED.value)


def fail(tx: Transaction, made: Report, *, run: str, error: str) -> bool:
    """It cannot be made, for a reason; answers whether this call said so, which another run's makes it not."""
    return runs.give_up(tx, reports, made.id, seen=made.run, run=run, state=ReportState.FAILED.value, error=error)


def delete_rows(tx: Transaction, report_id: str, *, limit: int = LARGEST_BATCH) -> int:
    """Delete up to `limit` rows of a report; answers how many went."""
    left = limit
    for table in REPORT_ROWS:
        left -= delete_some(tx, table, table.c.report_id == report_id, limit=left)
    return limit - left


def spent_reports(tx: Transaction, after: Report) -> tuple[str, ...]:
    """The ids of reports before this one that neither count nor are to be made, nor tell of trouble: they can go."""
    here = reports.c.connection_id == after.connection_id, reports.c.kind == after.kind
    before = reports.c.number < after.number, ~_OPEN, ~exists().where(_COUNTS)
    tells = (reports.c.state == ReportState.FAILED.value) & reports.c.again.is_(False)
    told = [~tells] if after.again else []
    return tuple(tx.connection.execute(select(reports.c.id).where(*here, *before, *told)).scalars())


def delete_report(tx: Transaction, report_id: str) -> None:
    """Delete one whose rows are gone."""
    delete_some(tx, reports, reports.c.id == report_id, limit=1)


def in_batches(rows: Iterable[Row]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Cut rows into batches of one table that one transaction may write."""
    batch: list[dict[str, Any]] = []
    of: Table | None = None
    for table, row in rows:
        if of is not None and (table is not of or len(batch) == LARGEST_BATCH):
            yield of, batch
            batch = []
        of = table
        batch.append(row)
    if of is not None and batch:
        yield of, batch


@cache
def _with_integers(table: Table) -> TableClause:
    """The same table, whose amounts are taken as they are."""
    kinds = {one.name: BigInteger() if isinstance(one.type, Money) else one.type for one in table.c}
    return table_clause(table.name, *(column(name, kind) for name, kind in kinds.items()))


_COUNTS = current_reports.c.report_id == reports.c.id
_OPEN = reports.c.state.in_(runs.OPEN)


def _of_company(table: Table, company_id: str) -> ColumnElement[bool]:
    return table.c.connection_id.in_(select(connections.c.id).where(connections.c.company_id == company_id))
