"""Tables as CSV files that any spreadsheet opens as they are. Text that a spreadsheet would run stays text.

Amounts are exact, with a point; days and times are ISO 8601; nothing is formatted for a reader's country.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO

Cell = str | int | Decimal | date | None
"""A datetime is a date too; None is an empty cell."""

_RUN = frozenset("=+-@\t\r\n＝＋－＠")


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file: UTF-8 with a byte order mark, without which Excel takes it for another encoding."""
    written = StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([_text(name) for name in header])
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _harmless(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _harmless(text: str) -> str:
    """An apostrophe before whatever a spreadsheet may take for a formula, also behind blanks."""
    begins = text.lstrip(" \u00a0")[:1]
    return f"'{text}" if begins and begins in _RUN else text
