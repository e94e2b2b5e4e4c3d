"""Both statements of a company, made of its trial balances: Business Central's own name no accounts.

A trial balance says what moved on each account in a month and what it stood at in the end. Entries that close a year
lie between its last day and the next, in no month: they are in what accounts stand at from then on, and never in what
moved. So a profit and loss is whole whenever the year is closed, and what income and expenses stand at is the result
that no closing has moved to equity yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import Account, Statement, StatementLine, month_end
from linkflow.domain.ports import ApiSession, Asked, Page
from linkflow.domain.trial_balances import ClosingBalance
from linkflow.providers._business_central_lists import company_of, every_row
from linkflow.providers._business_central_rows import account, choice, printed
from linkflow.providers._rows import Row, read, text, window
from linkflow.providers._statements import derived_lines, lines_of_moves, unlisted

MONTHS_AT_ONCE = 6
_ANY_YEAR_END = "12-31"
"""It would only part the result of this year from that of earlier ones, and these are closed or they are not."""
_GOODS = "Cost of Goods Sold"


@dataclass(frozen=True)
class _Stood:
    account_id: str
    moved: Decimal
    balance: Decimal


def profit_and_loss(session: ApiSession, asked: Asked) -> Page:
    """That of some months."""
    return _months(session, asked, Statement.PROFIT_AND_LOSS)


def balance_sheet(session: ApiSession, asked: Asked) -> Page:
    """That of some months."""
    return _months(session, asked, Statement.BALANCE_SHEET)


def chart_rows(session: ApiSession, asked: Asked) -> list[Any]:
    """The whole chart of accounts."""
    return every_row(session, f"{company_of(asked.tenant_id)}/accounts")


def _months(session: ApiSession, asked: Asked, statement: Statement) -> Page:
    months, following = window(asked.period, asked.cursor, MONTHS_AT_ONCE)
    # The part "accounts" has set aside those that cannot be read.
    chart, _ = read(chart_rows(session, asked), account, kind="accounts")
    listed = {one.external_id: _under_its_heading(one) for one in chart}
    pages = [_month(session, asked, statement, month, listed) for month in months]
    records = tuple(line for page in pages for line in page.records)
    return Page(records, following, tuple(one for page in pages for one in page.set_aside))


def _month(session: ApiSession, asked: Asked, statement: Statement, month: date, listed: Mapping[str, Account]) -> Page:
    inside = f"dateFilter ge {month} and dateFilter le {month_end(month)}"
    rows = every_row(session, f"{company_of(asked.tenant_id)}/trialBalances", {"$filter": inside})
    found, aside = read(rows, _stood, kind=statement.value, key="accountId")
    if statement is Statement.PROFIT_AND_LOSS:
        amounts = {one.account_id: one.moved for one in found}
        lines = lines_of_moves(month, amounts, listed.values())
    else:
        amounts = {one.account_id: one.balance for one in found}
        lines = _sheet(month, amounts, listed.values())
    return Page(lines, None, (*aside, *unlisted(statement, amounts, listed)))


def _sheet(month: date, amounts: Mapping[str, Decimal], accounts: Iterable[Account]) -> tuple[StatementLine, ...]:
    balances = [ClosingBalance(key, month, amount) for key, amount in amounts.items()]
    return derived_lines(Statement.BALANCE_SHEET, [month], balances, accounts, year_end=_ANY_YEAR_END)


def _stood(row: Row) -> _Stood | None:
    """None for the headings and totals of the chart."""
    if choice(row, "accountType") not in (None, "Posting"):
        return None
    moved = printed(row["totalDebit"]) - printed(row["totalCredit"])
    return _Stood(
        text(row, "accountId"), moved, printed(row["balanceAtDateDebit"]) - printed(row["balanceAtDateCredit"])
    )


def _under_its_heading(one: Account) -> Account:
    return one if one.software_type == _GOODS else replace(one, software_type=one.software_subtype)
