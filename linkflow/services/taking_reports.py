"""A report taken as files: a table as CSV, the whole as JSON. Who took it is written down first.

A file is written whole from one consistent state of the books, to a place on disk that has no name, and handed out from
there: however slow the reader, no transaction stays open, and memory holds a row at a time. A few are written at once.
"""

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import IO, Any

from linkflow.domain.errors import NoPlace, NotFound, Refused
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataType
from linkflow.reports import financial_files, spend_files
from linkflow.reports.csv import csv_lines
from linkflow.reports.json import Json, json_pieces
from linkflow.reports.tables import Table
from linkflow.services.context import Context
from linkflow.services.financial_contents import financial_contents
from linkflow.services.happenings import note_by_user
from linkflow.services.report_sources import Source, is_changing, sources_of
from linkflow.services.sight import seen_company
from linkflow.services.spend_contents import spend_contents
from linkflow.services.workbooks import Figures, period_of
from linkflow.store.companies import Company
from linkflow.store.users import User

_PIECE = 64 * 1024
_PATIENCE = 5
"""Seconds somebody waits for one of the places to write in."""
_places = BoundedSemaphore(3)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TakenFile:
    """A file as it is handed out; `name` is whose figures they are."""

    name: str
    size: int
    pieces: Iterator[bytes]


@dataclass(frozen=True)
class Report:
    """A report as facts and tables."""

    facts: Mapping[str, Json]
    tables: tuple[Table[Any], ...]


Reader = Callable[[Context, Transaction, Company, tuple[Source, ...], Figures], Report]


def take_table(ctx: Context, user: User, company_id: str, figures: Figures, *, table: str) -> TakenFile:
    """One table as CSV. Raises `NotFound` where there is no report or no such table, `Refused` while books are read.

    `NoPlace` where it cannot be written just now.
    """
    if table not in TABLES[figures.kind]:
        raise NotFound

    def lines(report: Report) -> Iterable[bytes]:
        found = next((one for one in report.tables if one.slug == table), None)
        if found is None:
            raise NotFound
        return csv_lines(found.header, found.cells())

    return _take(ctx, user, company_id, figures, what=table, write=lines)


def take_json(ctx: Context, user: User, company_id: str, figures: Figures) -> TakenFile:
    """The whole report. Raises as `take_table` does."""
    return _take(
        ctx, user, company_id, figures, what="json", write=lambda report: json_pieces(report.facts, report.tables)
    )


def _take(
    ctx: Context,
    user: User,
    company_id: str,
    figures: Figures,
    *,
    what: str,
    write: Callable[[Report], Iterable[bytes]],
) -> TakenFile:
    with ctx.database.reading() as tx:
        _company_and_sources(ctx, tx, user, company_id, figures)
    with ctx.database.transaction() as tx:
        detail = f"{figures.kind.value} {what}"
        note_by_user(
            ctx, tx, "figures-taken", user=user, company_id=company_id, entity_id=figures.entity_id, detail=detail
        )
    with _a_place(), ExitStack() as unless_whole:
        file = unless_whole.enter_context(tempfile.TemporaryFile())
        with ctx.database.reading() as tx:
            company, sources = _company_and_sources(ctx, tx, user, company_id, figures)
            for piece in write(_READERS[figures.kind](ctx, tx, company, sources, figures)):
                file.write(piece)
        size = file.tell()
        file.seek(0)
        unless_whole.pop_all()
    return TakenFile(sources[0].name if figures.entity_id else company.name, size, _pieces(file))


@contextmanager
def _a_place() -> Iterator[None]:
    """One of the few places of this process to write in; raises `NoPlace` when none comes free, or the disk is full."""
    if not _places.acquire(timeout=_PATIENCE):
        raise NoPlace
    try:
        yield
    except OSError as error:
        _log.error("a report's file cannot be written: %s", error.strerror)
        raise NoPlace from None
    finally:
        _places.release()


def _company_and_sources(
    ctx: Context, tx: Transaction, user: User, company_id: str, figures: Figures
) -> tuple[Company, tuple[Source, ...]]:
    """Whose figures they are. Raises `Refused` while the books behind them change."""
    company = seen_company(ctx, tx, user, company_id)
    sources = sources_of(tx, company, kind=figures.kind.value, entity_id=figures.entity_id)
    if not sources:
        raise NotFound
    if is_changing(tx, company, kind=figures.kind.value, entity_id=figures.entity_id):
        raise Refused("report", "being-read")
    period_of(ctx, figures, sources)
    return company, sources


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _spend(ctx: Context, tx: Transaction, company: Company, sources: tuple[Source, ...], figures: Figures) -> Report:
    period = period_of(ctx, figures, sources)
    contents = spend_contents(ctx, tx, company, sources, period=period, threshold=figures.threshold)
    return Report(spend_files.spend_facts(contents), spend_files.spend_files(contents))


def _financials(
    ctx: Context, tx: Transaction, company: Company, sources: tuple[Source, ...], _figures: Figures
) -> Report:
    contents = financial_contents(ctx, tx, company, sources[0])
    return Report(financial_files.financial_facts(contents), financial_files.financial_files(contents))


_READERS: Mapping[DataType, Reader] = {DataType.FINANCIALS: _financials, DataType.SPEND_ANALYSIS: _spend}
TABLES: Mapping[DataType, tuple[str, ...]] = {
    DataType.FINANCIALS: financial_files.TABLES,
    DataType.SPEND_ANALYSIS: spend_files.TABLES,
}
