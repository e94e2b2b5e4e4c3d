"""Checking a filled-in template whole, before anything of it is kept: its books, or everything that is wrong with it.

One that unpacks to little is checked while its sender waits, a few at a time; any other by a job.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import BoundedSemaphore

from linkflow.domain.acceptance import reason_to_set_aside
from linkflow.domain.errors import Refused
from linkflow.domain.filled import FileProblem
from linkflow.domain.filled_books import FilledBooks, filled_books
from linkflow.domain.requests import DataTypes
from linkflow.reports.template_in import FilledTemplate, quoted
from linkflow.reports.xlsx_book import FIELD
from linkflow.reports.xlsx_rows import open_xlsx, unpacked_size

AT_ONCE = 12 * 1024 * 1024
"""Bytes, unpacked, up to which a file is checked while its sender waits: some two seconds."""
_PLACES = 3
_PATIENCE = 20
"""Seconds somebody waits for one of the places."""
_places = BoundedSemaphore(_PLACES)
_UNTOUCHED = frozenset({"no-rows"})


@dataclass(frozen=True)
class CheckedFile:
    """`books` is None when there are problems; `problems` are the first of `count`."""

    books: FilledBooks | None
    problems: tuple[FileProblem, ...] = ()
    count: int = 0


def check_file(
    content: bytes, *, data_types: DataTypes, named: str, today: date, currency: str | None = None
) -> CheckedFile:
    """Read and judge a file as of a day; raises `Refused` for what is no filled-in template. See `filled_books`."""
    template = FilledTemplate(open_xlsx(content), data_types, today=today)
    problems = template.problems
    books = filled_books(template.rows(), problems, data_types=data_types, named=named, today=today, currency=currency)
    told = problems.first(template.names)
    if not template.rows_read and {one.reason for one in told} <= _UNTOUCHED:
        raise Refused(FIELD, "untouched")
    if problems.count:
        return CheckedFile(None, told, problems.count)
    _refuse_unstorable(books)
    return CheckedFile(books)


def _refuse_unstorable(books: FilledBooks) -> None:
    """What is found right can be stored whole: the books would refuse what no rule of a sheet has."""
    for record in books.records:
        reason = reason_to_set_aside(record, base_currency=books.currency or "")
        if reason is not None:
            raise Refused(FIELD, "unstorable", which=quoted(record.external_id), why=reason)


def is_checked_at_once(content: bytes) -> bool:
    """Whether a file is small enough; raises `Refused` for what is no workbook at all."""
    return unpacked_size(content) <= AT_ONCE


@contextmanager
def a_place() -> Iterator[None]:
    """One of the few places of this process to check in; raises `Refused` when none comes free."""
    if not _places.acquire(timeout=_PATIENCE):
        raise Refused(FIELD, "busy")
    try:
        yield
    finally:
        _places.release()
