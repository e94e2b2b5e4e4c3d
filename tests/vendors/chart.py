"""The chart of accounts every made-up company has, each account with a word for what it is.

A fake vendor turns these words (`Entry.kind`) into its own types; ids are never codes, so that neither passes for the
other. Two accounts have a parent with postings of its own.
"""

from dataclasses import dataclass

from linkflow.domain.books import Account, AccountClass

_ASSET, _OWED, _OWN = AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY
_IN, _OUT = AccountClass.INCOME, AccountClass.EXPENSE


@dataclass(frozen=True)
class Entry:
    """An account, what it is (`bank`, `overhead`, …), and the id of the account it stands below, if any."""

    account: Account
    kind: str
    parent: str | None = None

    @property
    def id(self) -> str:
        return self.account.external_id

    @property
    def is_made(self) -> bool:
        """Whether it stands on the profit and loss."""
        return self.account.account_class in (_IN, _OUT)

    @property
    def sign(self) -> int:
        """What turns a balance, debit positive, into what a statement prints."""
        return 1 if self.account.account_class in (_ASSET, _OUT) else -1


_ROWS = (
    ("1200", "Current account", _ASSET, "bank", None),
    ("1210", "Euro account", _ASSET, "bank", None),
    ("1230", "Petty cash", _ASSET, "cash", None),
    ("1100", "Trade debtors", _ASSET, "debtors", None),
    ("1001", "Stock", _ASSET, "stock", None),
    ("1103", "Prepayments", _ASSET, "prepayments", None),
    ("0030", "Office equipment", _ASSET, "equipment", None),
    ("0031", "Office equipment depreciation", _ASSET, "depreciation", None),
    ("2100", "Trade creditors", _OWED, "creditors", None),
    ("2110", "Visa card", _OWED, "card", None),
    ("2200", "Sales tax control", _OWED, "tax", None),
    ("2210", "Payroll taxes", _OWED, "payroll", None),
    ("2300", "Bank loan", _OWED, "loan", None),
    ("3000", "Ordinary shares", _OWN, "shares", None),
    ("3050", "Drawings", _OWN, "drawings", None),
    ("3200", "Retained earnings", _OWN, "retained", None),
    ("4000", "Sales of goods", _IN, "sales", None),
    ("4010", "Consulting", _IN, "sales", None),
    ("4009", "Discounts given", _IN, "discounts", None),
    ("4900", "Interest received", _IN, "other_income", None),
    ("5000", "Goods for resale", _OUT, "cost_of_sales", None),
    ("5100", "Carriage inwards", _OUT, "cost_of_sales", None),
    ("7000", "Wages and salaries", _OUT, "overhead", None),
    ("7100", "Rent & rates", _OUT, "overhead", None),
    ("7200", "Light, heat and power", _OUT, "overhead", None),
    ("7300", "Motor expenses", _OUT, "overhead", None),
    ("7301", "Fuel", _OUT, "overhead", "7300"),
    ("7302", "Vehicle repairs", _OUT, "overhead", "7300"),
    ("7400", "Travel", _OUT, "overhead", None),
    ("7403", "Café and catering", _OUT, "overhead", None),
    ("7500", "Printing, postage and stationery", _OUT, "overhead", None),
    ("7502", "Telephone and internet", _OUT, "overhead", None),
    ("7504", "Software subscriptions", _OUT, "overhead", None),
    ("7600", "Accountancy fees", _OUT, "overhead", None),
    ("7901", "Bank charges", _OUT, "overhead", None),
    ("7903", "Loan interest", _OUT, "interest", None),
    ("7906", "Exchange differences", _OUT, "exchange", None),
    ("8000", "Depreciation", _OUT, "depreciation_cost", None),
)
_IDS = {code: str(101 + 3 * place) for place, (code, *_) in enumerate(_ROWS)}


def account_id(code: str) -> str:
    """The id of the account of that code."""
    return _IDS[code]


CHART = tuple(
    Entry(
        Account(
            external_id=_IDS[code],
            name=name,
            account_class=of,
            code=code,
            is_bank=kind == "bank",
            is_card=kind == "card",
        ),
        kind,
        _IDS[parent] if parent else None,
    )
    for code, name, of, kind, parent in _ROWS
)
BY_ID = {entry.id: entry for entry in CHART}
BOUGHT = tuple(account_id(code) for code in ("5000", "5000", "5100", "7100", "7200", "7300", "7301", "7302"))
BOUGHT += tuple(account_id(code) for code in ("7400", "7403", "7500", "7502", "7504", "7600", "0030"))
"""What the lines of bills and expenses are posted to."""
