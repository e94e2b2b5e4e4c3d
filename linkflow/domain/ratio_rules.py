"""How each ratio is worked out: the formula in words beside the one that computes, so that a page can show both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

NET_REVENUE = "Revenue after discounts and returns"
"""The statement's own row of revenue is what it was before them."""
_NET = NET_REVENUE.lower()
DAYS = 365
"""Of a year."""
STOCK = ("asset.current.stock_raw", "asset.current.stock_in_progress", "asset.current.stock_finished")
BEFORE_CASH = (*STOCK, "asset.current.prepayments")
DEBT = (
    "liability.current.credit_cards", "liability.current.overdraft", "liability.current.loans",
    "liability.current.leases", "liability.non_current.loans", "liability.non_current.leases",
)  # fmt: skip
WRITTEN_OFF = tuple(f"expense.non_cash.{kind}" for kind in ("depreciation", "amortisation", "impairment"))


class Unit(StrEnum):
    """How a ratio is read."""

    MONEY = "money"
    PERCENT = "percent"
    TIMES = "times"
    DAYS = "days"


@dataclass(frozen=True)
class Input:
    """An amount that goes into a formula, by the name it has there."""

    name: str
    amount: Decimal


class Sums:
    """What categories come to in a month or several, as the statements print it; what is not there is nothing."""

    def __init__(self, amounts: Iterable[tuple[str, Decimal]]) -> None:
        self._amounts: dict[str, Decimal] = {}
        for category, amount in amounts:
            self._amounts[category] = self._amounts.get(category, Decimal(0)) + amount

    @property
    def pairs(self) -> Iterable[tuple[str, Decimal]]:
        """Category and amount."""
        return self._amounts.items()

    def of(self, *parts: str) -> Decimal:
        """The sum of parts of the tree."""
        inside = tuple(f"{part}." for part in parts)
        return sum((amount for slug, amount in self._amounts.items() if f"{slug}.".startswith(inside)), Decimal(0))

    @property
    def revenue(self) -> Decimal:
        """Sales reductions stand below zero on the statement."""
        return self.of("income.revenue", "income.sales_reductions")

    @property
    def net_profit(self) -> Decimal:
        """Income less expenses."""
        return self.of("income") - self.of("expense")

    @property
    def ebit(self) -> Decimal:
        """Net profit before finance costs, tax, and what was received as interest or tax refund."""
        received = self.of("income.other.interest", "income.other.tax_refund")
        return self.net_profit + self.of("expense.finance", "expense.tax") - received

    @property
    def written_off(self) -> Decimal:
        """Depreciation, amortisation and impairment; not what is paid in shares."""
        return self.of(*WRITTEN_OFF)


_Worked = tuple[Decimal | None, tuple[Input, ...]]


@dataclass(frozen=True)
class Rule:
    """A ratio: its formula in words, and how it is worked out from the figures it needs.

    `needs` are fields of `ratios.Given`: `made` in a month, `year` of twelve, `held` at its end, `opening`.
    """

    key: str
    name: str
    formula: str
    unit: Unit
    needs: tuple[str, ...]
    work: Callable[..., _Worked]


def _over(above: Decimal, below: Decimal, times: int = 1) -> Decimal | None:
    return above / below * times if below else None


def _revenue(made: Sums) -> _Worked:
    before, reductions = made.of("income.revenue"), -made.of("income.sales_reductions")
    return before - reductions, (Input("Revenue", before), Input("Sales reductions", reductions))


def _gross_margin(made: Sums) -> _Worked:
    cost = made.of("expense.cost_of_sales")
    inputs = Input(NET_REVENUE, made.revenue), Input("Cost of sales", cost)
    return _over(made.revenue - cost, made.revenue, 100), inputs


def _net_profit(made: Sums) -> _Worked:
    income, expenses = made.of("income"), made.of("expense")
    return income - expenses, (Input("Income", income), Input("Expenses", expenses))


def _net_margin(made: Sums) -> _Worked:
    inputs = Input("Net profit", made.net_profit), Input(NET_REVENUE, made.revenue)
    return _over(made.net_profit, made.revenue, 100), inputs


def _ebit(made: Sums) -> _Worked:
    inputs = (
        Input("Net profit", made.net_profit),
        Input("Finance costs", made.of("expense.finance")),
        Input("Tax", made.of("expense.tax")),
        Input("Interest received", made.of("income.other.interest")),
        Input("Tax refunds", made.of("income.other.tax_refund")),
    )
    return made.ebit, inputs


def _ebitda(made: Sums) -> _Worked:
    written = tuple(Input(part.rpartition(".")[2].capitalize(), made.of(part)) for part in WRITTEN_OFF)
    return made.ebit + made.written_off, (Input("EBIT", made.ebit), *written)


def _current_ratio(held: Sums) -> _Worked:
    assets, liabilities = held.of("asset.current"), held.of("liability.current")
    return _over(assets, liabilities), (Input("Current assets", assets), Input("Current liabilities", liabilities))


def _quick_ratio(held: Sums) -> _Worked:
    assets, slow, liabilities = held.of("asset.current"), held.of(*BEFORE_CASH), held.of("liability.current")
    inputs = (
        Input("Current assets", assets),
        Input("Stock and prepayments", slow),
        Input("Current liabilities", liabilities),
    )
    return _over(assets - slow, liabilities), inputs


