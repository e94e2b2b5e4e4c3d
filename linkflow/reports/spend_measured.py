"""Lines of measures: of each entity, payment method and supplier, with what stands before and after the figures.

What a share is of is said by a name, so that a workbook can point at the cell and a file needs none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from linkflow.domain.books import PaymentMethod
from linkflow.domain.methods import MethodGroup, group_of
from linkflow.domain.unavailable import Of
from linkflow.reports import spend_tables as of
from linkflow.reports.formulas import NOT_AVAILABLE, Criteria, text
from linkflow.reports.spend_contents import EntitySpend, Group, SpendContents, SupplierGroup
from linkflow.reports.spend_measures import MEASURES, SUPPLIER_MEASURES, SUPPLIERS, Measure
from linkflow.reports.spend_suppliers import SupplierIndex
from linkflow.reports.spend_words import GROUPS, METHODS, NO, YES
from linkflow.reports.tables import Absent, Heading, Kind, Table, Value, plain_table

ENTITIES, BY_METHOD = "Entities", "Payment methods"
MOST_USED = "Most used method"
ALL_ENTITIES = "All entities"
GROUPED = (*SUPPLIER_MEASURES, *MEASURES)
_WHOSE: tuple[Heading, ...] = (("Company", Kind.TEXT), ("Entity", Kind.TEXT), (of.ENTITY_NUMBER, Kind.COUNT))
_BASE: Heading = (of.BASE, Kind.WORD)
_FACTS: tuple[Heading, ...] = (
    ("Most used, by amount", Kind.WORD),
    ("Most used, by the software’s own field", Kind.WORD),
    ("Latest bill", Kind.DATE),
    ("Latest expense", Kind.DATE),
    ("Paid by card in the last 12 months", Kind.WORD),
    ("First seen", Kind.DATE),
    ("Contact", Kind.TEXT),
    ("Email", Kind.TEXT),
    ("Phone", Kind.WORD),
    ("Tax number", Kind.WORD),
    ("Registration number", Kind.WORD),
    ("Addresses", Kind.TEXT),
)

_FACT_KEYS = (
    *("by-amount", "by-field", "last-bill", "last-expense", "card", "first-seen"),
    *("contact", "email", "phone", "tax-number", "registration-number", "addresses"),
)

Whole = tuple[Literal["entity", "currency"], str]
"""What a line is a part of: an entity (its connection's id), or all of one base currency."""


@dataclass(frozen=True)
class Measured:
    """A line; `criteria` select its rows on the sheets of the books.

    `whole` is what it is a part of, and its figures; None where it is the whole itself. `unlisted` are the
    suppliers that are not on their sheet. `gone` are the figures there cannot be, with the words in their place.
    """

    before: tuple[Value, ...]
    group: Group
    currency: str
    criteria: Criteria
    whole: tuple[Whole, Group] | None = None
    unlisted: int = 0
    after: tuple[Value, ...] = ()
    gone: Mapping[str, Absent] = field(default_factory=dict)

    @property
    def whole_group(self) -> Group:
        """What its shares are shares of."""
        return self.whole[1] if self.whole else self.group


@dataclass(frozen=True)
class Block:
    """A table of measures; `lines` begins anew with each call, `totals` are the lines below them."""

    name: str
    before: Sequence[Heading]
    measures: Sequence[Measure]
    rows: int
    lines: Callable[[], Iterator[Measured]]
    totals: tuple[Measured, ...]
    after: Sequence[Heading] = ()

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Every column's."""
        return (*self.before, *((one.heading, one.kind) for one in self.measures), *self.after)

    def table(self) -> Table[Sequence[Value]]:
        """The lines as plain values, without totals."""
        return plain_table(self.name, self.headings, lambda: (self._values(line) for line in self.lines()))

    def _values(self, line: Measured) -> Sequence[Value]:
        figures = (line.gone.get(measure.key, measure.value(line.group, line.whole_group)) for measure in self.measures)
        return (*line.before, *(None if one == NOT_AVAILABLE else one for one in figures), *line.after)


class SpendLines:
    """The blocks of one report."""

    def __init__(self, contents: SpendContents, suppliers: SupplierIndex) -> None:
        self.contents, self.index = contents, suppliers
        self._whose = _WHOSE if contents.several else ()

    def blocks(self) -> tuple[Block, ...]:
        """Entities (only where there are several), payment methods, suppliers."""
        return (*((self._by_entity(),) if self.contents.several else ()), self._by_method(), self._by_supplier())

    def total(self, currency: str, before: tuple[Value, ...] = (), after: tuple[Value, ...] = ()) -> Measured:
        """Everything in one base currency."""
        unlisted = sum(self._unlisted(one) for one in self._of_currency(currency))
        criteria = ((of.BASE, text(currency)),)
        gone = self.contents.gone(currency=currency)
        return Measured(before, self._overall(currency), currency, criteria, unlisted=unlisted, after=after, gone=gone)

    def _by_entity(self) -> Block:
        facts: tuple[Heading, ...] = (*_WHOSE, ("Software", Kind.TEXT), ("Books read (UTC)", Kind.TIME), _BASE)
        entities = self.contents.entities
        return Block(ENTITIES, facts, GROUPED, len(entities), self._entities, self._totals(facts))

    def _by_method(self) -> Block:
        way: tuple[Heading, ...] = (*self._whose, (of.METHOD, Kind.WORD), ("Group", Kind.WORD), _BASE)
        rows = sum(len(one.by_method) for one in self.contents.entities)
        totals = (*self._methods_together(), *self._totals(way))
        return Block(BY_METHOD, way, GROUPED, rows, self._methods, totals)

    def _by_supplier(self) -> Block:
        number: Heading = (of.SUPPLIER_NUMBER, Kind.COUNT)
        who: tuple[Heading, ...] = (*self._whose, number, ("Supplier", Kind.TEXT), (MOST_USED, Kind.WORD), _BASE)
        totals = self._totals(who, at=len(who) - 3, after=(None,) * len(_FACTS))
        return Block(SUPPLIERS, who, MEASURES, self.index.listed, self._suppliers, totals, after=_FACTS)

    def _entities(self) -> Iterator[Measured]:
        for number, entity in enumerate(self.contents.entities, 1):
            yield Measured(
                (*self._names(entity, number), entity.software, entity.read_at, entity.currency),
                entity.overall,
                entity.currency,
                self._of_entity(number),
                whole=(("currency", entity.currency), self._overall(entity.currency)),
                unlisted=self._unlisted(entity),
                gone=self.contents.gone(connection_id=entity.connection_id),
            )

    def _methods(self) -> Iterator[Measured]:
        for number, entity in enumerate(self.contents.entities, 1):
            for method, group in entity.by_method.items():
                yield Measured(
                    (*self._names(entity, number), METHODS[method], GROUPS[group_of(method)], entity.currency),
                    group,
                    entity.currency,
                    ((of.METHOD, text(METHODS[method])), *self._of_entity(number)),
                    whole=self._whole(entity),
                    unlisted=self.index.unlisted[entity.connection_id, method],
                    gone=self.contents.gone(connection_id=entity.connection_id, of=_of(method)),
                )

    def _methods_together(self) -> Iterator[Measured]:
        """Each method over all entities of a currency."""
        for currency in self.contents.currencies if self.contents.several else ():
            mine = self._of_currency(currency)
            for method, group in self.contents.together(currency).by_method.items():
                yield Measured(
                    (self.contents.company, ALL_ENTITIES, None, METHODS[method], GROUPS[group_of(method)], currency),
                    group,
                    currency,
                    ((of.METHOD, text(METHODS[method])), (of.BASE, text(currency))),
                    whole=(("currency", currency), self._overall(currency)),
                    unlisted=sum(self.index.unlisted[one.connection_id, method] for one in mine),
                    gone=self.contents.gone(currency=currency, of=_of(method)),
                )

    def _suppliers(self) -> Iterator[Measured]:
        for number, entity in enumerate(self.contents.entities, 1):
            of_none = self.contents.gone(connection_id=entity.connection_id)
            of_one = self.contents.gone(connection_id=entity.connection_id, of="supplier")
            for supplier in self.contents.rows.suppliers(entity.connection_id):
                if not self.contents.is_shown(entity, supplier):
                    continue
                gone = of_one if supplier.supplier_id else of_none
                own = self.index.numbers.get((entity.connection_id, supplier.supplier_id or ""), 0)
                usual = METHODS[supplier.methods[0]]
                yield Measured(
                    (*self._names(entity, number), own, supplier.name, usual, entity.currency),
                    supplier,
                    entity.currency,
                    ((of.SUPPLIER_NUMBER, str(own)), *self._of_entity(number)),
                    whole=self._whole(entity),
                    after=_facts(supplier, gone),
                    gone=gone,
                )

    def _totals(self, before: Sequence[Heading], *, at: int = 0, after: tuple[Value, ...] = ()) -> tuple[Measured, ...]:
        """A line for each base currency, its words in the column `at`."""
        found = []
        for currency in self.contents.currencies:
            words: list[Value] = [None] * len(before)
            words[at], words[-1] = f"Total in {currency}", currency
            found.append(self.total(currency, tuple(words), after))
        return tuple(found)

    def _whole(self, entity: EntitySpend) -> tuple[Whole, Group]:
        if self.contents.several:
            return ("entity", entity.connection_id), entity.overall
        return ("currency", entity.currency), entity.overall

    def _overall(self, currency: str) -> Group:
        return self.contents.together(currency).overall

    def _of_currency(self, currency: str) -> list[EntitySpend]:
        return [one for one in self.contents.entities if one.currency == currency]

    def _unlisted(self, entity: EntitySpend) -> int:
        return sum(self.index.unlisted[entity.connection_id, method] for method in PaymentMethod)

    def _names(self, entity: EntitySpend, number: int) -> tuple[Value, ...]:
        return (self.contents.company, entity.name, number) if self.contents.several else ()

    def _of_entity(self, number: int) -> Criteria:
        return ((of.ENTITY_NUMBER, str(number)),) if self.contents.several else ()


def _of(method: PaymentMethod) -> Of:
    return "all" if group_of(method) is MethodGroup.UNKNOWN else "method"


def _facts(supplier: SupplierGroup, gone: Mapping[str, Absent]) -> tuple[Value, ...]:
    _, by_amount, by_field = supplier.methods
    card = YES if supplier.accepted_card else NO
    days = supplier.last_bill_on, supplier.last_expense_on, card, supplier.first_seen_on
    contact = supplier.contact
    known: tuple[Value, ...] = (None,) * 6
    if contact is not None:
        numbers = contact.tax_number, contact.registration_number
        address = "; ".join(line for one in contact.addresses for line in one.splitlines())
        known = (contact.contact_name, contact.email, contact.phone, *numbers, address or None)
    facts = (METHODS[by_amount], METHODS[by_field], *days, *known)
    return tuple(gone.get(key, fact) for key, fact in zip(_FACT_KEYS, facts, strict=True))
