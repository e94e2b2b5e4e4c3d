"""The first sheet of an uploaded workbook, read as text.

A workbook is a zip archive of XML, and both have been used to exhaust or fool whoever opens one. So before anything is
parsed the archive is measured, and each part of it looked at: no macros, no entities, no encoding but UTF-8, and no
more of anything than a table of this size can need. The library gets an archive of the parts that passed, and of
nothing else. Formulas are seen and not computed.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook

from linkflow.domain.errors import Refused
from linkflow.domain.texts import storable
from linkflow.reports.cells import COLUMNS_LIMIT, Cell
from linkflow.reports.xlsx_archive import open_archive

UNPACKED_LIMIT = 5 * 1024 * 1024
MARKUP_LIMIT = 300_000
"""Elements and attributes of a part; each costs far more memory than its few bytes."""
_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_KNOWN_ENCODINGS = {b"utf-8", b"us-ascii", b"ascii"}


def read_xlsx(content: bytes) -> Iterator[tuple[Cell, ...]]:
    """Every row from the first on, empty ones too; raises `Refused`."""
    harmless = _harmless(content)
    try:
        workbook = load_workbook(harmless, read_only=True, data_only=False, keep_links=False)
        sheet = workbook.worksheets[0]
        # What a sheet says of its own size need not be true.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=COLUMNS_LIMIT):
            yield tuple(_cell(cell) for cell in row)
    except Exception:  # noqa: BLE001 - a damaged file makes the library raise anything, and all of it means the same
        raise Refused("file", "broken") from None


def _cell(cell: Any) -> Cell:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if kind == "f":
        return Cell(trouble="formula")
    if kind == "e":
        return Cell(trouble="error")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date | time):
        value = value.isoformat()
    return Cell("" if value is None else storable(str(value)).strip())


def _harmless(content: bytes) -> BytesIO:
    kept = BytesIO()
    try:
        with open_archive(content, unpacked=UNPACKED_LIMIT, field="file") as archive, ZipFile(kept, "w") as copy:
            for part in archive.infolist():
                if part.filename.casefold().endswith((".xml", ".rels")):
                    copy.writestr(part.filename, _judged(archive.read(part)))
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - likewise of an archive
        raise Refused("file", "broken") from None
    return kept


def _judged(part: bytes) -> bytes:
    encoding = _ENCODING.match(part.removeprefix(b"\xef\xbb\xbf"))
    # A zero byte or a stranger's encoding could hide from us what the parser would see.
    if b"\x00" in part or (encoding and encoding[1].lower() not in _KNOWN_ENCODINGS):
        raise Refused("file", "broken")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Refused("file", "broken")
    if part.count(b"<") + part.count(b"=") > MARKUP_LIMIT:
        raise Refused("file", "unpacks-too-large")
    return part
