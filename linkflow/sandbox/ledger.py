"""A double-entry ledger in whole minor units. Debits are positive; an entry that does not balance is refused."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date


class UnbalancedEntry(ValueError):
    """The legs of an entry do not add up to zero."""


@dataclass(frozen=True)
class Posting:
    """One leg of an entry: minor units of the base currency, debit positive."""

    on: date
    code: str
    amount: int
    memo: str


def month_of(day: date) -> int:
    """Number a day's month so that months can be counted: year × 12 + month − 1."""
    return day.year * 12 + day.month - 1


class Ledger:
    """The postings of one company up to `today`; later entries are silently left for later."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.postings: list[Posting] = []
        self._sums: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))

    def post(self, on: date, memo: str, *legs: tuple[str, int]) -> None:
        """Add one entry; raises `UnbalancedEntry` when debits and credits differ."""
        if on > self.today:
            return
        if sum(amount for _, amount in legs):
            raise UnbalancedEntry(memo)
        month = month_of(on)
        for code, amount in legs:
            if amount:
                self.postings.append(Posting(on, code, amount, memo))
                self._sums[code][month] += amount

    def moved(self, code: str, month: int) -> int:
        """What happened on an account in one month, debit positive."""
        return self._sums[code].get(month, 0) if code in self._sums else 0

    def balance(self, code: str, month: int) -> int:
        """The balance of an account at the end of a month, debit positive."""
        return sum(amount for at, amount in self._sums[code].items() if at <= month) if code in self._sums else 0
