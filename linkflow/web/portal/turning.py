"""What the address of a page says: what a list is searched for, how it is sorted, and where a part of it goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from flask import request

from linkflow.domain.search import LONGEST_SEARCH
from linkflow.services.browsing import SIZES
from linkflow.web.company_list_views import SortLink
from linkflow.web.portal.paths import with_query
from linkflow.web.portal_views import Turning
from linkflow.web.running import href


def search_words() -> str:
    """What a list is searched for: no longer than anybody types."""
    return " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]


Column = TypeVar("Column", bound=StrEnum)


@dataclass(frozen=True)
class Sorting(Generic[Column]):
    """What a list is sorted by; the address says it as `sort=column`, or `sort=-column` for the other way."""

    column: Column
    descending: bool

    @property
    def word(self) -> str:
        """As the address says it."""
        return f"{'-' if self.descending else ''}{self.column.value}"

    def link(self, column: Column, path: str, kept: Mapping[str, str], *, falling_first: bool = False) -> SortLink:
        """The heading of a column of the list at `path`: sorts by it, or the other way where that is so already."""
        present = column is self.column
        falling = not self.descending if present else falling_first
        return SortLink(
            key=column.value,
            href=href(with_query(path, **{**kept, "sort": Sorting(column, falling).word})),
            sorted=("descending" if self.descending else "ascending") if present else None,
        )


def sorting(usual: Sorting[Column]) -> Sorting[Column]:
    """What the address sorts by; as `usual` where it says nothing that is known."""
    asked, columns = request.args.get("sort", ""), type(usual.column)
    if asked.removeprefix("-") not in list(columns):
        return usual
    return Sorting(columns(asked.removeprefix("-")), asked.startswith("-"))


def page_size() -> int:
    """How many rows the address wants on a page, of the sizes there are."""
    size = request.args.get("size", type=int)
    return size if size in SIZES else SIZES[0]


def before(mark: str) -> str | None:
    """The id the address names under `mark`: what is wanted comes before it."""
    return request.args.get(mark)


def turning(path: str, mark: str, older: str | None, *, part: str, **kept: str | None) -> Turning:
    """The ways on from the `part` of the page at `path`; `kept` stays in the address."""

    def way(**marks: str) -> str:
        return f"{href(with_query(path, **{**kept, **marks}))}#{part}"

    return Turning(
        older_href=way(**{mark: older}) if older else None,
        latest_href=way() if before(mark) else None,
    )
