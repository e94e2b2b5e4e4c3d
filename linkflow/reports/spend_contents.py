"""What a spend workbook is made from: the analysis of each entity, and the rows behind it, read when needed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from linkflow.domain.book_rows import BillLineRow, BillRow, CreditNoteRow, ExpenseRow, PaymentRow
from linkflow.domain.books import PaymentMethod, Period, Supplier
from linkflow.domain.measures import Measures
from linkflow.domain.software import Missing
from linkflow.domain.spend_figures import reaches
from linkflow.domain.unavailable import Of, figures_gone, missing_of_all
from linkflow.reports.not_available import absent
from linkflow.reports.tables import Absent


@dataclass(frozen=True, kw_only=True)
class Group:
    """What is measured together; `suppliers` are counted where it is more than one supplier's.

    `usual_terms` are the most common days from issue to due date.
    """

    measures: Measures
    suppliers: int = 0
    usual_terms: int | None = None


@dataclass(frozen=True, kw_only=True)
class SupplierGroup(Group):
    """One supplier; `supplier_id` None gathers what names none. `methods`: most used by count, amount and own field."""

    supplier_id: str | None
    name: str
    methods: tuple[PaymentMethod, PaymentMethod, PaymentMethod]
    last_bill_on: date | None = None
    last_expense_on: date | None = None
    accepted_card: bool = False
    first_seen_on: date | None = None
    contact: Supplier | None = None


@dataclass(frozen=True, kw_only=True)
class Together:
    """Several entities of one base currency as one."""

    overall: Group
    by_method: Mapping[PaymentMethod, Group]


@dataclass(frozen=True, kw_only=True)
class EntitySpend:
    """The analysis of one connection's books.

    `months`: how many of the period its books have figures of. `ageing`: bucket, bills and amount of every open bill.
    `missing`: what its software cannot give.
    `read_at`: when its pull was complete; `made_at`: when its report was made of it.
    """

    connection_id: str
    name: str
    software: str
    currency: str
    read_at: datetime
    made_at: datetime
    months: int
    overall: Group
    by_method: Mapping[PaymentMethod, Group]
    ageing: tuple[tuple[str, int, Decimal], ...] = ()
    notes: tuple[str, ...] = ()
    missing: frozenset[Missing] = frozenset()


class SpendRows(Protocol):
    """The rows of all entities in the period, entity by entity; each call begins anew, with the same rows."""

    def suppliers(self, connection_id: str) -> Iterator[SupplierGroup]:
        """Those of one entity, everybody with anything in the period, the largest total first."""

    def bills(self) -> Iterator[BillRow]:
        """By day."""

    def bill_lines(self) -> Iterator[BillLineRow]:
        """Bill by bill."""

    def credit_notes(self) -> Iterator[CreditNoteRow]:
        """By day."""

    def payments(self) -> Iterator[PaymentRow]:
        """By day."""

    def expenses(self) -> Iterator[ExpenseRow]:
        """By day."""


@dataclass(frozen=True, kw_only=True)
class SpendContents:
    """A whole report. `threshold` is the spend a year below which a supplier is left off the sheet, in main units.

    `taken_at`: when the file of it is written.
    `consolidated` by base currency, where there are several entities.
    """

    organization: str
    company: str
    period: Period
    threshold: Decimal
    entities: tuple[EntitySpend, ...]
    rows: SpendRows = field(repr=False)
    taken_at: datetime
    consolidated: Mapping[str, Together] = field(default_factory=dict)

    @property
    def several(self) -> bool:
        """Whether rows must say whose they are."""
        return len(self.entities) > 1

    @property
    def currencies(self) -> tuple[str, ...]:
        """The base currencies; amounts of two are never added."""
        return tuple(dict.fromkeys(one.currency for one in self.entities))

    def is_shown(self, entity: EntitySpend, supplier: SupplierGroup) -> bool:
        """Whether an entity's supplier reaches the threshold, its spend taken for a year's."""
        return reaches(self.threshold, spent=supplier.measures.total, months=entity.months)

    @property
    def absent(self) -> Absent:
        """In place of what none of the entities has."""
        return absent(one.software for one in self.entities)

    def lacks(self, needed: Iterable[Missing]) -> bool:
        """Whether none of the entities has something that is needed."""
        return bool(missing_of_all(one.missing for one in self.entities) & set(needed))

    def gone(self, *, currency: str = "", connection_id: str = "", of: Of = "all") -> dict[str, Absent]:
        """The figures some entities cannot have, each with the words in its place."""
        found = [
            one for one in self.entities if currency in ("", one.currency) and connection_id in ("", one.connection_id)
        ]
        gone = figures_gone([one.missing for one in found], of=of)
        return {key: absent(found[place].software for place in those) for key, those in gone.items()}

    def together(self, currency: str) -> Together:
        """The entities of one base currency."""
        if currency in self.consolidated:
            return self.consolidated[currency]
        (only,) = (one for one in self.entities if one.currency == currency)
        return Together(overall=only.overall, by_method=only.by_method)
