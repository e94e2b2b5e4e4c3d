"""An accounting product in this process: pages of suppliers, and whatever trouble a test wants."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from linkflow.domain.books import Bill, BillStatus, Company, Record, SetAside, Supplier
from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataType, DataTypes


@dataclass
class FakeProvider:
    """`pages` is how many pages of suppliers there are; `trouble` is called with each page's number before it."""

    pages: int = 3
    rows: int = 4
    trouble: Callable[[int], None] = lambda number: None
    change: Callable[[int, Page], Page] = lambda number, page: page
    fetched: list[tuple[str, str | None]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    INCREMENTAL: frozenset[str] = frozenset()

    def tenants(self, session: ApiSession) -> tuple[Tenant, ...]:
        return (Tenant("tenant-1", "Abra Kebabra Ltd"),)

    def parts(self, data_types: DataTypes) -> tuple[str, ...]:
        return ("company", "suppliers") if DataType.SPEND_ANALYSIS in data_types else ("company",)

    def pull(self, session: ApiSession, part: str, asked: Asked) -> Page:
        self.fetched.append((part, asked.cursor))
        self.asked.append(asked)
        number = int(asked.cursor or 1)
        if part == "company":
            return Page((Company(external_id="c", name="Abra Kebabra Ltd", base_currency="GBP"),))
        self.trouble(number)
        found: tuple[Record, ...] = tuple(
            Supplier(external_id=f"{number}-{row}", name=f"Supplier {number}-{row}") for row in range(self.rows)
        )
        following = str(number + 1) if number < self.pages else None
        return self.change(number, Page(found, following, total=self.pages * self.rows))


def unkeepable_bill() -> Bill:
    """A bill in another currency that states no rate."""
    return Bill(
        external_id="odd",
        issued_on=date(2026, 1, 31),
        currency="EUR",
        status=BillStatus.OPEN,
        net=Decimal(1),
        tax=Decimal(0),
        total=Decimal(1),
        amount_due=Decimal(1),
    )


def set_aside(reason: str) -> SetAside:
    """A row the adapter itself could not read."""
    return SetAside("supplier", "s-9", reason)
