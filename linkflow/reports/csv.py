"""Tables as CSV files that any spreadsheet opens as they are. Text that a spreadsheet would run stays text.

Amounts are exact, with a point; days and times are ISO 8601; nothing is formatted for a reader's country.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import chain

Cell = str | int | Decimal | date | None
"""A datetime is a date too; None is an empty cell."""

_RUN = frozenset("=+-@\t\r\n＝＋－＠")
_CUT = re.compile(r"([;\t\r\n]\s*)([=+\-@＝＋－＠])")


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The whole file: UTF-8 with a byte order mark, without which Excel takes it for another encoding."""
    return b"".join(csv_lines(header, rows))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The same line by line, for a table too long to hold."""
    yield codecs.BOM_UTF8
    for row in chain([header], rows):
        written = StringIO(newline="")
        csv.writer(written).writerow([_text(cell) for cell in row])
        yield written.getvalue().encode()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _harmless(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _harmless(text: str) -> str:
    """An apostrophe before whatever a spreadsheet may take for a formula, also behind blanks.

    Also where one that separates lists by semicolons, as in most of Europe, cuts a cell in two: for it no quote counts
    that does not begin a line.
    """
    text = _CUT.sub(r"\1'\2", text)
    begins = text.lstrip(" \u00a0")[:1]
    return f"'{text}" if begins and begins in _RUN else text
