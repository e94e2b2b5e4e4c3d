"""Everything else a business does in a month: sells, pays wages and taxes, settles cards, depreciates, borrows."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from linkflow.sandbox import chart
from linkflow.sandbox.chance import seeded
from linkflow.sandbox.companies import Profile
from linkflow.sandbox.ledger import Ledger
from linkflow.sandbox.money import day_in, last_day, share

_SEASON = (92, 90, 98, 100, 103, 106, 108, 107, 101, 99, 102, 118)
_PETTY_FLOAT = 900_000
_START = 2025 * 12  # sales grow by three hundredths a year from here


def open_books(ledger: Ledger, profile: Profile, first_month: int) -> None:
    """The balances brought forward on the day before the first month."""
    scale = profile.turnover * 100
    cash, kit, stock, loan = scale * 9 // 10, scale * 6 // 5, scale // 5, scale // 2
    worn, shares = kit // 4, 10_000
    ledger.post(
        last_day(first_month - 1),
        "opening balances",
        (chart.CURRENT, cash),
        (chart.SAVINGS, cash // 4),
        (chart.STOCK, stock),
        (chart.EQUIPMENT, kit),
        (chart.DEPRECIATED, -worn),
        (chart.LOAN, -loan),
        (chart.SHARES, -shares if scale else 0),
        (chart.RETAINED, -(cash + cash // 4 + stock + kit - worn - loan - (shares if scale else 0))),
    )


def run_month(ledger: Ledger, profile: Profile, month: int) -> None:
    """Post one month; the months before it, and this month's bills and expenses, must be posted already."""
    if not profile.turnover:
        return
    rng = seeded(profile.company.id, "month", month)
    _sell(ledger, profile, month, rng)
    _pay_staff(ledger, profile, month, rng)
    _settle(ledger, month)
    _finance(ledger, profile, month, rng)
    _pay_taxes(ledger, profile, month)
    if last_day(month) <= ledger.today:
        _accrue_profit_tax(ledger, profile, month)


def _sell(ledger: Ledger, profile: Profile, month: int, rng: Random) -> None:
    year_growth = 100 + (month - _START) * 3 // 12
    usual = profile.turnover * 100 * _SEASON[month % 12] * year_growth // 10_000
    for week in range(4):
        on = day_in(month, 7 * (week + 1))
        net = int(usual / 4 * rng.uniform(0.95, 1.05))
        services, delivery, refunds = share(net, 16), share(net, 4), share(net, 1)
        tax = share(net - refunds, profile.tax_percent)
        gross = net - refunds + tax
        credit, cash = share(gross, 18), share(gross, 6)
        takings = gross - credit - cash
        fee = share(takings, 2)
        ledger.post(
            on,
            "week's sales",
            (chart.GOODS, services + delivery - net),
            (chart.SERVICES, -services),
            (chart.DELIVERY, -delivery),
            (chart.REFUNDS, refunds),
            (chart.SALES_TAX, -tax),
            (chart.DEBTORS, credit),
            (chart.PETTY_CASH, cash),
            (chart.MERCHANT_FEES, fee),
            (chart.CURRENT, takings - fee),
        )
        received = on + timedelta(days=rng.randrange(21, 48))
        ledger.post(received, "customer paid", (chart.CURRENT, credit), (chart.DEBTORS, -credit))


def _pay_staff(ledger: Ledger, profile: Profile, month: int, rng: Random) -> None:
    wages = share(int(profile.turnover * 100 * rng.uniform(0.97, 1.03)), 24)
    employer, pension, withheld = share(wages, 9), share(wages, 3), share(wages, 19)
    ledger.post(
        day_in(month, 28),
        "payroll",
        (chart.WAGES, wages),
        (chart.EMPLOYER_TAX, employer),
        (chart.PENSION_COST, pension),
        (chart.PAYROLL_TAX, -(employer + withheld)),
        (chart.PENSIONS, -pension),
        (chart.CURRENT, withheld - wages),
    )


def _settle(ledger: Ledger, month: int) -> None:
    """Clear last month's card, payroll and pension balances; bring petty cash back to its float."""
    for code, day in ((chart.VISA, 5), (chart.AMEX, 12), (chart.PAYROLL_TAX, 22), (chart.PENSIONS, 22)):
        owed = -ledger.balance(code, month - 1)
        if owed > 0:
            ledger.post(day_in(month, day), "settled", (code, owed), (chart.CURRENT, -owed))
    surplus = ledger.balance(chart.PETTY_CASH, month - 1) - _PETTY_FLOAT
    ledger.post(day_in(month, 1), "petty cash", (chart.CURRENT, surplus), (chart.PETTY_CASH, -surplus))


def _finance(ledger: Ledger, profile: Profile, month: int, rng: Random) -> None:
    owed = -ledger.balance(chart.LOAN, month - 1)
    interest, back = share(owed, 6) // 12, min(owed, profile.turnover * 100 // 2 // 60)
    ledger.post(
        day_in(month, 15),
        "loan",
        (chart.LOAN_INTEREST, interest),
        (chart.LOAN, back),
        (chart.CURRENT, -interest - back),
    )
    end = last_day(month)
    earned, charges = share(ledger.balance(chart.SAVINGS, month - 1), 2) // 12, rng.randrange(2000, 6000)
    ledger.post(end, "interest", (chart.SAVINGS, earned), (chart.INTEREST, -earned))
    ledger.post(end, "bank charges", (chart.BANK_CHARGES, charges), (chart.CURRENT, -charges))
    worn = ledger.balance(chart.EQUIPMENT, month - 1) // 60
    ledger.post(end, "depreciation", (chart.DEPRECIATION, worn), (chart.DEPRECIATED, -worn))
    counted = rng.randrange(-200_000, 260_000)
    ledger.post(end, "stock count", (chart.STOCK, counted), (chart.STOCK_CHANGE, -counted))


def _pay_taxes(ledger: Ledger, profile: Profile, month: int) -> None:
    if month % 3 == 1:
        due = -ledger.balance(chart.SALES_TAX, month - 2)
        ledger.post(day_in(month, 7), "sales tax return", (chart.SALES_TAX, due), (chart.CURRENT, -due))
    if (month - 9) % 12 + 1 == profile.year_end_month:
        due = max(0, -ledger.balance(chart.PROFIT_TAX_DUE, month - 9))
        ledger.post(day_in(month, 1), "tax on profits", (chart.PROFIT_TAX_DUE, due), (chart.CURRENT, -due))
        paid_out = profile.turnover * 100 // 10
        ledger.post(day_in(month, 20), "dividend", (chart.DIVIDENDS, paid_out), (chart.CURRENT, -paid_out))


def _accrue_profit_tax(ledger: Ledger, profile: Profile, month: int) -> None:
    tax = max(0, share(profit(ledger, (month,)), profile.profit_tax_percent))
    ledger.post(last_day(month), "tax on profits", (chart.PROFIT_TAX, tax), (chart.PROFIT_TAX_DUE, -tax))


def profit(ledger: Ledger, months: Iterable[int]) -> int:
    """Income less expenses over those months, in minor units."""
    codes = [row.code for row in chart.CHART if row.account_class in {"income", "expense"}]
    return -sum(ledger.moved(code, month) for month in months for code in codes)


def financial_year_start(profile: Profile, month: int) -> int:
    """The numbered month in which the financial year that contains `month` began."""
    return month - (month - profile.year_end_month) % 12
