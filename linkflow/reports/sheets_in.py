"""A table somebody uploads, CSV or xlsx, read as text: what a cell says, and where it stands in the spreadsheet.

Nothing is computed, run or fetched. Whatever cannot be read is refused in words, never half read.
"""

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from linkflow.domain.errors import Refused
from linkflow.domain.texts import storable
from linkflow.reports.cells import COLUMNS_LIMIT, Cell, Line, Sheet

BYTES_LIMIT = 2 * 1024 * 1024
DEPTH_LIMIT = 20_000
"""Rows, empty ones too, within which a table must end."""
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_EXCELS_TEXT = re.compile(r'="([^"]*)"')
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def read_sheet(content: bytes, *, most: int) -> Sheet:
    """The first sheet of a workbook or a CSV file, `most` rows that are not empty; raises `Refused`."""
    if not content:
        raise Refused("file", "empty")
    if len(content) > BYTES_LIMIT:
        raise Refused("file", "too-large")
    if content.startswith(_OLD_EXCEL):
        raise Refused("file", "old-or-protected")
    if content.startswith(_ZIP):
        # The library takes longer to load than most pages take to answer.
        from linkflow.reports.xlsx_in import read_xlsx

        return Sheet(_filled(read_xlsx(content), most))
    text, guessed = _decoded(content)
    return Sheet(_filled(_rows(text), most), guessed)


def _filled(rows: Iterable[tuple[Cell, ...]], most: int) -> tuple[Line, ...]:
    found = []
    for number, cells in enumerate(islice(rows, DEPTH_LIMIT + 1), 1):
        if number > DEPTH_LIMIT:
            raise Refused("file", "too-deep", limit=f"{DEPTH_LIMIT:,}")
        if any(cell.text or cell.trouble for cell in cells):
            found.append(Line(number, cells))
        if len(found) > most:
            raise Refused("file", "too-many-rows")
    return tuple(found)


def _rows(text: str) -> Iterator[tuple[Cell, ...]]:
    first, _, rest = text.partition("\n")
    named = _SEPARATOR_LINE.fullmatch(first.strip())
    if named:
        text = rest
    reader = csv.reader(StringIO(text, newline=""), delimiter=named[1] if named else _delimiter(text), strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused("file", "broken-csv", line=str(reader.line_num)) from None
        yield tuple(_cell(storable(value)) for value in row[:COLUMNS_LIMIT])


def _cell(value: str) -> Cell:
    """Excel writes `="007"` to keep a text from becoming a number; any other formula is one."""
    kept = _EXCELS_TEXT.fullmatch(value.strip())
    if kept:
        return Cell(kept[1].strip())
    return Cell(trouble="formula") if value.lstrip().startswith("=") else Cell(value.strip())


def _delimiter(text: str) -> str:
    """The one that cuts the first line that says anything into most pieces: Excel's depends on the country."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=lambda sign: _pieces(first, sign))


def _pieces(line: str, sign: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=sign), []))
    except csv.Error:
        return 0


def _decoded(content: bytes) -> tuple[str, bool]:
    for mark, encoding in ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            return _text(content[len(mark) :], encoding), False
    if b"\x00" in content:
        # Without a mark: of two bytes a plain letter has one that is zero.
        little = content[1::2].count(0) >= content[::2].count(0)
        return _text(content, "utf-16-le" if little else "utf-16-be"), False
    try:
        return content.decode("utf-8"), False
    except UnicodeDecodeError:
        return _text(content, "cp1252"), True


def _text(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused("file", "no-text") from None
    if "\x00" in text:
        raise Refused("file", "no-text")
    return text
