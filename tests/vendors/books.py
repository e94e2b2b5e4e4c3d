"""Made-up books: one company's records as linkflow's own domain has them, the same for the same seed.

Of any size: rows are made when somebody looks at them, a block of twenty bills at a time, and never kept. Statements
are what the documents come to when they are posted (`ledger.py`). Nothing lies in the future of `today`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Generic, TypeVar, overload

from linkflow.domain.books import (
    Account,
    Bill,
    BillPayment,
    Company,
    CreditNote,
    Expense,
    Record,
    StatementLine,
    Supplier,
    last_full_months,
)
from linkflow.domain.trial_balances import ClosingBalance, statements_from_balances
from tests.vendors.chart import CHART, Entry
from tests.vendors.documents import BILLS, EXPENSES, NOTES, PAYMENTS, Block, Plan
from tests.vendors.ledger import Ledger

T = TypeVar("T")


class Rows(Sequence[T], Generic[T]):
    """Rows that are made when asked for: `rows[200:400]` is a list of two hundred."""

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        if isinstance(at, slice):
            return [self._make(place) for place in range(*at.indices(self._count))]
        return self._make(range(self._count)[at])


@dataclass(frozen=True, kw_only=True)
class Books:
    """`size`: how many bills, in whole blocks of twenty; `number` tells companies of one vendor apart."""

    today: date
    seed: int = 1
    size: int = 240
    number: int = 1
    name: str = "Abra Kebabra Ltd"
    base: str = "GBP"
    country: str = "GB"
    year_end: str = "03-31"
    years: int = 3
    amendments: tuple[tuple[Record, datetime], ...] = ()
    """Rows as they are since a time, in place of those that were made."""

    def amended(self, *records: Record, at: datetime) -> "Books":
        """These books after somebody changed some rows."""
        return replace(self, amendments=(*self.amendments, *((record, at) for record in records)))

    def changed_at(self, row: Any) -> datetime | None:
        """When a row was changed; None of one that is as it was made."""
        return self._amended.get(row.external_id, (None, None))[1]

    @cached_property
    def company(self) -> Company:
        return Company(
            external_id=f"1{self.number:07}",
            name=self.name,
            legal_name=self.name,
            base_currency=self.base,
            registration_number=f"{4_000_000 + self.number:08}",
            tax_number=f"GB{900_000_000 + self.number}",
            country=self.country,
            addresses=("1 High Street\nSpringfield\nSP1 1AA",),
            phones=("+44 20 7946 0000",),
            web_links=("https://abra.example",),
            year_end=self.year_end,
        )

    @property
    def accounts(self) -> tuple[Account, ...]:
        return tuple(entry.account for entry in CHART)

    @cached_property
    def suppliers(self) -> Rows[Supplier]:
        return Rows(min(1_000, max(12, self.size // 20)), self._supplier)

    @cached_property
    def bills(self) -> Rows[Bill]:
        return self._rows(BILLS, lambda block: block.bills)

    @cached_property
    def payments(self) -> Rows[BillPayment]:
        return self._rows(PAYMENTS, lambda block: block.payments)

    @cached_property
    def credit_notes(self) -> Rows[CreditNote]:
        return self._rows(NOTES, lambda block: block.credit_notes)

    @cached_property
    def expenses(self) -> Rows[Expense]:
        return self._rows(EXPENSES, lambda block: block.expenses)

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The first days of the months there are figures of, the present one last."""
        return (*last_full_months(self.today, 12 * self.years).months, self.today.replace(day=1))

    @cached_property
    def ledger(self) -> Ledger:
        documents = chain(self.bills, self.payments, self.credit_notes, self.expenses)
        return Ledger(documents, self.months, base=self.base, year_end=self.year_end)

    @cached_property
    def statements(self) -> tuple[StatementLine, ...]:
        """Both, of every month, in the plainest form there is."""
        stood = [ClosingBalance(key, month, amount) for month in self.months for key, amount in self.closing(month)]
        return statements_from_balances(stood, self.accounts, year_end=self.year_end)

    def closing(self, month: date) -> Sequence[tuple[str, Decimal]]:
        """Account ids and what they stood at, debit positive, when a month was over."""
        return tuple(self.ledger.closing(month).items())

    def moved(self, first: date, last: date) -> Mapping[str, Decimal]:
        """Account id → what moved on income and expenses in whole months, debit positive."""
        return self.ledger.moved(first, last)

    def made(self, first: date, last: date) -> list[tuple[Entry, Decimal]]:
        """Income and expenses of whole months that are not nothing, signed as a statement prints them."""
        moved = self.moved(first, last)
        return [(entry, moved[entry.id] * entry.sign) for entry in CHART if moved.get(entry.id)]

    def stood(self, month: date) -> list[tuple[Entry, Decimal]]:
        """What the sheet at a month's end shows, but for the result of the year, signed as it prints it."""
        closing = dict(self.closing(month))
        return [(entry, closing[entry.id] * entry.sign) for entry in CHART if not entry.is_made and closing[entry.id]]

    def result(self, month: date) -> Decimal:
        """What the year has made when a month is over."""
        closing = dict(self.closing(month))
        return -sum((closing[entry.id] for entry in CHART if entry.is_made), Decimal(0))

    def records(self) -> Iterator[Record]:
        """All of it, in the order a pull brings it."""
        yield self.company
        yield from self.accounts
        yield from self.statements
        yield from chain(self.suppliers, self.bills, self.credit_notes, self.payments, self.expenses)

    @cached_property
    def _plan(self) -> Plan:
        return Plan(
            seed=self.seed * 1000 + self.number,
            size=self.size,
            first=self.months[0],
            last=self.today,
            base=self.base,
            suppliers=self.suppliers,
        )

    @cached_property
    def _block(self) -> Callable[[int], Block]:
        return lru_cache(maxsize=64)(lambda number: Block(self._plan, number))

    def _rows(self, each: int, kind: Callable[[Block], Sequence[Any]]) -> Rows[Any]:
        def row(place: int) -> Any:
            made = kind(self._block(place // each))[place % each]
            return self._amended.get(made.external_id, (made,))[0]

        return Rows(self._plan.blocks * each, row)

    @cached_property
    def _amended(self) -> Mapping[str, tuple[Any, datetime]]:
        return {record.external_id: (record, at) for record, at in self.amendments}

    def _supplier(self, place: int) -> Supplier:
        first, second = _FIRST[place % len(_FIRST)], _SECOND[place // len(_FIRST) % len(_SECOND)]
        name = f"{first} {second}" if place < len(_FIRST) * len(_SECOND) else f"{first} {second} {place}"
        terms = _TERMS[place % len(_TERMS)]
        return Supplier(
            external_id=f"2{place:07}",
            name=name,
            contact_name=f"Sam {first.split()[0]}" if place % 3 else None,
            email=f"accounts{place}@supplier.example" if place % 4 else None,
            phone=f"020 7946 {place % 10000:04}" if place % 5 else None,
            tax_number=f"GB{100_000_000 + place}" if place % 2 else None,
            addresses=(f"{place + 1} Mill Lane\nBristol\nBS1 1AA",) if place % 3 else (),
            active=place % 11 != 10,
            currency=_CURRENCIES[place % len(_CURRENCIES)] or self.base,
            terms=f"{terms} days" if terms else None,
        )


def row_number(external_id: str) -> int:
    """Which row of its kind has that id: ids are a digit for the kind and the number."""
    return int(external_id[1:])


_FIRST = ("Harbour", "Møller & Søn", "O'Brien", "Nordic", "Bright", "Old Mill", "Vale", "Café Noir", "Stone", "Kestrel")
_SECOND = ("Foods", "Packaging", "Energy", "Logistics", "Press", "Motors", "Hosting", "Cleaning", "Tools", "Advisers")
_TERMS = (30, 14, 30, 7, 60, 30, 45, None, 30)
_CURRENCIES = (None, None, None, "EUR", None, None, "USD", None, None, None, "EUR", None, "JPY")
