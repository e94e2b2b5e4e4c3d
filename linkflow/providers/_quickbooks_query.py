"""QuickBooks' answers as rows, and what its entries only point to: terms, items, ways to pay, accounts of some types.

Nothing is kept between two pages: what a page's entries point to is asked for with that page, each thing once and
only when an entry needs it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from linkflow.domain.books import PaymentMethod
from linkflow.domain.ports import ApiSession
from linkflow.outbound.errors import BadAnswer
from linkflow.providers._rows import Row, listed, method, walk

WITH_INACTIVE = "Active IN (true, false)"
"""Else a query leaves out what its owner no longer uses, though old entries still point to it."""
_MOST = 1000
"""Rows of a short list at once: all that the product gives."""
_AT_ONCE = 200
_ITEMS = 6 * _AT_ONCE
"""What the lines of one page may name, so that its calls fit into what the product allows in a second."""
_CHECKS = {"check": PaymentMethod.CHEQUE}
_DETAILS = ("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail")


class Ledger:
    """One company's books, asked in QuickBooks' query language."""

    def __init__(self, session: ApiSession, realm: str) -> None:
        self.page_size = session.page_size
        self._session = session
        self._realm = realm

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """An answer's object; `BadAnswer` for anything else, a fault that came as a success included."""
        answer = self._session.get(f"v3/company/{self._realm}/{path}", params=params).json()
        if not isinstance(answer, dict):
            raise BadAnswer(reason="no object")
        if "Fault" in answer or "fault" in answer:
            raise BadAnswer(reason="fault")
        return answer

    def rows(self, entity: str, *, where: str = "", start: int = 1, most: int | None = None) -> list[Any]:
        """One page of an entity's rows, from the place `start` (from 1) on; one that is not full is the last."""
        which = ("WHERE", where) if where else ()
        place = ("ORDERBY Id STARTPOSITION", str(start), "MAXRESULTS", str(most or self.page_size))
        answer = self.get("query", query=" ".join(("SELECT * FROM", entity, *which, *place)))
        found = answer.get("QueryResponse")
        if not isinstance(found, dict):
            raise BadAnswer(reason="no QueryResponse")
        if found.get("startPosition", start) != start:
            raise BadAnswer(reason="another page than the one asked for")
        return listed(found, entity) if entity in found else []

    def every(self, entity: str, where: str) -> list[Row]:
        """All rows of a short list that have an id and are objects."""

        def page_at(cursor: str | None) -> tuple[list[Any], str | None]:
            start = int(cursor or "1")
            rows = self.rows(entity, where=where, start=start, most=_MOST)
            return rows, str(start + len(rows)) if len(rows) >= _MOST else None

        return [row for row in walk(page_at) if isinstance(row, dict) and isinstance(row.get("Id"), str)]

    def page(self, entity: str, *, where: str, cursor: str | None) -> tuple[list[Any], str | None]:
        """The rows of a list's page, and where the next one begins; fewer where they name too many items."""
        start = int(cursor or "1")
        rows = self.rows(entity, where=where, start=start)
        kept = _fitting(rows)
        is_last = len(kept) == len(rows) < self.page_size
        return kept, None if is_last else str(start + len(kept))


class Lookups:
    """What the entries of one page point to."""

    def __init__(self, ledger: Ledger, rows: Sequence[Any]) -> None:
        self._ledger = ledger
        self._rows = rows

    @cached_property
    def home_currency(self) -> str:
        """What a row is in that names no currency: books of one currency name none."""
        return home_currency(self._ledger.get("preferences"))

    @cached_property
    def terms(self) -> Mapping[str, str]:
        """Id → name of every term."""
        return {row["Id"]: str(row.get("Name")) for row in self._ledger.every("Term", WITH_INACTIVE) if row.get("Name")}

    @cached_property
    def methods(self) -> Mapping[str, PaymentMethod]:
        """Id → what a way to pay of the company's own list is, where its name or type says."""
        found: dict[str, PaymentMethod] = {}
        for row in self._ledger.every("PaymentMethod", WITH_INACTIVE):
            told = method(row.get("Name"), _CHECKS)
            if told is None and row.get("Type") == "CREDIT_CARD":
                told = PaymentMethod.CREDIT_CARD
            if told is not None:
                found[row["Id"]] = told
        return found

    @cached_property
    def types(self) -> Mapping[str, str]:
        """Id → type, of the accounts that are no expense whoever is paid from or into them."""
        wanted = "AccountType IN ('Accounts Payable', 'Bank', 'Credit Card')"
        found = self._ledger.every("Account", f"{wanted} AND {WITH_INACTIVE}")
        return {row["Id"]: str(row.get("AccountType")) for row in found}

    @cached_property
    def items(self) -> Mapping[str, str]:
        """Id → account, of the items on the page's lines: what is kept in stock is bought into its asset account."""
        ids = sorted({found for row in self._rows for found in _items_of(row)})
        accounts: dict[str, str] = {}
        for at in range(0, len(ids), _AT_ONCE):
            named = ", ".join(f"'{one}'" for one in ids[at : at + _AT_ONCE])
            for row in self._ledger.every("Item", f"Id IN ({named}) AND {WITH_INACTIVE}"):
                account = ref(row, "AssetAccountRef") if row.get("Type") == "Inventory" else None
                account = account or ref(row, "ExpenseAccountRef")
                if account:
                    accounts[row["Id"]] = account
        return accounts


def ref(row: Row, key: str) -> str | None:
    """The id a reference names, None where there is no such reference."""
    found = row.get(key)
    value = found.get("value") if isinstance(found, dict) else None
    return value if isinstance(value, str) and value else None


def home_currency(answer: Row) -> str:
    """What the books are kept in, of the company's preferences; raises `BadAnswer` where they do not say."""
    found: Any = answer
    for key in ("Preferences", "CurrencyPrefs", "HomeCurrency", "value"):
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, str):
        raise BadAnswer(reason="no home currency")
    return found


def detail_of(line: Row) -> Row:
    """What an expense line says of its account or item; empty for lines of text and sums."""
    kind = line.get("DetailType")
    found = line.get(kind) if kind in _DETAILS else None
    return found if isinstance(found, dict) else {}


def _fitting(rows: Sequence[Any]) -> list[Any]:
    items: set[str] = set()
    for place, row in enumerate(rows):
        items.update(_items_of(row))
        if place and len(items) > _ITEMS:
            return list(rows[:place])
    return list(rows)


def _items_of(row: Any) -> Iterator[str]:
    lines = row.get("Line") if isinstance(row, dict) else None
    for line in lines if isinstance(lines, list) else ():
        item = ref(detail_of(line), "ItemRef") if isinstance(line, dict) else None
        # It is put into a query.
        if item and item.isalnum() and item.isascii():
            yield item
