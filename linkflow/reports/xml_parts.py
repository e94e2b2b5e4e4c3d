"""One XML part of a workbook, read as it is unpacked: no more of it is held than one element.

No entities, no comments, no encoding but UTF-8, and nothing so long without an end that a parser would go over it
again and again. Whoever writes spreadsheets has no use for any of these, nor for elements within elements without end.
"""

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from linkflow.domain.errors import Refused

CHUNK = 512 * 1024
"""So much without the beginning of an element is no spreadsheet: a cell holds 32,767 characters at most."""
DEEPEST = 32
"""Elements within elements; the parser keeps every open one."""
ELEMENTS_LIMIT = 12_000_000
"""Elements of a part: more than as many cells have as are read."""
_NOTHING_ELSE = (b"<!", b"<?")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class PartParser:
    """Tells of elements by their names without a prefix, where the first element has one; others keep theirs."""

    def __init__(self, *, start: Start, end: End, text: Callable[[str], None], elements: int = ELEMENTS_LIMIT) -> None:
        self._start, self._end, self._left, self._field = start, end, elements, ""
        self._parser = expat.ParserCreate(encoding="utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._first
        self._parser.CharacterDataHandler = text

    def chunks(self, part: IO[bytes], *, field: str) -> Iterator[None]:
        """Read on, chunk by chunk; raises `Refused` for what is no part of a workbook."""
        last, begun = b"", False
        self._field = field
        while chunk := part.read(CHUNK):
            if b"\x00" in chunk or (b"<" not in chunk and len(chunk) == CHUNK):
                raise Refused(field, "broken")
            # The declaration a part begins with is the one thing of its kind.
            looked_at = last + chunk if begun else chunk.lstrip(b"\xef\xbb\xbf \r\n\t").removeprefix(b"<?xml")
            if any(mark in looked_at for mark in _NOTHING_ELSE):
                raise Refused(field, "broken")
            # Nothing but an element begins like this, since all else was just refused.
            self._left -= chunk.count(b"<") - (last + chunk).count(b"</")
            if self._left < 0:
                raise Refused(field, "unpacks-too-large")
            last, begun = chunk[-1:], True
            self._parser.Parse(chunk, False)
            yield
        self._parser.Parse(b"", True)

    def _first(self, name: str, attributes: dict[str, str]) -> None:
        prefix, colon, _ = name.rpartition(":")
        start, end = _counting(self._start, self._end, prefix, len(prefix) + len(colon), self._field)
        self._parser.StartElementHandler, self._parser.EndElementHandler = start, end
        start(name, attributes)


def _counting(start: Start, end: End, prefix: str, cut: int, field: str) -> tuple[Start, End]:
    """What stands between the parser and who listens; called millions of times."""
    depth = 0

    def begun(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Refused(field, "broken")
        start(name[cut:] if cut and name.startswith(prefix) else name, attributes)

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name[cut:] if cut and name.startswith(prefix) else name)

    return begun, ended
