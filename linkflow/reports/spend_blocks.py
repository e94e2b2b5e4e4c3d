"""The sheets whose figures are formulas over the rows of the books: entities, payment methods, suppliers.

They are placed first, in their order, and filled when the sheets of the books are written.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from linkflow.reports import spend_tables as of
from linkflow.reports.formulas import Criteria, Span, quoted_sheet, text
from linkflow.reports.spend_measured import ENTITIES, MOST_USED, Block, Measured, SpendLines, Whole
from linkflow.reports.spend_measures import SUPPLIERS, Cells, Measure
from linkflow.reports.workbook import Content, Formula, Line, Placed, Workbook

# Those with a name: rows without one are gathered under number 0.
_NAMED = ((of.SUPPLIER_NUMBER, text(">0")),)

Address = Callable[[str], str]
"""Where the cell under a heading stands."""


class SpendBlocks:
    """The sheets of one workbook's blocks."""

    def __init__(self, book: Workbook, lines: SpendLines) -> None:
        self._book, self._contents = book, lines.contents
        self._blocks = {block.name: block for block in lines.blocks()}
        self._placed = {
            name: book.place(name, block.headings, rows=block.rows, below=len(block.totals))
            for name, block in self._blocks.items()
        }

    @property
    def suppliers(self) -> Span:
        """Where the suppliers are."""
        return self._placed[SUPPLIERS].span

    def fill(self, sheets: Mapping[str, Span], *, affordable: Callable[[int], bool]) -> bool:
        """Every line; answers whether each supplier's figures are formulas.

        `affordable` says whether so many formulas over whole sheets can be worked out in reasonable time.
        """
        spans, by_formula = {**sheets, SUPPLIERS: self.suppliers}, True
        for name, block in self._blocks.items():
            by_formula = affordable(block.rows * sum(one.over_sheets for one in block.measures))
            self._fill(self._placed[name], block, spans, over_sheets=by_formula)
        return by_formula

    def _fill(self, placed: Placed, block: Block, spans: Mapping[str, Span], *, over_sheets: bool) -> None:
        def line(one: Measured, *, over_sheets: bool = True) -> Line:
            def cells(row: int) -> Sequence[Content]:
                def beside(heading: str) -> str:
                    return f"{placed.span.column(heading)}{row}"

                whole = self._address(placed, block, one.whole[0]) if one.whole else beside
                figures = figures_of(one, block.measures, spans, beside, whole, over_sheets=over_sheets)
                return (*one.before, *figures, *one.after)

            return Line(cells, one.currency)

        rows = (line(one, over_sheets=over_sheets) for one in block.lines())
        self._book.fill(placed, rows, totals=[line(one) for one in block.totals])

    def _address(self, placed: Placed, block: Block, whole: Whole) -> Address:
        """An entity stands on its own sheet, a currency's total below the lines of the sheet itself."""
        kind, key = whole
        if kind == "entity":
            entities = self._placed[ENTITIES]
            number = next(at for at, one in enumerate(self._contents.entities) if one.connection_id == key)
            return _at(entities.span, *entities.where(number))
        totals = [one.currency for one in block.totals if one.whole is None]
        row = placed.first_total + len(block.totals) - len(totals) + totals.index(key)
        return _at(placed.span, placed.span.sheets[-1][0], row)


def figures_of(
    line: Measured,
    measures: Sequence[Measure],
    spans: Mapping[str, Span],
    beside: Address,
    whole: Address,
    *,
    over_sheets: bool = True,
) -> Iterator[Content]:
    """The measures of a line, as formulas with their values; without `over_sheets` what goes through sheets is a value.

    `beside` and `whole` say where the line's own cells stand, and those of what it is a part of.
    """
    cells = Cells(spans, line.criteria, beside, whole)
    for measure in measures:
        value = measure.value(line.group, line.whole_group)
        if measure.key in line.gone:
            yield line.gone[measure.key]
        elif measure.adds & line.gone.keys():
            yield value
        elif measure.heading == SUPPLIERS:
            count = spans[SUPPLIERS].count((*_on_suppliers(line.criteria), *_NAMED))
            yield Formula(f"{count}+{line.unlisted}" if line.unlisted else count, value)
        elif measure.formula is None or (measure.over_sheets and not over_sheets):
            yield value
        else:
            yield Formula(measure.formula(cells), value)


def _on_suppliers(criteria: Criteria) -> Criteria:
    """The same for the sheet of suppliers, where the method is the most used one."""
    return tuple((MOST_USED if heading == of.METHOD else heading, wanted) for heading, wanted in criteria)


def _at(span: Span, sheet: str, row: int) -> Address:
    return lambda heading: f"{quoted_sheet(sheet)}!${span.column(heading)}${row}"
