"""The whole books of one company, generated once per day and kept: `books_for(company_id, today=...)`.

Every figure comes from one ledger, so the statements agree with the bills. The same company and day give
the same books; a later day adds to them, and what it keeps of the past keeps its id.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from linkflow.sandbox import chart, rows
from linkflow.sandbox.bills import make_bills
from linkflow.sandbox.chance import seeded
from linkflow.sandbox.companies import PROFILES, Profile
from linkflow.sandbox.entries import post_bill, post_credit, post_expense, post_payment
from linkflow.sandbox.ledger import Ledger, Posting, month_of
from linkflow.sandbox.operations import open_books, run_month
from linkflow.sandbox.records import Account, Bill, Company, CreditNote, Expense, Payment, Statement, Supplier
from linkflow.sandbox.settlements import credit_bills, pay_bills, trace
from linkflow.sandbox.spending import make_expenses
from linkflow.sandbox.statements import balance_sheet, profit_and_loss
from linkflow.sandbox.suppliers import make_suppliers

FULL_MONTHS = 26


@dataclass(frozen=True)
class Books:
    """Everything one company has in Sandbox Books on `today`; statements run oldest first."""

    today: date
    company: Company
    accounts: tuple[Account, ...]
    suppliers: tuple[Supplier, ...]
    bills: tuple[Bill, ...]
    credit_notes: tuple[CreditNote, ...]
    payments: tuple[Payment, ...]
    expenses: tuple[Expense, ...]
    profit_and_loss: tuple[Statement, ...]
    balance_sheet: tuple[Statement, ...]
    journal: tuple[Posting, ...]


def books_for(company_id: str, *, today: date | None = None) -> Books:
    """Return a company's books as of `today` (default: today, UTC). Raises KeyError for an unknown company."""
    return _generate(company_id, today or datetime.now(UTC).date())


@lru_cache(maxsize=32)
def _generate(company_id: str, today: date) -> Books:
    profile = PROFILES[company_id]
    running = month_of(today)
    first_month = running - FULL_MONTHS
    ledger = Ledger(today)
    open_books(ledger, profile, first_month)
    purchases = _purchases(ledger, profile, first_month)
    for month in range(first_month, running + 1):
        run_month(ledger, profile, month)
    months = range(first_month, running + 1) if profile.turnover else range(0)
    suppliers, bills, credit_notes, payments, expenses = purchases
    return Books(
        today=today,
        company=profile.company,
        accounts=chart.accounts(profile.company.base_currency),
        suppliers=suppliers,
        bills=bills,
        credit_notes=credit_notes,
        payments=payments,
        expenses=expenses,
        profit_and_loss=tuple(profit_and_loss(ledger, month) for month in months),
        balance_sheet=tuple(balance_sheet(ledger, profile, month, first_month=first_month) for month in months),
        journal=tuple(sorted(ledger.postings, key=lambda posting: posting.on)),
    )


_Purchases = tuple[
    tuple[Supplier, ...], tuple[Bill, ...], tuple[CreditNote, ...], tuple[Payment, ...], tuple[Expense, ...]
]


def _purchases(ledger: Ledger, profile: Profile, first_month: int) -> _Purchases:
    company_id, today = profile.company.id, ledger.today
    suppliers = make_suppliers(profile)
    habits = {supplier.id: habit for supplier, habit in suppliers}
    drafts = make_bills(profile, suppliers, first_month=first_month, today=today)
    notes = credit_bills(drafts, company_id=company_id, today=today)
    paid = pay_bills(drafts, notes, company_id=company_id, today=today)
    bought = make_expenses(profile, suppliers, first_month=first_month, today=today)
    for bill in drafts:
        if bill.counts:
            post_bill(ledger, bill)
    entries = [post_credit(ledger, profile, note, code=habits[note.supplier_id].code) for note in notes]
    payments = []
    for payment in paid:
        rng = seeded(company_id, "trace", payment.supplier_id, payment.on, payment.method)
        found = trace(payment.method, rng, fills_method=habits[payment.supplier_id].fills_method)
        post_payment(ledger, profile, payment, found)
        payments.append(rows.payment_row(profile, payment, found))
    for expense in bought:
        post_expense(ledger, expense)
    return (
        tuple(supplier for supplier, _ in suppliers),
        tuple(rows.bill_row(bill) for bill in drafts),
        tuple(rows.credit_row(entry) for entry in entries),
        tuple(payments),
        tuple(rows.expense_row(expense) for expense in bought),
    )
