"""The figures a relationship manager reads in the portal, beside what the sandbox's books say."""

from datetime import UTC, datetime
from decimal import Decimal

from linkflow.domain.books import last_full_months
from linkflow.sandbox.books import Books, books_for
from linkflow.sandbox.records import Statement
from linkflow.sandbox.totals import Spend, Totals, totals_of
from linkflow.testing.portal_pages import Portal, Table

TODAY = datetime.now(UTC).date()
METHODS = {
    "credit_card": "Credit card",
    "debit_card": "Debit card",
    "bank_transfer": "Bank transfer",
    "direct_debit": "Direct debit",
    "cheque": "Cheque",
    "cash": "Cash",
    "other": "Other",
    "unknown": "Unknown",
}
FINANCIALS = {"Profit and loss by month", "Balance sheet by month"}
SPEND = {"Spend by payment method", "Spend by supplier"}


def assert_financials(portal: Portal, name: str, company: str) -> None:
    """Both statements of one entity, every row of every month, are those of a company in the sandbox."""
    books = books_for(company, today=TODAY)
    for label, statements in (
        ("Profit and loss by month", books.profit_and_loss),
        ("Balance sheet by month", books.balance_sheet),
    ):
        shown = portal.table(f"{label}, {name}")
        assert shown.header[0] == books.company.base_currency
        assert len(shown.header) - 1 >= 24, shown.header
        for column, statement in zip(range(1, len(shown.header)), statements[-(len(shown.header) - 1) :], strict=True):
            assert shown.header[column].split("\n")[0] == f"{statement.period_end:%b %Y}".replace("Sep ", "Sept ")
            assert ("to date" in shown.header[column]) == statement.to_date
            assert _month(shown, column) == _expected(statement), f"{label} {statement.period_end}"


def assert_spend(portal: Portal, name: str, company: str) -> None:
    """Spend of one entity by supplier and by payment method over the last twelve full months."""
    portal.show_figures(name)
    books = books_for(company, today=TODAY)
    period = last_full_months(TODAY, 12)
    truth = totals_of(books, first=period.first_month, last=period.ends_on)
    by_method, by_supplier = (
        portal.table(f"{label}, {name}") for label in ("Spend by payment method", "Spend by supplier")
    )
    assert _sums(by_supplier) == _suppliers(books, truth)
    assert _sums(by_method) == sorted(
        _row(METHODS[method], spend) for method, spend in truth.by_method.items() if spend != Spend()
    )
    for table in (by_method, by_supplier):
        assert _parsed(table.rows[-1]) == _row("Sum", truth.overall)


def assert_nothing_else_shown(portal: Portal, allowed: set[str]) -> None:
    """What was not asked for is not there."""
    shown = {name.split(",")[0] for name in portal.tables()} & (FINANCIALS | SPEND)
    assert shown == allowed


def _month(table: Table, column: int) -> list[tuple[str, int]]:
    return sorted((row[0], _number(row[column])) for row in table.rows if row[column] not in ("", "–"))


def _expected(statement: Statement) -> list[tuple[str, int]]:
    return sorted((row.label, _rounded(row.amount)) for row in statement.rows)


def _suppliers(books: Books, truth: Totals) -> list[tuple[str | int, ...]]:
    names: dict[str | None, str] = {supplier.id: supplier.name for supplier in books.suppliers}
    names[None] = "No supplier named"
    return sorted(_row(names[key], spend) for key, spend in truth.by_supplier.items() if spend != Spend())


def _row(label: str, spend: Spend) -> tuple[str | int, ...]:
    amounts = (spend.billed, spend.paid, spend.expensed, spend.outstanding, spend.total)
    billed, paid, expensed, outstanding, total = map(_rounded, amounts)
    return label, spend.bills, billed, spend.payments, paid, expensed, outstanding, total


def _sums(table: Table) -> list[tuple[str | int, ...]]:
    return sorted(parsed for row in table.rows[:-1] if any((parsed := _parsed(row))[1:]))


def _parsed(row: tuple[str, ...]) -> tuple[str | int, ...]:
    return row[0], *(_number(cell) for cell in row[1:])


def _rounded(amount: Decimal) -> int:
    return int(round(amount, 0))


def _number(text: str) -> int:
    return int(text.replace(",", "").replace("−", "-"))
