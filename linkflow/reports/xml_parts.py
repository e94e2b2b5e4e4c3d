"""One XML part of a workbook, read as it is unpacked: no more of it is held than one element.

No entities, no comments, no encoding but UTF-8, and nothing so long without an end that a parser would go over it
again and again. Whoever writes spreadsheets has no use for any of these.
"""

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from linkflow.domain.errors import Refused

CHUNK = 512 * 1024
"""So much without the beginning of an element is no spreadsheet: a cell holds 32,767 characters at most."""
_NOTHING_ELSE = (b"<!", b"<?")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class PartParser:
    """Tells of elements by their names without a prefix, where the first element has one; others keep theirs."""

    def __init__(self, *, start: Start, end: End, text: Callable[[str], None]) -> None:
        self._start, self._end = start, end
        self._parser = expat.ParserCreate(encoding="utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._first
        self._parser.CharacterDataHandler = text

    def chunks(self, part: IO[bytes], *, field: str) -> Iterator[None]:
        """Read on, chunk by chunk; raises `Refused` for what is no part of a workbook."""
        last, begun = b"", False
        while chunk := part.read(CHUNK):
            if b"\x00" in chunk or (b"<" not in chunk and len(chunk) == CHUNK):
                raise Refused(field, "broken")
            # The declaration a part begins with is the one thing of its kind.
            looked_at = last + chunk if begun else chunk.lstrip(b"\xef\xbb\xbf \r\n\t").removeprefix(b"<?xml")
            if any(mark in looked_at for mark in _NOTHING_ELSE):
                raise Refused(field, "broken")
            last, begun = chunk[-1:], True
            self._parser.Parse(chunk, False)
            yield
        self._parser.Parse(b"", True)

    def _first(self, name: str, attributes: dict[str, str]) -> None:
        prefix, colon, _ = name.rpartition(":")
        cut = len(prefix) + len(colon)
        # Called millions of times: nothing stands between the parser and who listens unless there is a prefix.
        start, end = self._start, self._end
        self._parser.StartElementHandler = _cutting(start, prefix, cut) if cut else start
        self._parser.EndElementHandler = (
            (lambda name: end(name[cut:] if name.startswith(prefix) else name)) if cut else end
        )
        start(name[cut:], attributes)


def _cutting(start: Start, prefix: str, cut: int) -> Start:
    return lambda name, attributes: start(name[cut:] if name.startswith(prefix) else name, attributes)
