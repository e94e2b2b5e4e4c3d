"""The figures a relationship manager reads in the portal, beside what the sandbox's books say.

Each check begins on a company's page, opens the whole report there, and comes back.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from playwright.sync_api import expect

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
BOUGHT = {"Bills": "bills", "Billed": "billed", "Spent as expenses": "expensed", "Total spend": "total"}
SETTLED = {"Payments": "payments", "Paid": "paid", "Outstanding": "outstanding", "Paid late": "late"}
BY_SUPPLIER = {**BOUGHT, **SETTLED}
"""The words above a column of the page, and what it is in the sandbox's own totals."""
NOT_AVAILABLE = "n/a"
"""What stands where the software has no such thing."""
FINANCIALS = {"Financial statements"}
SPEND = {"Spend analysis"}


def assert_financials(portal: Portal, name: str, company: str) -> None:
    """Both statements of one entity, every row of every month, are those of a company in the sandbox."""
    company_page = portal.page.url
    portal.show_figures(name)
    portal.open_report("financial statements")
    portal.follow("As Sandbox Books prints it")
    portal.follow("All months")
    books = books_for(company, today=TODAY)
    for label, statements in (
        ("Profit and loss by month", books.profit_and_loss),
        ("Balance sheet by month", books.balance_sheet),
    ):
        shown = portal.table(f"{label}, {name}")
        assert shown.header[0] == books.company.base_currency
        assert len(shown.header) - 1 >= 24, shown.header
        for column, statement in zip(range(1, len(shown.header)), statements[-(len(shown.header) - 1) :], strict=True):
            month = f"{statement.period_end:%b %Y}".replace("Sep ", "Sept ")
            assert " ".join(shown.header[column].split()).removesuffix(" to date") == month
            assert ("to date" in shown.header[column]) == statement.to_date
            assert _month(shown, column) == _expected(statement), f"{label} {statement.period_end}"
    portal.page.goto(company_page)


def assert_spend(portal: Portal, name: str, company: str) -> None:
    """Spend of one entity by supplier and by payment method over the last twelve full months."""
    company_page = portal.page.url
    portal.show_figures(name)
    portal.open_report("spend analysis")
    books = books_for(company, today=TODAY)
    period = last_full_months(TODAY, 12)
    truth = totals_of(books, first=period.first_month, last=period.ends_on)
    for label, columns in (("what was bought", BOUGHT), ("how it was paid", SETTLED)):
        shown = figures_of(portal.table(f"Payment methods: {label}"), columns)
        assert {key: value for key, value in shown.items() if key in METHODS.values() and any(value)} == {
            METHODS[method]: expected
            for method, spend in truth.by_method.items()
            if any(expected := _of(spend, columns))
        }
        assert shown["All"] == _of(truth.overall, columns)
    assert every_supplier(portal) == _suppliers(books, truth)
    portal.page.goto(company_page)


def assert_nothing_else_shown(portal: Portal, allowed: set[str]) -> None:
    """What was not asked for is not there."""
    assert set(portal.page.locator("#figures article h3").all_inner_texts()) == allowed


def _month(table: Table, column: int) -> list[tuple[str, int]]:
    return sorted(
        (row[0], number(row[column])) for row in table.rows if len(row) > column and row[column] not in ("", "–")
    )


def _expected(statement: Statement) -> list[tuple[str, int]]:
    return sorted((row.label, rounded(row.amount)) for row in statement.rows)


def every_supplier(portal: Portal) -> dict[str, tuple[int | str, ...]]:
    """Those of all pages."""
    found = suppliers_shown(portal)
    while (more := portal.page.get_by_role("link", name="More suppliers")).count():
        before = portal.page.url
        more.click()
        expect(portal.page).not_to_have_url(before)
        found |= suppliers_shown(portal)
    return found


def suppliers_shown(portal: Portal) -> dict[str, tuple[int | str, ...]]:
    """Those of one page, what was bought of them and how it was paid."""
    bought = figures_of(portal.table("Suppliers"), BOUGHT)
    paid = figures_of(portal.table("Suppliers: how it was paid"), SETTLED)
    return {name: (*figures, *paid[name]) for name, figures in bought.items()}


def _suppliers(books: Books, truth: Totals) -> dict[str, tuple[int | str, ...]]:
    names: dict[str | None, str] = {supplier.id: supplier.name for supplier in books.suppliers}
    names[None] = "No supplier named"
    return {names[key]: _of(spend, BY_SUPPLIER) for key, spend in truth.by_supplier.items() if spend != Spend()}


def _told(figures: Mapping[str, tuple[int, ...]], labels: Collection[str]) -> dict[str, tuple[int | str, ...]]:
    """The rows with these labels that have anything in them."""
    return {label: figures[label] for label in labels if any(figures.get(label, ()))}


def _of(spend: Spend, columns: Mapping[str, str]) -> tuple[int, ...]:
    return tuple(rounded(Decimal(getattr(spend, name))) for name in columns.values())


def figures_of(table: Table, columns: Mapping[str, str]) -> dict[str, tuple[int | str, ...]]:
    """Some columns of each row; what is hidden behind a figure's link is left out."""
    header = [" ".join(words.split()).rstrip(" ↑↓") for words in table.header]
    places = [header.index(words) for words in columns]
    return {row[0]: tuple(_figure(row[place]) for place in places) for row in table.rows}


def _figure(cell: str) -> int | str:
    return NOT_AVAILABLE if cell.startswith(NOT_AVAILABLE) else number(cell.split(maxsplit=1)[0])


def rounded(amount: Decimal) -> int:
    return int(round(amount, 0))


def number(text: str) -> int:
    return int(text.replace(",", "").replace("−", "-"))
