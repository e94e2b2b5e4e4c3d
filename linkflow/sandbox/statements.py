"""Derive the monthly statements from the ledger, and from nothing else."""

from linkflow.sandbox import chart
from linkflow.sandbox.companies import Profile
from linkflow.sandbox.ledger import Ledger, month_of
from linkflow.sandbox.money import decimal, last_day
from linkflow.sandbox.operations import financial_year_start, profit
from linkflow.sandbox.records import Statement, StatementRow

_SUMMED = {
    "income": ("Income", "Total income"),
    "other_income": ("Other income", "Total other income"),
    "cost_of_sales": ("Cost of sales", "Total cost of sales"),
    "expense": ("Expenses", "Total expenses"),
    "other_expense": ("Other expenses", "Total other expenses"),
}


def profit_and_loss(ledger: Ledger, month: int) -> Statement:
    """Income and costs of one month; every amount positive as its section reads."""
    rows: list[StatementRow] = []
    sums: dict[str, int] = {}
    for type_ in ("income", "cost_of_sales", "expense", "other_income", "other_expense"):
        section, label = _SUMMED[type_]
        sign = -1 if type_ in {"income", "other_income"} else 1
        lines = [(row, sign * ledger.moved(row.code, month)) for row in chart.CHART if row.type == type_]
        sums[type_] = sum(amount for _, amount in lines)
        rows += [_line(row, amount) for row, amount in lines if amount]
        rows.append(_total((section,), label, sums[type_]))
        if type_ == "cost_of_sales":
            rows.append(_total((), "Gross profit", sums["income"] - sums["cost_of_sales"]))
    net = sums["income"] + sums["other_income"] - sums["cost_of_sales"] - sums["expense"] - sums["other_expense"]
    rows.append(_total((), "Net profit", net))
    return _statement(ledger, month, rows)


def balance_sheet(ledger: Ledger, profile: Profile, month: int, *, first_month: int) -> Statement:
    """What is owned and owed at a month's end; profits of closed years sit in retained earnings."""
    start = financial_year_start(profile, month)
    closed, running = profit(ledger, range(first_month - 1, start)), profit(ledger, range(start, month + 1))
    if start < first_month:
        closed, running = 0, profit(ledger, range(first_month - 1, month + 1))
    moved_in = {chart.RETAINED: closed, chart.THIS_YEAR: running}
    rows: list[StatementRow] = []
    sums: dict[tuple[str, ...], int] = {}
    for row in chart.CHART:
        if row.account_class in {"income", "expense"}:
            continue
        sign = 1 if row.account_class == "asset" else -1
        amount = sign * ledger.balance(row.code, month) + moved_in.get(row.code, 0)
        for depth in range(1, len(row.section) + 1):
            part = row.section[:depth]
            sums[part] = sums.get(part, 0) + amount
        if amount:
            rows.append(_line(row, amount))
    rows += [_total(part, f"Total {part[-1].lower()}", amount) for part, amount in sums.items()]
    both = sums[("Liabilities",)] + sums[("Equity",)]
    rows.append(_total((), "Total liabilities and equity", both))
    return _statement(ledger, month, rows)


def _statement(ledger: Ledger, month: int, rows: list[StatementRow]) -> Statement:
    end = last_day(month)
    running = month == month_of(ledger.today) and ledger.today < end
    return Statement(ledger.today if running else end, running, tuple(rows))


def _line(row: chart.Row, amount: int) -> StatementRow:
    return StatementRow(chart.account_id(row.code), row.section, row.name, decimal(amount), "line")


def _total(section: tuple[str, ...], label: str, amount: int) -> StatementRow:
    return StatementRow(None, section, label, decimal(amount), "total")
