"""Making a workbook: written from one consistent state of the books, then kept in encrypted pieces, then ready.

It waits while its books are read or a report of them is made. What is written says which reports it is made from, and
they are the ones that count in the very state it is read from. A try that was cut short begins again from the start;
of two runs that make the same one only the later writes.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from linkflow.domain.books import Period
from linkflow.domain.errors import DatabaseBusy
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataType
from linkflow.reports.financial_workbook import write_financial_workbook
from linkflow.reports.spend_workbook import RowsDiffer, write_spend_workbook
from linkflow.services.context import Context
from linkflow.services.financial_contents import financial_contents
from linkflow.services.job_steps import DONE, FAILED, JobStep, wait
from linkflow.services.private_folder import private_folder
from linkflow.services.report_sources import Source, is_changing, sources_of
from linkflow.services.spend_contents import spend_contents
from linkflow.services.workbooks import content_place, forget_surplus
from linkflow.store import companies, workbooks
from linkflow.store.companies import Company
from linkflow.store.runs import OPEN
from linkflow.store.turns import take_turn_of
from linkflow.store.workbooks import StoredWorkbook

CHUNK = 256 * 1024
_AT_ONCE = 4
"""Pieces one transaction stores."""
_PAUSE = timedelta(seconds=15)

_log = logging.getLogger(__name__)

Writer = Callable[[Context, Transaction, Company, tuple[Source, ...], StoredWorkbook, Path], None]


def make_workbook(ctx: Context, workbook_id: str) -> JobStep:
    """Make one whole; harmless for one that is made, failed or deleted."""
    with ctx.database.reading() as tx:
        wanted = workbooks.workbook(tx, workbook_id)
    if wanted is None or wanted.state not in OPEN:
        return DONE
    run = ctx.new_id()
    try:
        with private_folder() as place:
            return _make(ctx, wanted, run, place / "workbook.xlsx")
    except DatabaseBusy:
        raise
    except RowsDiffer:
        return _give_up(ctx, wanted, run, "books-differ")
    except OSError:
        return _give_up(ctx, wanted, run, "no-room")
    except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever it was, instead of waiting for ever
        _log.error("workbook %s: %s", workbook_id, type(error).__name__)
        return _give_up(ctx, wanted, run, "fault")


def _make(ctx: Context, wanted: StoredWorkbook, run: str, path: Path) -> JobStep:
    with ctx.database.reading() as books:
        company = companies.company(books, wanted.organization, wanted.company_id)
        if company is None or company.deleting_at is not None:
            return DONE
        if is_changing(books, company, kind=wanted.kind, entity_id=wanted.entity_id):
            return wait(_PAUSE)
        sources = sources_of(books, company, kind=wanted.kind, entity_id=wanted.entity_id)
        if not sources:
            return _give_up(ctx, wanted, run, "no-report")
        if not _begin(ctx, wanted, run, sources):
            return DONE
        _WRITERS[DataType(wanted.kind)](ctx, books, company, sources, wanted, path)
    return _store(ctx, wanted, run, path, filename=sources[0].name if wanted.entity_id else company.name)


def _begin(ctx: Context, wanted: StoredWorkbook, run: str, sources: tuple[Source, ...]) -> bool:
    """From the start: what an earlier run stored goes."""
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "workbook", wanted.id)
        if not workbooks.begin(tx, wanted, run=run, made_from=[one.report.id for one in sources]):
            return False
    while True:
        with ctx.database.transaction() as tx:
            take_turn_of(tx, "workbook", wanted.id)
            if not workbooks.holds(tx, wanted.id, run):
                return False
            if not workbooks.delete_chunks(tx, wanted.id):
                return True


def _store(ctx: Context, wanted: StoredWorkbook, run: str, path: Path, *, filename: str) -> JobStep:
    count = 0
    for first, pieces in _batches(path):
        sealed = [
            (at, ctx.vault.seal_bytes(piece, content_place(wanted, at))) for at, piece in enumerate(pieces, first)
        ]
        with ctx.database.transaction() as tx:
            take_turn_of(tx, "workbook", wanted.id)
            if not workbooks.add_chunks(tx, wanted.id, sealed, run=run):
                return DONE
        count += len(sealed)
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "workbook", wanted.id)
        size = path.stat().st_size
        workbooks.finish(tx, wanted.id, run=run, pieces=count, size=size, filename=filename, at=ctx.now())
    forget_surplus(ctx, wanted.company_id)
    return DONE


def _batches(path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """The file cut into pieces, some at a time, with the position of the first."""
    with path.open("rb") as file:
        position = 0
        while pieces := [piece for _ in range(_AT_ONCE) if (piece := file.read(CHUNK))]:
            yield position, pieces
            position += len(pieces)


def _give_up(ctx: Context, wanted: StoredWorkbook, run: str, error: str) -> JobStep:
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "workbook", wanted.id)
        failed = workbooks.fail(tx, wanted, run=run, error=error, at=ctx.now())
    return FAILED if failed else DONE


def _write_spend(
    ctx: Context,
    books: Transaction,
    company: Company,
    sources: tuple[Source, ...],
    wanted: StoredWorkbook,
    path: Path,
) -> None:
    period = Period(wanted.first_month, wanted.last_month)
    contents = spend_contents(ctx, books, company, sources, period=period, threshold=wanted.threshold)
    write_spend_workbook(path, contents)


def _write_financials(
    ctx: Context,
    books: Transaction,
    company: Company,
    sources: tuple[Source, ...],
    _wanted: StoredWorkbook,
    path: Path,
) -> None:
    write_financial_workbook(path, financial_contents(ctx, books, company, sources[0]))


_WRITERS: Mapping[DataType, Writer] = {
    DataType.FINANCIALS: _write_financials,
    DataType.SPEND_ANALYSIS: _write_spend,
}
