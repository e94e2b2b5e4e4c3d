"""Statement lines: of the figures a product's report prints, whatever its shape, or of what its accounts stood at."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import Account, LineKind, SetAside, Statement, StatementLine, month_end
from linkflow.domain.ports import Page
from linkflow.domain.trial_balances import ClosingBalance, last_year_end, month_before, statements_from_balances
from linkflow.providers._rows import read


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure as printed: `section` is the path of headings above it, of a total that of what it adds up.

    Signed so that the lines of a section add up to its total: what is taken off is below zero.
    """

    label: str
    amount: Decimal
    kind: LineKind = LineKind.LINE
    section: tuple[str, ...] = ()
    account_id: str | None = None


def statement_lines(statement: Statement, month: date, figures: Iterable[Figure]) -> Iterator[StatementLine]:
    """Its lines in the order given, each with an id that is the same at the next pull. `month`: any day of it."""
    seen: Counter[str] = Counter()
    for position, figure in enumerate(figures):
        place = figure.account_id or "/".join((figure.kind.value, *figure.section, figure.label))
        seen[place] += 1
        again = f"#{seen[place]}" if seen[place] > 1 else ""
        yield StatementLine(
            external_id=f"{statement.value}:{month:%Y-%m}:{place}{again}",
            statement=statement,
            period_end=month_end(month),
            label=figure.label,
            amount=figure.amount,
            kind=figure.kind,
            section=figure.section,
            account_id=figure.account_id,
            position=position,
        )


def page_of_months(
    statement: Statement,
    months: Mapping[date, Iterable[Any]],
    figure: Callable[[Any], Figure | None],
    *,
    key: str = "label",
    following: str | None = None,
) -> Page:
    """One page: the rows of each month as `figure` reads them (None: nothing is printed there), others set aside."""
    lines: list[StatementLine] = []
    unread: tuple[SetAside, ...] = ()
    for month, rows in months.items():
        figures: tuple[Figure, ...]
        figures, aside = read(rows, figure, kind=statement.value, key=key)
        lines += statement_lines(statement, month, figures)
        unread += aside
    return Page(tuple(lines), following, unread)


def months_to_know(statement: Statement, months: Iterable[date], *, year_end: str) -> tuple[date, ...]:
    """The months at whose ends one must know what accounts stood at, for a statement in books that close no year."""
    if statement is Statement.PROFIT_AND_LOSS:
        found = {known for month in months for known in (month_before(month), month)}
    else:
        found = {known for month in months for known in (last_year_end(month, year_end), month)}
    return tuple(sorted(found))


def derived_lines(
    statement: Statement,
    months: Sequence[date],
    balances: Iterable[ClosingBalance],
    accounts: Iterable[Account],
    *,
    year_end: str,
) -> tuple[StatementLine, ...]:
    """One statement of these months, in books that close no year; accounts at nothing are left out."""
    made = statements_from_balances(balances, accounts, year_end=year_end, never_closed=True)
    return tuple(
        line
        for line in made
        if line.statement is statement
        and line.period_end.replace(day=1) in months
        and (line.amount or line.kind is LineKind.TOTAL or line.account_id is None)
    )


def lines_of_moves(month: date, moved: Mapping[str, Decimal], accounts: Iterable[Account]) -> tuple[StatementLine, ...]:
    """The profit and loss of a month of what moved in it, account id → amount, debit positive; of nothing, too."""
    balances = [
        ClosingBalance(key, at, amount if at == month else Decimal(0))
        for key, amount in {"": Decimal(0), **moved}.items()
        for at in (month_before(month), month)
    ]
    return derived_lines(Statement.PROFIT_AND_LOSS, [month], balances, accounts, year_end=_ANY_YEAR_END)


def unlisted(statement: Statement, amounts: Mapping[str, Decimal], listed: Container[str]) -> tuple[SetAside, ...]:
    """The amounts of accounts that are not among those listed, set aside."""
    reason = "its account is not among the accounts"
    return tuple(
        SetAside(statement.value, key, reason) for key, amount in amounts.items() if amount and key not in listed
    )


_ANY_YEAR_END = "12-31"
"""What a month alone has made does not depend on it."""
