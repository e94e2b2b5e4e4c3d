"""MYOB's two summaries as statements: it gives accounts and amounts, one month a call, and no heading and no total.

The headings are the accounts' classes and the headers they stand under in the chart; the totals are the sums the
product prints on its own pages. Accounts at nothing are left out, as there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import LineKind, Period, SetAside, Statement, StatementLine, month_end
from linkflow.domain.ports import Page
from linkflow.providers._myob_books import Ledger, Lookups, ref
from linkflow.providers._rows import Row, inside, listed, money, read, text, window, word
from linkflow.providers._statements import Figure, statement_lines

MONTHS_AT_ONCE = 3
"""A call each, and one for the chart: so many fit into what the product allows in a second."""
HEADINGS: Mapping[str, str] = {
    "Income": "Income",
    "CostOfSales": "Cost of sales",
    "Expense": "Expenses",
    "OtherIncome": "Other income",
    "OtherExpense": "Other expenses",
    "Asset": "Assets",
    "Liability": "Liabilities",
    "Equity": "Equity",
}
"""Class of account → the heading it stands under, in the order of the statements."""
_TAKEN_OFF = frozenset({"CostOfSales", "Expense", "OtherExpense", "Liability"})
_AFTER: Mapping[str, str] = {
    "CostOfSales": "Gross profit",
    "Expense": "Operating profit",
    "OtherExpense": "Net profit",
    "Liability": "Net assets",
}
"""Class → what is printed when everything down to it is added up."""
_CLASSES: Mapping[Statement, Sequence[str]] = {
    Statement.PROFIT_AND_LOSS: ("Income", "CostOfSales", "Expense", "OtherIncome", "OtherExpense"),
    Statement.BALANCE_SHEET: ("Asset", "Liability", "Equity"),
}


@dataclass(frozen=True)
class _Standing:
    """An account on a statement, with its class; None where the chart does not have it."""

    classification: str | None
    code: str
    figure: Figure


def statement(ledger: Ledger, of: Statement, *, cursor: str | None, period: Period) -> Page:
    """Some months of one statement."""
    months, following = window(period, cursor, MONTHS_AT_ONCE)
    look = Lookups(ledger)
    lines: list[StatementLine] = []
    aside: list[SetAside] = []
    for month in months:
        rows = listed(ledger.get(*_report(of, month)), "AccountsBreakdown")
        standing: tuple[_Standing, ...]
        standing, unread = read([_named(row) for row in rows], lambda row: _standing(row, look), kind=of.value)
        lines += statement_lines(of, month, _figures(of, standing))
        aside += unread
    return Page(tuple(lines), following, tuple(aside))


def _report(of: Statement, month: date) -> tuple[str, Mapping[str, str]]:
    shared = {"ReportingBasis": "Accrual", "YearEndAdjust": "false"}
    if of is Statement.PROFIT_AND_LOSS:
        between = {"StartDate": month.isoformat(), "EndDate": month_end(month).isoformat()}
        return "Report/ProfitAndLossSummary", {**between, **shared}
    return "Report/BalanceSheetSummary", {"AsOfDate": month_end(month).isoformat(), **shared}


def _named(row: Any) -> Any:
    """With the account's id as its own: by that it is set aside."""
    return {**row, "id": ref(row, "Account")} if isinstance(row, dict) else row


def _standing(row: Row, look: Lookups) -> _Standing | None:
    account_id = text(row, "id")
    account, amount = look.accounts.get(account_id, {}), money(row, "AccountTotal")
    if account.get("IsHeader") is True:
        return None
    classification = word(account, "Classification")
    heading = HEADINGS.get(classification or "")
    link = inside(row, "Account")
    figure = Figure(
        label=word(link, "Name") or word(account, "Name") or account_id,
        amount=amount,
        section=(heading, *look.headings(account)) if heading else (),
        account_id=account_id,
    )
    code = word(link, "DisplayID") or word(account, "DisplayID") or ""
    return _Standing(classification if heading else None, code, figure)


def _figures(of: Statement, standing: Sequence[_Standing]) -> Iterator[Figure]:
    """The lines of each class in the order of their codes, each class with its total."""
    if not standing:
        return
    known = all(one.classification in _CLASSES[of] for one in standing)
    made = Decimal(0)
    for classification in _CLASSES[of]:
        its = [one for one in standing if one.classification == classification]
        heading, total = HEADINGS[classification], sum((one.figure.amount for one in its), Decimal(0))
        yield from (one.figure for one in sorted(its, key=lambda one: one.code) if one.figure.amount)
        if its:
            yield Figure(label=f"Total {heading.lower()}", amount=total, kind=LineKind.TOTAL, section=(heading,))
        made += -total if classification in _TAKEN_OFF else total
        if known and classification in _AFTER:
            yield Figure(label=_AFTER[classification], amount=made, kind=LineKind.TOTAL)
    yield from (one.figure for one in standing if one.classification not in _CLASSES[of] and one.figure.amount)
