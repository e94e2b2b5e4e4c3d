"""What the sheets of a workbook share: their names and places, the texts, and which styles show a number as a day."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from zipfile import ZipFile

from linkflow.domain.errors import Refused
from linkflow.domain.texts import storable
from linkflow.reports.xml_parts import ELEMENTS_LIMIT, End, PartParser, Start

FIELD = "workbook"
"""The field of a form that a refused workbook is told at."""
TEXTS_LIMIT = 1_500_000
"""Different texts of a workbook; they are the one thing that is held whole."""
LONGEST_TEXT = 32_767
"""Characters a spreadsheet program puts in a cell."""
PIECES_LIMIT = 4_096
"""Pieces of one text: each may look different."""
SHEETS_LIMIT, LONGEST_NAME = 255, 255
"""Sheets of a workbook, and characters of a sheet's name: spreadsheet programs go up to 31."""
RELATIONS_LIMIT, STYLES_LIMIT, FORMATS_LIMIT = 1_000, 65_536, 5_000
_LONGEST_FORMAT = 255
_ELEMENTS_LIMIT = 500_000
"""Elements of a part that tells of others."""
_DATE_FORMATS = frozenset({*range(14, 18), 22, *range(27, 32), *range(34, 37), *range(50, 59)})
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass
class Book:
    """A workbook's sheets: name and relation of each, in their order; `from_1904`: its days count from then."""

    sheets: list[tuple[str, str]]
    from_1904: bool = False


def read_book(archive: ZipFile, path: str) -> Book:
    """The sheets; raises `Refused` for two of one name."""
    book = Book([])

    def start(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            if len(book.sheets) >= SHEETS_LIMIT or len(given["name"]) > LONGEST_NAME:
                raise Refused(FIELD, "unpacks-too-large")
            key = next(value for attribute, value in given.items() if attribute.endswith(":id"))
            book.sheets.append((storable(given["name"]), key))
        elif name == "workbookPr":
            book.from_1904 = given.get("date1904", "0") in ("1", "true")

    _read(archive, path, start)
    if len({name for name, _ in book.sheets}) < len(book.sheets):
        raise Refused(FIELD, "broken")
    return book


def content_types(archive: ZipFile, path: str) -> list[str]:
    """What the parts say they are."""
    kinds: list[str] = []
    _read(archive, path, lambda _, given: kinds.append(given.get("ContentType", "").casefold()))
    return kinds


def targets_of(archive: ZipFile, path: str | None) -> dict[str, str]:
    """Relation → the part it leads to; none that leads out of the archive."""
    targets: dict[str, str] = {}

    def start(name: str, given: dict[str, str]) -> None:
        if name == "Relationship" and given.get("TargetMode") != "External":
            if len(targets) >= RELATIONS_LIMIT:
                raise Refused(FIELD, "unpacks-too-large")
            target = given["Target"]
            targets[given["Id"]] = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)

    _read(archive, path, start)
    return {key: posixpath.normpath(target) for key, target in targets.items()}


def read_days(archive: ZipFile, path: str | None) -> frozenset[int]:
    """The numbers of the styles that show a number as a day."""
    custom: dict[int, str] = {}
    styles: list[int] = []
    inside = [False]

    def start(name: str, given: dict[str, str]) -> None:
        if name == "numFmt":
            custom[int(given["numFmtId"])] = given.get("formatCode", "")[:_LONGEST_FORMAT]
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            styles.append(int(given.get("numFmtId", "0")))
        if len(custom) > FORMATS_LIMIT or len(styles) > STYLES_LIMIT:
            raise Refused(FIELD, "unpacks-too-large")

    def end(name: str) -> None:
        inside[0] = inside[0] and name != "cellXfs"

    _read(archive, path, start, end)
    shown = {key for key, code in custom.items() if _shows_a_day(code)}
    return frozenset(at for at, number in enumerate(styles) if number in (shown if number in custom else _DATE_FORMATS))


def _shows_a_day(code: str) -> bool:
    plain = _NOT_SHOWN.sub("", code.split(";", maxsplit=1)[0]).casefold()
    return "y" in plain or "d" in plain


def read_texts(archive: ZipFile, path: str | None) -> list[str]:
    """Every shared text, in their order."""
    texts: list[str] = []
    pieces: list[str] = []
    # Inside `t`, and outside `rPh`: how a name is pronounced is not the name.
    state = {"t": False, "rPh": False}

    def start(name: str, _: dict[str, str]) -> None:
        if name in state:
            state[name] = True

    def end(name: str) -> None:
        if name == "si":
            if len(texts) >= TEXTS_LIMIT:
                raise Refused(FIELD, "unpacks-too-large")
            texts.append(text_of(pieces))
            pieces.clear()
        elif name in state:
            state[name] = False

    def text(piece: str) -> None:
        if state["t"] and not state["rPh"]:
            pieces.append(piece)
            if len(pieces) > PIECES_LIMIT:
                raise Refused(FIELD, "broken")

    _read(archive, path, start, end, text, elements=ELEMENTS_LIMIT)
    return texts


def text_of(pieces: list[str]) -> str:
    """A cell's text as it may be kept; raises `Refused` for one no spreadsheet program writes."""
    whole = pieces[0] if len(pieces) == 1 else "".join(pieces)
    if len(whole) > LONGEST_TEXT:
        raise Refused(FIELD, "broken")
    return storable(whole).strip()


def _read(
    archive: ZipFile,
    path: str | None,
    start: Start,
    end: End = lambda _: None,
    text: Callable[[str], None] = lambda _: None,
    *,
    elements: int = _ELEMENTS_LIMIT,
) -> None:
    if path is None:
        return
    parser = PartParser(start=start, end=end, text=text, elements=elements)
    with archive.open(path) as part:
        for _ in parser.chunks(part, field=FIELD):
            pass
