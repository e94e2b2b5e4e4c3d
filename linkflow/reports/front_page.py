"""The first sheet of a workbook: what it is about, figures under each other, notes. It is no table."""

from collections.abc import Iterable
from typing import Any

from linkflow.reports.tables import Kind
from linkflow.reports.workbook import Content, Workbook

NAME = "Summary"


class FrontPage:
    """Written from the top down, a row at a time."""

    def __init__(self, book: Workbook, *, columns: int) -> None:
        self._book, self._page, self._next = book, book.page(NAME), 0
        self._page.hide_gridlines(2)
        self._page.set_column(0, 0, 34)
        self._page.set_column(1, max(1, columns), 20)

    @property
    def row(self) -> int:
        """The number of the next row, as the sheet shows it."""
        return self._next + 1

    def title(self, words: str) -> None:
        """The sheet's own title."""
        self._put(0, words, Kind.TEXT, look="title")
        self._next += 2

    def part(self, *words: str) -> None:
        """A heading over what follows, with headings over its columns."""
        self._next += 1
        for place, word in enumerate(words):
            self._put(place, word, Kind.WORD if place else Kind.TEXT, look="over" if place else "part")
        self._next += 1

    def fact(self, label: str, content: Content, kind: Kind = Kind.TEXT) -> None:
        """One thing to know."""
        self._put(0, label, Kind.TEXT, look="label")
        self._put(1, content, kind, look="fact")
        self._next += 1

    def figures(self, label: str, figures: Iterable[tuple[Content, Kind, str]]) -> None:
        """A label and figures beside it, each with its kind and currency."""
        self._put(0, label, Kind.TEXT, look="label")
        for place, (content, kind, currency) in enumerate(figures, 1):
            self._put(place, content, kind, currency=currency)
        self._next += 1

    def note(self, words: str) -> None:
        """A sentence."""
        self._put(0, words, Kind.TEXT)
        self._next += 1

    def _put(self, place: int, content: Content, kind: Kind, **look: Any) -> None:
        self._book.write(self._page, self._next, place, content, kind, **look)
