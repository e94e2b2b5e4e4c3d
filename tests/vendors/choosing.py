"""Which rows a list of a vendor holds, by number, so that any page of it is made without keeping rows.

And what follows for tests where linkflow asks for no more than the months it may read, and where a vendor closes no
year: what such a vendor keeps of books, and what accounts stand at in them since they began.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from linkflow.domain.books import AccountClass, EntryStatus, Record, StatementLine, last_full_months
from linkflow.domain.trial_balances import ClosingBalance, statements_from_balances
from tests.vendors.books import Books, Rows
from tests.vendors.chart import CHART, account_id

MONTHS = 24
_DAYS = ("issued_on", "paid_on", "spent_on")
_MADE = (AccountClass.INCOME, AccountClass.EXPENSE)
_RETAINED = account_id("3200")


def day_of(row: Any) -> date:
    """The day a document is of."""
    found: date = next(getattr(row, name) for name in _DAYS if hasattr(row, name))
    return found


def is_dated(row: Any) -> bool:
    """Whether it is of a day at all."""
    return any(hasattr(row, name) for name in _DAYS)


def first_day(books: Books) -> date:
    """The first of the months a pull of today asks for."""
    return last_full_months(books.today, MONTHS).first_month


@lru_cache(maxsize=256)
def places(
    books: Books, kind: str, since: date | None = None, *, void: bool = True, changed: datetime | None = None
) -> tuple[int, ...]:
    """The numbers of the rows of a kind that are dated so late; `void`: those, too, that are void.

    `changed`: only those that were changed then or later.
    """
    rows: Sequence[Any] = getattr(books, kind)
    return tuple(
        place
        for place, row in enumerate(rows)
        if (since is None or day_of(row) >= since)
        and (void or row.status != EntryStatus.VOID)
        and (changed is None or changed_since(books, row, changed))
    )


def changed_since(books: Books, row: Any, since: datetime) -> bool:
    """Whether a row was changed at that time or later."""
    at = books.changed_at(row)
    return at is not None and at >= since


def rows_at(rows: Sequence[Any], numbers: Sequence[int], write: Callable[[Any], Any] = lambda row: row) -> Rows[Any]:
    """The rows of these numbers, each as `write` has it."""
    return Rows(len(numbers), lambda place: write(rows[numbers[place]]))


def standing(books: Books, month: date) -> dict[str, Decimal]:
    """Account id → what it came to since the books began, debit positive, in books that close no year."""
    moved, closing = books.moved(books.months[0], month), dict(books.closing(month))
    if not closing:
        return {}
    closed = sum((amount - closing[key] for key, amount in moved.items()), Decimal(0))
    return {**closing, **moved, _RETAINED: closing[_RETAINED] - closed}


def kept_of_months(
    books: Books, told: Iterator[Record] | Sequence[Record], *, closes: bool = True
) -> tuple[Record, ...]:
    """What of the records `told` a pull of today keeps; not `closes`: with statements of books that close no year."""
    since = first_day(books)
    documents = [row for row in told if not isinstance(row, StatementLine)]
    found = [row for row in documents if not is_dated(row) or day_of(row) >= since]
    if closes:
        return (*found, *(row for row in told if isinstance(row, StatementLine)))
    balances = [ClosingBalance(key, at, amount) for at in books.months for key, amount in standing(books, at).items()]
    accounts = [entry.account for entry in CHART]
    return (*found, *statements_from_balances(balances, accounts, year_end=books.year_end, never_closed=True))
