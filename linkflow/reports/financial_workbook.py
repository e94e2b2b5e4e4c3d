"""The financials workbook: a summary, both statements as printed and by category, ratios, accounts, checks."""

from collections.abc import Iterable
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]  # it ships no types

from linkflow.domain.financials import PlacedAccount
from linkflow.reports import financial_checks, financial_ratios
from linkflow.reports.financial_contents import STATEMENTS, FinancialContents
from linkflow.reports.financial_sheets import StatementSheet, categorised, printed
from linkflow.reports.formulas import NOT_AVAILABLE
from linkflow.reports.front_page import FrontPage
from linkflow.reports.tables import Column, Heading, Kind, Table, Value
from linkflow.reports.workbook import ROWS_OF_A_SHEET, Formula, Line, Workbook

ACCOUNTS = "Accounts"
REASONS = {
    "corrected": "a user said so",
    "software": "the software’s own type",
    "words": "words in its name or heading",
    "fallback": "nothing says",
}


def write_financial_workbook(path: Path, contents: FinancialContents, *, sheet_rows: int = ROWS_OF_A_SHEET) -> None:
    """Write the whole workbook; `path` is in a private folder, which the caller removes."""
    book = Workbook(
        path,
        title=f"Financials: {contents.entity}",
        author=contents.organization,
        created=contents.taken_at,
        sheet_rows=sheet_rows,
    )
    sheets = {statement: categorised(contents, statement) for statement in STATEMENTS}
    with book:
        _write_front(FrontPage(book, columns=3), contents)
        for statement, name in STATEMENTS.items():
            _write_statement(book, printed(contents, statement, name))
        for sheet in sheets.values():
            _write_statement(book, sheet)
        ratios = financial_ratios.ratio_lines(contents, sheets)
        _write(book, financial_ratios.NAME, financial_ratios.ratio_headings(contents), ratios)
        book.write_table(accounts_table(contents))
        checks = financial_checks.check_lines(contents, sheets)
        _write(book, financial_checks.NAME, financial_checks.check_headings(contents), checks)


def accounts_table(contents: FinancialContents) -> Table[PlacedAccount]:
    """Every account with its category and why, the one with most at stake first."""

    def text(heading: str, value: str, kind: Kind = Kind.TEXT) -> Column[PlacedAccount]:
        return Column(heading, kind, lambda one: getattr(one.line, value))

    def money(heading: str, value: str) -> Column[PlacedAccount]:
        return Column(heading, Kind.MONEY, lambda one: getattr(one, value), lambda _one: contents.currency)

    columns: tuple[Column[PlacedAccount], ...] = (
        text("Account code", "account_code", Kind.WORD),
        text("Account", "label"),
        Column("Statement", Kind.WORD, lambda one: STATEMENTS[one.line.statement]),
        Column("Class", Kind.WORD, lambda one: _word(one.line.account_class)),
        Column("Category", Kind.TEXT, lambda one: category_path(contents, one.line.category)),
        text("Category key", "category"),
        Column("Suggested", Kind.TEXT, lambda one: category_path(contents, one.line.suggested)),
        Column("Reason", Kind.TEXT, lambda one: REASONS.get(one.line.reason or "")),
        text("Because of", "because"),
        Column("Confidence", Kind.WORD, lambda one: _word(one.line.confidence)),
        Column("Currency", Kind.WORD, lambda _one: contents.currency),
        money("Balance", "balance"),
        text("Id in the software", "account_id"),
    )
    return Table(ACCOUNTS, columns, contents.accounts)


def category_path(contents: FinancialContents, slug: str | None) -> str | None:
    """A category by its names, from the class on."""
    if slug is None:
        return None
    parts = slug.split(".")
    return " › ".join(contents.categories.name(".".join(parts[: depth + 1])) for depth in range(len(parts)))


def _word(value: str | None) -> str | None:
    return value.capitalize() if value else None


def _write_statement(book: Workbook, sheet: StatementSheet) -> None:
    _write(book, sheet.name, sheet.headings, sheet.lines())


def _write(book: Workbook, name: str, headings: tuple[Heading, ...], lines: Iterable[Line]) -> None:
    rows = list(lines)
    book.fill(book.place(name, headings, rows=len(rows)), rows)


def _write_front(front: FrontPage, contents: FinancialContents) -> None:
    front.title(f"Financials: {contents.entity}")
    front.fact("Company", contents.company)
    front.fact("Asked for by", contents.organization)
    front.fact("First month", contents.months[0], Kind.DATE)
    front.fact("Last month", contents.months[-1], Kind.DATE)
    front.fact("Currency", contents.currency)
    front.fact("Books read (UTC)", contents.read_at, Kind.TIME)
    front.fact("Read from", contents.software)
    front.fact("Made (UTC)", contents.taken_at, Kind.TIME)
    _write_key_figures(front, contents)
    front.part("Notes")
    for words in financial_checks.notes(contents):
        front.note(words)


def _write_key_figures(front: FrontPage, contents: FinancialContents) -> None:
    """The last full month and the one a year before, as the sheet of ratios has them."""
    last = contents.full_months - 1
    shown = [at for at in (last, last - 12) if at >= 0]
    front.part("Ratios", *(contents.month_names[at] for at in shown))
    first = len(financial_ratios.ratio_headings(contents)) - len(contents.months)
    plain = list(financial_ratios.ratio_values(contents))
    for row, one in enumerate(contents.ratios):
        cells = []
        for at in shown:
            value: Value = plain[row][first + at]
            known = NOT_AVAILABLE if value is None else value
            cell = f"{financial_ratios.NAME}!${xl_col_to_name(first + at)}${row + 2}"
            cells.append((Formula(cell, known), financial_ratios.KINDS[one.unit], contents.currency))
        front.figures(one.name, cells)