def _working_capital(held: Sums) -> _Worked:
    assets, liabilities = held.of("asset.current"), held.of("liability.current")
    return assets - liabilities, (Input("Current assets", assets), Input("Current liabilities", liabilities))


def _debt(held: Sums) -> _Worked:
    cards, overdraft = held.of("liability.current.credit_cards"), held.of("liability.current.overdraft")
    loans = held.of("liability.current.loans", "liability.non_current.loans")
    leases = held.of("liability.current.leases", "liability.non_current.leases")
    inputs = Input("Credit cards", cards), Input("Overdraft", overdraft), Input("Loans", loans), Input("Leases", leases)
    return held.of(*DEBT), inputs


def _debt_to_equity(held: Sums) -> _Worked:
    debt, equity = held.of(*DEBT), held.of("equity")
    return _over(debt, equity), (Input("Debt", debt), Input("Equity", equity))


def _equity_ratio(held: Sums) -> _Worked:
    equity, assets = held.of("equity"), held.of("asset")
    return _over(equity, assets, 100), (Input("Equity", equity), Input("Assets", assets))


def _interest_cover(year: Sums) -> _Worked:
    finance = year.of("expense.finance")
    inputs = Input("EBIT of twelve months", year.ebit), Input("Finance costs of twelve months", finance)
    return _over(year.ebit, finance), inputs


def _debtor_days(year: Sums, held: Sums) -> _Worked:
    owed = held.of("asset.current.trade_receivables")
    inputs = Input("Trade receivables", owed), Input(f"{NET_REVENUE}, twelve months", year.revenue)
    return _over(owed, year.revenue, DAYS), inputs


def _creditor_days(year: Sums, held: Sums) -> _Worked:
    owed, cost = held.of("liability.current.trade_payables"), year.of("expense.cost_of_sales")
    return _over(owed, cost, DAYS), (Input("Trade payables", owed), Input("Cost of sales of twelve months", cost))


def _stock_turn(year: Sums, held: Sums, opening: Sums) -> _Worked:
    cost, before, after = year.of("expense.cost_of_sales"), opening.of(*STOCK), held.of(*STOCK)
    inputs = (
        Input("Cost of sales of twelve months", cost),
        Input("Stock twelve months before", before),
        Input("Stock", after),
    )
    return _over(cost, (before + after) / 2), inputs


RULES = (
    Rule("revenue", NET_REVENUE, "revenue − sales reductions", Unit.MONEY, ("made",), _revenue),
    Rule("gross-margin", "Gross margin", f"({_NET} − cost of sales) ÷ {_NET}", Unit.PERCENT, ("made",), _gross_margin),
    Rule("net-profit", "Net profit", "income − expenses", Unit.MONEY, ("made",), _net_profit),
    Rule("net-margin", "Net margin", f"net profit ÷ {_NET}", Unit.PERCENT, ("made",), _net_margin),
    Rule(
        "ebit",
        "EBIT",
        "net profit + finance costs + tax − interest received − tax refunds",
        Unit.MONEY,
        ("made",),
        _ebit,
    ),
    Rule("ebitda", "EBITDA", "EBIT + depreciation + amortisation + impairment", Unit.MONEY, ("made",), _ebitda),
    Rule(
        "current-ratio", "Current ratio", "current assets ÷ current liabilities", Unit.TIMES, ("held",), _current_ratio
    ),
    Rule(
        "quick-ratio",
        "Quick ratio",
        "(current assets − stock and prepayments) ÷ current liabilities",
        Unit.TIMES,
        ("held",),
        _quick_ratio,
    ),
    Rule(
        "working-capital",
        "Working capital",
        "current assets − current liabilities",
        Unit.MONEY,
        ("held",),
        _working_capital,
    ),
    Rule("debt", "Debt", "credit cards + overdraft + loans + leases", Unit.MONEY, ("held",), _debt),
    Rule("debt-to-equity", "Debt to equity", "debt ÷ equity", Unit.TIMES, ("held",), _debt_to_equity),
    Rule("equity-ratio", "Equity ratio", "equity ÷ assets", Unit.PERCENT, ("held",), _equity_ratio),
    Rule(
        "interest-cover",
        "Interest cover",
        "EBIT ÷ finance costs, both of twelve months",
        Unit.TIMES,
        ("year",),
        _interest_cover,
    ),
    Rule(
        "debtor-days",
        "Debtor days",
        f"trade receivables ÷ {_NET} of twelve months × 365",
        Unit.DAYS,
        ("year", "held"),
        _debtor_days,
    ),
    Rule(
        "creditor-days",
        "Creditor days",
        "trade payables ÷ cost of sales of twelve months × 365",
        Unit.DAYS,
        ("year", "held"),
        _creditor_days,
    ),
    Rule(
        "stock-turn",
        "Stock turn",
        "cost of sales of twelve months ÷ mean of the stock before and after them",
        Unit.TIMES,
        ("year", "held", "opening"),
        _stock_turn,
    ),
)
"""In the order they are shown."""
