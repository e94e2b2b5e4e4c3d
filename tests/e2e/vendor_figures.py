"""The figures a relationship manager reads in the portal, beside what the books of a fake vendor come to.

Each check begins on a company's page, opens the whole report there, and comes back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from linkflow.domain.books import (
    AccountClass,
    LineKind,
    PaymentMethod,
    Record,
    Statement,
    StatementLine,
    Supplier,
    last_full_months,
)
from linkflow.domain.measures import Measures
from linkflow.domain.software import Missing
from linkflow.domain.spend import analyse
from linkflow.testing.portal_pages import Portal, Table
from tests.e2e.figures import (
    BOUGHT,
    METHODS,
    NOT_AVAILABLE,
    SETTLED,
    TODAY,
    every_supplier,
    figures_of,
    number,
    rounded,
)
from tests.vendors.chart import CHART
from tests.vendors.pulling import of_kind, spend_books

_ACCOUNTS = {entry.account.name: entry.account.account_class for entry in CHART}
_UNTOLD = {Missing.AMOUNT_DUE: "outstanding", Missing.EXPENSES: "expensed", Missing.PAID_BILLS: "late"}
"""What a product has not → the measure that reads so."""
_UNTOLD_OF_SUPPLIERS = {Missing.PAID_BILLS: ("payments", "paid")}
"""And those that only one supplier's line has not."""
_UNKNOWN = (PaymentMethod.UNKNOWN, PaymentMethod.OTHER)
_TITLES = {Statement.PROFIT_AND_LOSS: "Profit and loss by month", Statement.BALANCE_SHEET: "Balance sheet by month"}


def assert_financials(portal: Portal, name: str, software: str, records: Collection[Record]) -> None:
    """Every account of both statements in every month, and what each month made."""
    company_page = portal.page.url
    portal.open_report("financial statements")
    portal.follow("All months")
    expected = _by_month(of_kind(records, StatementLine))
    portal.page.locator("#profit").get_by_text("The same as a table").click()
    made = portal.table("Income, costs and net profit by month")
    full = last_full_months(TODAY, len(made.header) - 1).months
    assert _made_shown(made) == _made({month: expected[Statement.PROFIT_AND_LOSS, month] for month in full})
    portal.follow(f"As {software} prints it")
    for statement, title in _TITLES.items():
        shown = portal.table(f"{title}, {name}")
        assert len(shown.header) == 26
        for column, month in enumerate((*last_full_months(TODAY, 24).months, TODAY.replace(day=1)), 1):
            there, told = _accounts_shown(shown, column), _told(expected[statement, month])
            assert there == told, f"{title}, {month}: {sorted(there.items() ^ told.items())}"
    portal.page.goto(company_page)


def assert_spend(portal: Portal, records: Collection[Record], *, not_available: Collection[Missing] = ()) -> None:
    """Spend by supplier and by payment method over the last twelve full months; what the product has not is no zero."""
    company_page, untold = portal.page.url, {_UNTOLD.get(one) for one in not_available}
    by_known_method = {*untold, *(("bills", "billed", "total") if Missing.PAID_BILLS in not_available else ())}
    portal.open_report("spend analysis")
    truth = analyse(spend_books(records), last_full_months(TODAY, 12))
    for label, columns in (("what was bought", BOUGHT), ("how it was paid", SETTLED)):
        shown = figures_of(portal.table(f"Payment methods: {label}"), columns)
        assert {key: value for key, value in shown.items() if key in METHODS.values() and any(value)} == {
            METHODS[one.method.value]: found
            for one in truth.by_method
            if any(found := _of(one.measures, columns, untold if one.method in _UNKNOWN else by_known_method))
        }
        assert shown["All"] == _of(truth.overall, columns, untold)
    of_one = untold | {name for one in not_available for name in _UNTOLD_OF_SUPPLIERS.get(one, ())}
    names: dict[str | None, str] = {one.external_id: one.name for one in of_kind(records, Supplier)}
    names[None] = "No supplier named"
    assert every_supplier(portal) == {
        names[one.supplier_id]: _of(one.measures, {**BOUGHT, **SETTLED}, of_one if one.supplier_id else untold)
        for one in truth.by_supplier
        if one.measures != Measures()
    }
    portal.page.goto(company_page)


_ByAccount = Mapping[str, Decimal]


def _by_month(lines: Iterable[StatementLine]) -> Mapping[tuple[Statement, date], _ByAccount]:
    found: defaultdict[tuple[Statement, date], defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines:
        if line.kind is LineKind.LINE and line.label in _ACCOUNTS:
            found[line.statement, line.period_end.replace(day=1)][line.label] += line.amount
    return found


def _accounts_shown(table: Table, column: int) -> dict[str, int]:
    """The amounts of one month; a category that is a guess is marked as such behind the account's name."""
    found: defaultdict[str, int] = defaultdict(int)
    for row in table.rows:
        name = " ".join(row[0].split()).removesuffix(" guess")
        if name in _ACCOUNTS and len(row) > column and row[column] not in ("", "–"):
            found[name] += number(row[column])
    return {name: amount for name, amount in found.items() if amount}


def _told(amounts: _ByAccount) -> dict[str, int]:
    return {name: rounded(amount) for name, amount in amounts.items() if rounded(amount)}


def _made_shown(table: Table) -> dict[str, list[int]]:
    return {row[0]: [number(cell) for cell in row[1:]] for row in table.rows}


def _made(months: Mapping[date, _ByAccount]) -> dict[str, list[int]]:
    def sums(of: AccountClass) -> list[Decimal]:
        return [sum(a for name, a in found.items() if _ACCOUNTS[name] is of) for found in months.values()]

    income, costs = sums(AccountClass.INCOME), sums(AccountClass.EXPENSE)
    net = [one - other for one, other in zip(income, costs, strict=True)]
    return {"Income": [*map(rounded, income)], "Costs": [*map(rounded, costs)], "Net profit": [*map(rounded, net)]}


def _of(measures: Measures, columns: Mapping[str, str], untold: Collection[str | None]) -> tuple[int | str, ...]:
    names = columns.values()
    return tuple(NOT_AVAILABLE if name in untold else rounded(Decimal(getattr(measures, name))) for name in names)
