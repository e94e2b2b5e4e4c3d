"""The books a filled-in template comes to, and what must hold between its sheets.

Statements are derived from the trial balance. A sheet that is missing or could not be read is None: what would be
held to it is left unsaid. Nothing of a file with a problem is ever used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from linkflow.domain.books import Account, Company, Record, Statement, StatementLine
from linkflow.domain.filled import Problems, Rows
from linkflow.domain.filled_bills import read_bills, read_lines, read_suppliers
from linkflow.domain.filled_checks import BILLS, EXPENSES, LINES, PAYMENTS, SUPPLIERS, SpendChecks
from linkflow.domain.filled_financials import (
    ACCOUNTS,
    COMPANY,
    TRIAL_BALANCE,
    read_accounts,
    read_balances,
    read_company,
)
from linkflow.domain.filled_payments import read_expenses, read_payments
from linkflow.domain.requests import DataType, DataTypes
from linkflow.domain.trial_balances import statements_from_balances

OWN = "company"
"""The external id of the one company a file is about."""
Sheets = Mapping[str, Rows]


@dataclass(frozen=True)
class FilledBooks:
    """Records by the part they are stored under, in the order they are stored; the company comes first."""

    currency: str | None
    parts: tuple[tuple[str, tuple[Record, ...]], ...]

    @property
    def records(self) -> Iterator[Record]:
        """All of them."""
        return (record for _, records in self.parts for record in records)


def filled_books(
    sheets: Sheets, problems: Problems, *, data_types: DataTypes, named: str, today: date, currency: str | None = None
) -> FilledBooks:
    """Read the sheets, noting every problem; `named` is the company as it was asked, where no sheet names it.

    `currency` is the company's own where an earlier file told it, whose company is kept.
    """
    company: Company | None = None
    chart: tuple[Account, ...] = ()
    statements: tuple[StatementLine, ...] = ()
    if DataType.FINANCIALS in data_types:
        company = read_company(sheets.get(COMPANY), problems, external_id=OWN)
        chart = read_accounts(sheets.get(ACCOUNTS), problems)
        has_chart = sheets.get(ACCOUNTS) is not None
        balances = read_balances(
            sheets.get(TRIAL_BALANCE), problems, accounts=chart if has_chart else None, today=today
        )
        if not problems.count and company is not None and company.year_end is not None:
            statements = statements_from_balances(balances, chart, year_end=company.year_end)
    spend: tuple[tuple[str, tuple[Record, ...]], ...] = ()
    known, currency = currency, company.base_currency if company else currency
    if DataType.SPEND_ANALYSIS in data_types:
        checks = SpendChecks(problems, today=today, base=currency, accounts=chart)
        spend = _spend(sheets, checks)
        currency = checks.own_currency()
        chart += tuple(checks.named)
    if company is None and known is None and currency is not None:
        company = Company(external_id=OWN, name=named, base_currency=currency)
    return FilledBooks(currency, tuple(_in_order(company, chart, statements, spend)))


def _in_order(
    company: Company | None,
    chart: tuple[Account, ...],
    statements: tuple[StatementLine, ...],
    spend: tuple[tuple[str, tuple[Record, ...]], ...],
) -> Iterator[tuple[str, tuple[Record, ...]]]:
    if company is not None:
        yield "company", (company,)
    yield "accounts", chart
    for kind in Statement if statements else ():
        yield kind.value, tuple(line for line in statements if line.statement is kind)
    yield from spend


def _spend(sheets: Sheets, checks: SpendChecks) -> tuple[tuple[str, tuple[Record, ...]], ...]:
    suppliers, bill_rows = sheets.get(SUPPLIERS), sheets.get(BILLS)
    sellers = read_suppliers(suppliers, checks) if suppliers is not None else []
    lines = read_lines(sheets.get(LINES) or (), checks)
    bills = read_bills(bill_rows, lines, checks) if bill_rows is not None else None
    payments = read_payments(sheets.get(PAYMENTS) or (), bills, checks)
    expenses = read_expenses(sheets.get(EXPENSES) or (), checks)
    whole = tuple(bill for bill in (bills or {}).values() if bill is not None)
    return (
        ("suppliers", tuple(sellers)),
        ("bills", whole),
        ("payments", tuple(payments)),
        ("expenses", tuple(expenses)),
    )
