"""The spend workbook: a summary, entities, payment methods, suppliers, and the rows of the books behind all of them.

The sheets of the books are written first, so that the others can be formulas over them. What was written is added up on
the way: a workbook whose rows do not come to the report's figures is none.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]  # it ships no types

from linkflow.reports import spend_tables as of
from linkflow.reports.formulas import Span
from linkflow.reports.front_page import FrontPage
from linkflow.reports.spend_blocks import SpendBlocks, figures_of
from linkflow.reports.spend_contents import SpendContents
from linkflow.reports.spend_measured import GROUPED, SpendLines
from linkflow.reports.spend_measures import SUPPLIERS
from linkflow.reports.spend_suppliers import index_suppliers
from linkflow.reports.spend_tables import SpendTables
from linkflow.reports.spend_words import counting_rules
from linkflow.reports.tables import Kind, Table
from linkflow.reports.workbook import ROWS_OF_A_SHEET, Formula, Workbook

COMPARISONS = 500_000_000
"""What a spreadsheet may have to compare when it works a sheet out anew: a few seconds' work, not minutes."""


class RowsDiffer(Exception):
    """The rows of the books do not come to the figures of the report."""


@dataclass
class _Tally:
    """How many rows of a connection were written, and what they come to."""

    rows: int = 0
    amount: Decimal = field(default_factory=Decimal)


def write_spend_workbook(path: Path, contents: SpendContents, *, sheet_rows: int = ROWS_OF_A_SHEET) -> None:
    """Write the whole workbook; raises `RowsDiffer`. `path` is in a private folder, which the caller removes."""
    book = Workbook(
        path,
        title=f"Spend analysis: {contents.company}",
        author=contents.organization,
        created=contents.taken_at,
        sheet_rows=sheet_rows,
    )
    with book:
        front = FrontPage(book, columns=2 * len(contents.currencies))
        suppliers = index_suppliers(contents)
        tables = SpendTables(contents, suppliers.numbers)
        lines = SpendLines(contents, suppliers)
        blocks = SpendBlocks(book, lines)
        sheets = {table.name: _written(book, table, contents) for table in tables.all()}
        summed = sum(span.rows for name, span in sheets.items() if name != of.LINES)
        by_formula = blocks.fill(sheets, affordable=lambda formulas: formulas * summed <= COMPARISONS)
        spans = {**sheets, SUPPLIERS: blocks.suppliers}
        _write_front(front, lines, spans, by_formula=by_formula)


def _written(book: Workbook, table: Table[Any], contents: SpendContents) -> Span:
    measured = _MEASURED.get(table.name)
    if measured is None or len(table.columns) == 1:
        return book.write_table(table)
    count, amount = measured
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)

    def add(row: Any) -> None:
        tally = tallies[row.connection_id]
        tally.rows += 1
        tally.amount += row.base_total

    span = book.write_table(table, each=add)
    for entity in contents.entities:
        tally = tallies[entity.connection_id]
        measures = entity.overall.measures
        if (tally.rows, tally.amount) != (getattr(measures, count), getattr(measures, amount)):
            raise RowsDiffer(table.name)
    return span


def _write_front(front: FrontPage, lines: SpendLines, spans: Mapping[str, Span], *, by_formula: bool) -> None:
    contents = lines.contents
    front.title(f"Spend analysis: {contents.company}")
    front.fact("Asked for by", contents.organization)
    front.fact("First day", contents.period.first_month, Kind.DATE)
    front.fact("Last day", contents.period.ends_on, Kind.DATE)
    front.fact("Made (UTC)", contents.taken_at, Kind.TIME)
    for entity in contents.entities:
        front.fact(f"Books of {entity.name} read (UTC)", entity.read_at, Kind.TIME)
        front.fact("Read from", entity.software)
    _write_totals(front, lines, spans)
    _write_ageing(front, contents)
    front.part("Notes")
    for note in _notes(lines, by_formula=by_formula):
        front.note(note)


def _write_totals(front: FrontPage, lines: SpendLines, spans: Mapping[str, Span]) -> None:
    """Each measure on a row of its own, a column for each currency."""
    currencies = lines.contents.currencies
    front.part("Totals", *currencies)
    rows = {measure.heading: front.row + place for place, measure in enumerate(_SHOWN)}
    columns = []
    for place, currency in enumerate(currencies, 1):
        cell = _cell(xl_col_to_name(place), rows)
        columns.append([*figures_of(lines.total(currency), _SHOWN, spans, cell, cell)])
    for place, measure in enumerate(_SHOWN):
        cells = [(column[place], measure.kind, one) for column, one in zip(columns, currencies, strict=True)]
        front.figures(measure.heading, cells)


def _cell(letters: str, rows: Mapping[str, int]) -> Callable[[str], str]:
    return lambda heading: f"{letters}{rows[heading]}"


def _write_ageing(front: FrontPage, contents: SpendContents) -> None:
    buckets = list(dict.fromkeys(bucket for entity in contents.entities for bucket, *_ in entity.ageing))
    if not buckets:
        return
    headings = [words for one in contents.currencies for words in (f"Bills in {one}", f"Outstanding in {one}")]
    front.part("Outstanding by age", *headings)
    for bucket in buckets:
        cells: list[tuple[Formula | int | Decimal, Kind, str]] = []
        for currency in contents.currencies:
            found = [
                (count, amount)
                for entity in contents.entities
                if entity.currency == currency
                for name, count, amount in entity.ageing
                if name == bucket
            ]
            cells.append((sum(count for count, _ in found), Kind.COUNT, ""))
            cells.append((sum((amount for _, amount in found), Decimal(0)), Kind.MONEY, currency))
        front.figures(bucket, cells)


def _notes(lines: SpendLines, *, by_formula: bool) -> Iterator[str]:
    contents, hidden = lines.contents, sum(lines.index.unlisted.values())
    yield from counting_rules(entities=len(contents.entities), currencies=len(contents.currencies))
    if hidden:
        yield (
            f"Suppliers below {contents.threshold:,.2f} a year are left off their sheet: {hidden}. "
            "The totals cover them too."
        )
    if not by_formula:
        yield "The figures of each supplier are values, because there are so many; every total is a formula."
    for entity in contents.entities:
        yield from (f"{entity.name}: {note}" if contents.several else note for note in entity.notes)


_SHOWN = tuple(measure for measure in GROUPED if not measure.heading.startswith("Share of "))
_MEASURED = {
    of.BILLS: ("bills", "billed"),
    of.CREDIT_NOTES: ("credit_notes", "credited"),
    of.PAYMENTS: ("payments", "paid"),
    of.EXPENSES: ("expenses", "expensed"),
}
