"""MYOB's lists by pages, and what the rows of a page only point to: accounts, tax codes, the currency of the books.

Pages are asked for by how many rows are before them; the product's own links to the next page, which lead to hosts
of their own, only say that there is one. Nothing is kept between two pages.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from linkflow.domain.ports import ApiSession
from linkflow.outbound.errors import BadAnswer
from linkflow.providers._rows import Row, exact, listed, walk, word

_COUNTRIES = {"61": "AU", "64": "NZ"}
"""How the serial number of a company file begins → where it is from."""
_MOST = 1000
"""Rows of a short list at once: all that the product gives."""
_LEVELS = 4
"""How deep a chart is."""
_CURRENCIES = {"AU": "AUD", "NZ": "NZD"}


class Ledger:
    """One company's books."""

    def __init__(self, session: ApiSession, business: str) -> None:
        self._session = session
        self._business = business

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """An answer's object; `BadAnswer` for anything else."""
        answer = self._session.get(f"{self._business}/{path}".rstrip("/"), params=params).json()
        if not isinstance(answer, dict):
            raise BadAnswer(reason="no object")
        return answer

    def rows(
        self, path: str, cursor: str | None, *, since: date | None = None, most: int | None = None
    ) -> tuple[list[Any], str | None]:
        """A page of a list, and where the next one is; of rows with a date, those `since` a day."""
        before = int(cursor or "0")
        dated = {"$filter": f"Date ge datetime'{since}T00:00:00'"} if since else {}
        answer = self.get(path, {"$top": str(most or self._session.page_size), "$skip": str(before), **dated})
        rows = listed(answer, "Items")
        if not answer.get("NextPageLink"):
            return rows, None
        if not rows:
            raise BadAnswer(reason="an empty page that is not the last")
        return rows, str(before + len(rows))

    def every(self, path: str) -> list[Row]:
        """All rows of a short list that have an id and are objects."""
        rows = walk(lambda cursor: self.rows(path, cursor, most=_MOST))
        return [row for row in rows if isinstance(row, dict) and isinstance(row.get("UID"), str)]


class Lookups:
    """What the rows of one page point to, each thing asked for once and only when a row needs it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @cached_property
    def company(self) -> Row:
        """The company itself."""
        return self._ledger.get("Company")

    @cached_property
    def country(self) -> str:
        """Where the books are kept; raises `BadAnswer` where nothing says so."""
        country = _COUNTRIES.get(str(self.company.get("SerialNumber") or "")[:2])
        if country is None:
            file = self._ledger.get("").get("CompanyFile")
            country = word(file, "Country") if isinstance(file, dict) else None
        if country not in _CURRENCIES:
            raise BadAnswer(reason="no country of the books")
        return country

    @cached_property
    def currency(self) -> str:
        """What the books are kept in: the country's, as no field says so."""
        return _CURRENCIES[self.country]

    @cached_property
    def accounts(self) -> Mapping[str, Row]:
        """Id → account, headers included."""
        return {row["UID"]: row for row in self._ledger.every("GeneralLedger/Account")}

    @cached_property
    def rates(self) -> Mapping[str, Decimal]:
        """Tax code → its rate in percent, where it has one above zero."""
        found = ((row["UID"], exact(row, "Rate")) for row in self._ledger.every("GeneralLedger/TaxCode"))
        return {key: rate for key, rate in found if rate is not None and rate > 0}

    def headings(self, account: Row) -> tuple[str, ...]:
        """The names of the headers above an account, the highest first, below the one that only names its class."""
        return tuple(reversed(list(self._above(account))))

    def _above(self, account: Row) -> Iterator[str]:
        for _ in range(_LEVELS):
            parent = self.accounts.get(ref(account, "ParentAccount") or "")
            if parent is None:
                return
            level, name = parent.get("Level"), word(parent, "Name")
            if name and isinstance(level, int) and level > 1:
                yield name
            account = parent


def ref(row: Row, key: str) -> str | None:
    """The id a reference names, None where there is no such reference."""
    found = row.get(key)
    value = found.get("UID") if isinstance(found, dict) else None
    return value if isinstance(value, str) and value else None
