"""The chart of accounts every company starts with, and the sections its statements use."""

from dataclasses import dataclass

from linkflow.sandbox.records import Account

CURRENT, SAVINGS, PETTY_CASH = "1000", "1010", "1020"
DEBTORS, STOCK, EQUIPMENT, DEPRECIATED = "1100", "1200", "1500", "1590"
CREDITORS, VISA, AMEX, SALES_TAX, PAYROLL_TAX = "2000", "2050", "2060", "2100", "2200"
PENSIONS, PROFIT_TAX_DUE, LOAN = "2210", "2300", "2600"
SHARES, RETAINED, DIVIDENDS, THIS_YEAR = "3000", "3200", "3300", "3900"
GOODS, SERVICES, DELIVERY, REFUNDS, INTEREST = "4000", "4010", "4100", "4200", "4900"
MATERIALS, STOCK_CHANGE, MERCHANT_FEES = "5000", "5300", "5200"
WAGES, EMPLOYER_TAX, PENSION_COST = "6000", "6010", "6020"
BANK_CHARGES, DEPRECIATION, LOAN_INTEREST, PROFIT_TAX, EXCHANGE = "6520", "6700", "6800", "6900", "6950"


@dataclass(frozen=True)
class Row:
    """One account of the chart, before it belongs to a company."""

    code: str
    name: str
    account_class: str
    type: str
    subtype: str
    section: tuple[str, ...]


def _rows(account_class: str, type_: str, section: tuple[str, ...], text: str) -> list[Row]:
    rows = []
    for line in text.strip().splitlines():
        code, name, subtype = (part.strip() for part in line.split("|"))
        rows.append(Row(code, name, account_class, type_, subtype, section))
    return rows


CHART: tuple[Row, ...] = (
    *_rows(
        "asset",
        "bank",
        ("Assets", "Current assets"),
        """
        1000 | Business current account | checking
        1010 | Reserve savings account | savings
        1020 | Petty cash | cash_on_hand""",
    ),
    *_rows(
        "asset",
        "current_asset",
        ("Assets", "Current assets"),
        """
        1100 | Trade debtors | accounts_receivable
        1200 | Stock | inventory
        1300 | Prepayments | prepaid_expenses""",
    ),
    *_rows(
        "asset",
        "fixed_asset",
        ("Assets", "Fixed assets"),
        """
        1500 | Equipment and fittings | machinery_and_equipment
        1590 | Accumulated depreciation | accumulated_depreciation""",
    ),
    *_rows(
        "liability",
        "current_liability",
        ("Liabilities", "Current liabilities"),
        """
        2000 | Trade creditors | accounts_payable
        2100 | Sales tax | sales_tax_payable
        2200 | Payroll taxes | payroll_tax_payable
        2210 | Pensions payable | pensions_payable
        2300 | Tax on profits | income_tax_payable""",
    ),
    *_rows(
        "liability",
        "credit_card",
        ("Liabilities", "Current liabilities"),
        """
        2050 | Company Visa card | credit_card
        2060 | American Express card | credit_card""",
    ),
    *_rows(
        "liability",
        "long_term_liability",
        ("Liabilities", "Long-term liabilities"),
        """
        2600 | Bank loan | notes_payable""",
    ),
    *_rows(
        "equity",
        "equity",
        ("Equity",),
        """
        3000 | Share capital | share_capital
        3200 | Retained earnings | retained_earnings
        3300 | Dividends paid | dividends
        3900 | Current year earnings | current_year_earnings""",
    ),
    *_rows(
        "income",
        "income",
        ("Income",),
        """
        4000 | Sales of goods | sales_of_product
        4010 | Services | service_income
        4100 | Delivery charged | shipping_income
        4200 | Refunds and discounts | discounts_given""",
    ),
    *_rows(
        "income",
        "other_income",
        ("Other income",),
        """
        4900 | Interest received | interest_earned""",
    ),
    *_rows(
        "expense",
        "cost_of_sales",
        ("Cost of sales",),
        """
        5000 | Materials and purchases | supplies_and_materials
        5100 | Packaging | packaging
        5200 | Card processing fees | merchant_fees
        5300 | Change in stock | stock_change""",
    ),
    *_rows(
        "expense",
        "expense",
        ("Expenses",),
        """
        6000 | Wages and salaries | payroll_wages
        6010 | Employer payroll taxes | payroll_taxes
        6020 | Pension contributions | pensions
        6100 | Rent | rent
        6110 | Electricity and gas | utilities
        6130 | Water | utilities_water
        6140 | Cleaning | cleaning
        6200 | Advertising | advertising
        6300 | Software | software
        6310 | Telephone and internet | telecoms
        6400 | Fuel and vehicles | vehicle_fuel
        6410 | Travel | travel
        6420 | Entertaining | entertainment
        6500 | Accountancy | accounting_fees
        6510 | Legal advice | legal_fees
        6520 | Bank charges | bank_charges
        6600 | Office supplies | office
        6610 | Insurance | insurance
        6620 | Repairs | repairs
        6700 | Depreciation | depreciation""",
    ),
    *_rows(
        "expense",
        "other_expense",
        ("Other expenses",),
        """
        6800 | Loan interest | interest_paid
        6950 | Exchange differences | exchange_gain_or_loss
        6900 | Tax on profits for the year | income_tax""",
    ),
)

BY_CODE = {row.code: row for row in CHART}


def account_id(code: str) -> str:
    """The id of the account with that code; the same in every company."""
    return f"acc-{code}"


def accounts(currency: str) -> tuple[Account, ...]:
    """Every account of a company that keeps its books in `currency`."""
    return tuple(
        Account(
            id=account_id(row.code),
            code=row.code,
            name=row.name,
            account_class=row.account_class,
            type=row.type,
            subtype=row.subtype,
            currency=currency,
            active=True,
            is_bank=row.type == "bank",
            is_card=row.type == "credit_card",
        )
        for row in CHART
    )
