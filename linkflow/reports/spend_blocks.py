"""The sheets whose figures are formulas over the rows of the books: entities, payment methods, suppliers."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from linkflow.domain.books import PaymentMethod
from linkflow.reports import spend_tables as of
from linkflow.reports.formulas import Criteria, Span, quoted_sheet, text
from linkflow.reports.spend_contents import EntitySpend, Group, SpendContents, SupplierGroup, added
from linkflow.reports.spend_measures import MEASURES, SUPPLIER_MEASURES, SUPPLIERS, Cells, Measure
from linkflow.reports.spend_words import METHODS, NO, YES, method_group
from linkflow.reports.tables import Kind, Value
from linkflow.reports.workbook import Content, Formula, Heading, Line, Placed, Workbook

ENTITIES, BY_METHOD = "Entities", "Payment methods"
MOST_USED = "Most used method"
ALL_ENTITIES = "All entities"
GROUPED = (*SUPPLIER_MEASURES, *MEASURES)
_WHOSE: tuple[Heading, ...] = (("Company", Kind.TEXT), ("Entity", Kind.TEXT), (of.ENTITY_NUMBER, Kind.COUNT))
_BASE: Heading = (of.BASE, Kind.WORD)
_FACTS: tuple[Heading, ...] = (
    ("Most used by amount", Kind.WORD),
    ("Most used by the software’s field", Kind.WORD),
    ("Latest bill", Kind.DATE),
    ("Latest expense", Kind.DATE),
    ("Accepted a card in the last 12 months", Kind.WORD),
    ("First seen", Kind.DATE),
    ("Contact", Kind.TEXT),
    ("Email", Kind.TEXT),
    ("Phone", Kind.WORD),
    ("Tax number", Kind.WORD),
    ("Registration number", Kind.WORD),
    ("Address", Kind.TEXT),
    ("Status", Kind.WORD),
    ("Default currency", Kind.WORD),
    ("Default terms", Kind.TEXT),
)
# Those with a name: rows without one are gathered under number 0.
_NAMED = ((of.SUPPLIER_NUMBER, text(">0")),)

Address = Callable[[str], str]
"""Where the cell under a heading stands."""


@dataclass(frozen=True)
class Measured:
    """A line of measures: what stands before and after them, and what its formulas select by.

    `whole` is what it is a part of, and where that stands; None where it is the whole itself. `unlisted` suppliers are
    counted that are not on their sheet.
    """

    before: tuple[Value, ...]
    group: Group
    currency: str
    criteria: Criteria
    whole: tuple[Group, Address] | None = None
    unlisted: int = 0
    after: tuple[Value, ...] = ()


class SpendBlocks:
    """Places the sheets first, in their order, and fills them when the sheets of the books are written."""

    def __init__(self, book: Workbook, contents: SpendContents, numbers: Mapping[tuple[str, str], int]) -> None:
        self._book, self._contents, self._numbers = book, contents, numbers
        self._several = contents.several
        self._shown = [
            (number, entity, supplier)
            for number, entity in enumerate(contents.entities, 1)
            for supplier in entity.by_supplier
            if contents.is_shown(supplier)
        ]
        self._unlisted = Counter(
            (entity.connection_id, supplier.methods[0])
            for entity in contents.entities
            for supplier in entity.by_supplier
            if supplier.supplier_id is not None and not contents.is_shown(supplier)
        )
        whose = _WHOSE if self._several else ()
        facts: tuple[Heading, ...] = (*whose, ("Software", Kind.TEXT), ("Books read (UTC)", Kind.TIME), _BASE)
        self.entities = self._placed(ENTITIES, facts, GROUPED, rows=len(contents.entities)) if self._several else None
        way: tuple[Heading, ...] = (*whose, (of.METHOD, Kind.WORD), ("Group", Kind.WORD), _BASE)
        self.methods = self._placed(BY_METHOD, way, GROUPED, rows=sum(len(one.by_method) for one in contents.entities))
        who: tuple[Heading, ...] = (
            *whose,
            (of.SUPPLIER_NUMBER, Kind.COUNT),
            ("Supplier", Kind.TEXT),
            (MOST_USED, Kind.WORD),
            _BASE,
        )
        self.suppliers = self._placed(SUPPLIERS, who, MEASURES, rows=len(self._shown), after=_FACTS)

    @property
    def hidden(self) -> int:
        """How many suppliers are below the threshold."""
        return sum(self._unlisted.values())

    def fill(self, sheets: Mapping[str, Span], *, affordable: Callable[[int], bool]) -> bool:
        """Every line; answers whether each supplier's figures are formulas.

        `affordable` says whether so many formulas over whole sheets can be worked out in reasonable time.
        """
        spans = {**sheets, SUPPLIERS: self.suppliers.span}
        if self.entities is not None:
            self._fill(self.entities, GROUPED, self._entity_lines(), self._totals(self.entities), spans, affordable)
        totals = (*self._methods_together(), *self._totals(self.methods))
        self._fill(self.methods, GROUPED, self._method_lines(), totals, spans, affordable)
        return self._fill(
            self.suppliers, MEASURES, self._supplier_lines(), self._totals(self.suppliers), spans, affordable
        )

    def totals_of(self, currency: str) -> Measured:
        """Everything in one base currency, without what stands before it."""
        mine = [one for one in self._contents.entities if one.currency == currency]
        unlisted = sum(self._unlisted[one.connection_id, method] for one in mine for method in PaymentMethod)
        criteria = ((of.BASE, text(currency)),)
        return Measured((), self._contents.together(currency), currency, criteria, unlisted=unlisted)

    def _placed(
        self,
        name: str,
        before: Sequence[Heading],
        measures: Sequence[Measure],
        *,
        rows: int,
        after: Sequence[Heading] = (),
    ) -> Placed:
        headings = (*before, *((one.heading, one.kind) for one in measures), *after)
        return self._book.place(name, headings, rows=rows, below=self._below(name))

    def _below(self, name: str) -> int:
        """How many lines of totals a sheet has."""
        methods = sum(len(self._together(one)) for one in self._contents.currencies) if self._several else 0
        return len(self._contents.currencies) + (methods if name == BY_METHOD else 0)

    def _fill(
        self,
        placed: Placed,
        measures: Sequence[Measure],
        lines: Iterator[Measured],
        totals: Iterable[Measured],
        spans: Mapping[str, Span],
        affordable: Callable[[int], bool],
    ) -> bool:
        by_formula = affordable(placed.span.rows * sum(one.over_sheets for one in measures))
        rows = (measured_line(line, measures, placed.span, spans, over_sheets=by_formula) for line in lines)
        self._book.fill(placed, rows, totals=[measured_line(line, measures, placed.span, spans) for line in totals])
        return by_formula

    def _entity_lines(self) -> Iterator[Measured]:
        for number, entity in enumerate(self._contents.entities, 1):
            facts = (self._contents.company, entity.name, number, entity.software, entity.read_at, entity.currency)
            yield Measured(
                facts,
                entity.overall,
                entity.currency,
                ((of.ENTITY_NUMBER, str(number)),),
                whole=self._whole_of_currency(self.entities, entity.currency) if self.entities else None,
                unlisted=sum(self._unlisted[entity.connection_id, method] for method in PaymentMethod),
            )

    def _method_lines(self) -> Iterator[Measured]:
        for number, entity in enumerate(self._contents.entities, 1):
            for method, group in entity.by_method.items():
                yield Measured(
                    (*self._names(entity, number), METHODS[method], method_group(method), entity.currency),
                    group,
                    entity.currency,
                    ((of.METHOD, text(METHODS[method])), *self._of_entity(number)),
                    whole=self._whole_of_entity(entity, number, self.methods),
                    unlisted=self._unlisted[entity.connection_id, method],
                )

    def _methods_together(self) -> Iterator[Measured]:
        """Each method over all entities of a currency."""
        for currency in self._contents.currencies if self._several else ():
            mine = [one for one in self._contents.entities if one.currency == currency]
            for method in self._together(currency):
                before = (self._contents.company, ALL_ENTITIES, None, METHODS[method], method_group(method), currency)
                yield Measured(
                    before,
                    added([one.by_method[method] for one in mine if method in one.by_method]),
                    currency,
                    ((of.METHOD, text(METHODS[method])), (of.BASE, text(currency))),
                    whole=self._whole_of_currency(self.methods, currency),
                    unlisted=sum(self._unlisted[one.connection_id, method] for one in mine),
                )

    def _supplier_lines(self) -> Iterator[Measured]:
        for number, entity, supplier in self._shown:
            own = self._numbers.get((entity.connection_id, supplier.supplier_id or ""), 0)
            usual = METHODS[supplier.methods[0]]
            yield Measured(
                (*self._names(entity, number), own, supplier.name, usual, entity.currency),
                supplier,
                entity.currency,
                ((of.SUPPLIER_NUMBER, str(own)), *self._of_entity(number)),
                whole=self._whole_of_entity(entity, number, self.suppliers),
                after=_facts(supplier),
            )

    def _totals(self, placed: Placed) -> Iterator[Measured]:
        words = [heading for heading, _ in placed.headings]
        for currency in self._contents.currencies:
            total = self.totals_of(currency)
            before: list[Value] = [None] * (words.index(of.BASE) + 1)
            before[words.index("Supplier") if "Supplier" in words else 0] = f"Total in {currency}"
            before[-1] = currency
            after: tuple[Value, ...] = (None,) * len(_FACTS) if placed is self.suppliers else ()
            yield Measured(tuple(before), total.group, currency, total.criteria, unlisted=total.unlisted, after=after)

    def _whole_of_entity(self, entity: EntitySpend, number: int, placed: Placed) -> tuple[Group, Address]:
        if self.entities is None:
            return self._whole_of_currency(placed, entity.currency)
        return entity.overall, _address(self.entities.span, *self.entities.where(number - 1))

    def _whole_of_currency(self, placed: Placed, currency: str) -> tuple[Group, Address]:
        others = self._below(BY_METHOD) - len(self._contents.currencies) if placed is self.methods else 0
        row = placed.first_total + others + self._contents.currencies.index(currency)
        return self._contents.together(currency), _address(placed.span, placed.span.sheets[-1][0], row)

    def _together(self, currency: str) -> list[PaymentMethod]:
        mine = [one for one in self._contents.entities if one.currency == currency]
        return [method for method in PaymentMethod if any(method in one.by_method for one in mine)]

    def _names(self, entity: EntitySpend, number: int) -> tuple[Value, ...]:
        return (self._contents.company, entity.name, number) if self._several else ()

    def _of_entity(self, number: int) -> Criteria:
        return ((of.ENTITY_NUMBER, str(number)),) if self._several else ()


def measured_line(
    line: Measured, measures: Sequence[Measure], span: Span, spans: Mapping[str, Span], *, over_sheets: bool = True
) -> Line:
    """Its cells; without `over_sheets` what would go through whole sheets is written as a value."""

    def cells(row: int) -> Sequence[Content]:
        def beside(heading: str) -> str:
            return f"{span.column(heading)}{row}"

        figures = figures_of(line, measures, spans, beside, over_sheets=over_sheets)
        return (*line.before, *figures, *line.after)

    return Line(cells, line.currency)


def figures_of(
    line: Measured,
    measures: Sequence[Measure],
    spans: Mapping[str, Span],
    beside: Address,
    *,
    over_sheets: bool = True,
) -> Iterator[Content]:
    """The measures of a line, as formulas with their values."""
    whole, at = line.whole or (line.group, beside)
    cells = Cells(spans, line.criteria, beside, at)
    for measure in measures:
        value = measure.value(line.group, whole)
        if measure.heading == SUPPLIERS:
            count = spans[SUPPLIERS].count((*_on_suppliers(line.criteria), *_NAMED))
            yield Formula(f"{count}+{line.unlisted}" if line.unlisted else count, value)
        elif measure.formula is None or (measure.over_sheets and not over_sheets):
            yield value
        else:
            yield Formula(measure.formula(cells), value)


def _on_suppliers(criteria: Criteria) -> Criteria:
    """The same for the sheet of suppliers, where the method is the most used one."""
    return tuple((MOST_USED if heading == of.METHOD else heading, wanted) for heading, wanted in criteria)


def _address(span: Span, sheet: str, row: int) -> Address:
    return lambda heading: f"{quoted_sheet(sheet)}!${span.column(heading)}${row}"


def _facts(supplier: SupplierGroup) -> tuple[Value, ...]:
    _, by_amount, by_field = supplier.methods
    contact = supplier.contact
    known: tuple[Value, ...] = (None,) * 9
    if contact is not None:
        known = (
            contact.contact_name,
            contact.email,
            contact.phone,
            contact.tax_number,
            contact.registration_number,
            "; ".join(contact.addresses) or None,
            "Active" if contact.active else "Inactive",
            contact.currency,
            contact.terms,
        )
    card = YES if supplier.accepted_card else NO
    days = supplier.last_bill_on, supplier.last_expense_on, card, supplier.first_seen_on
    return (METHODS[by_amount], METHODS[by_field], *days, *known)
