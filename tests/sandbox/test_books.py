"""The made-up books add up, agree with each other and are the same every time."""

import time
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from linkflow.sandbox.books import Books, _generate, books_for
from linkflow.sandbox.chart import CREDITORS, account_id
from linkflow.sandbox.companies import PROFILES
from linkflow.sandbox.ledger import Ledger, UnbalancedEntry
from linkflow.sandbox.records import Bill, Statement
from tests.sandbox.driver import TODAY

BUSY = sorted(set(PROFILES) - {"blank-canvas"})
UNCOUNTED = {"draft", "void"}


@pytest.fixture(params=BUSY)
def books(request: pytest.FixtureRequest) -> Books:
    return books_for(request.param, today=TODAY)


def base(amount: Decimal, rate: str) -> Decimal:
    return (amount * Decimal(rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def lines_of(statement: Statement, *section: str) -> Decimal:
    rows = [row for row in statement.rows if row.kind == "line" and row.section[: len(section)] == section]
    return sum((row.amount for row in rows), Decimal(0))


def test_there_is_enough_of_everything(books: Books) -> None:
    assert len(books.suppliers) >= 60
    assert len(books.bills) >= 900
    assert sum(not each.to_date for each in books.profit_and_loss) >= 24
    assert books.profit_and_loss[-1].to_date
    assert books.profit_and_loss[-2].period_end == date(2026, 10, 31)
    assert len({bill.currency for bill in books.bills}) == 3
    assert {bill.status for bill in books.bills} == {"draft", "void", "open", "partially_paid", "paid"}
    assert {note.status for note in books.credit_notes} == {"applied", "open", "void"}
    assert any(len(payment.allocations) > 1 for payment in books.payments)
    assert any(len(bill.lines) > 1 for bill in books.bills)
    assert any(bill.due is None for bill in books.bills)


def test_every_payment_method_occurs_stated_and_derivable(books: Books) -> None:
    every = {"credit_card", "debit_card", "bank_transfer", "direct_debit", "cheque", "cash", "other"}
    assert {payment.method for payment in books.payments} == every | {None}
    assert {payment.true_source for payment in books.payments} == {"field", "account", "note", "none"}
    assert "unknown" in {payment.true_method for payment in books.payments}


def test_some_suppliers_are_paid_late_and_some_early(books: Books) -> None:
    due = {bill.id: bill.due for bill in books.bills}
    days = [
        (payment.paid - at).days
        for payment in books.payments
        for part in payment.allocations
        if (at := due[part.bill_id]) is not None
    ]
    assert sum(each > 0 for each in days) > len(days) / 5
    assert sum(each <= 0 for each in days) > len(days) / 5


def test_every_balance_sheet_balances_and_its_totals_are_the_sum_of_its_lines(books: Books) -> None:
    for sheet in books.balance_sheet:
        assert sheet.total("Total assets") == lines_of(sheet, "Assets")
        assert sheet.total("Total liabilities") == lines_of(sheet, "Liabilities")
        assert sheet.total("Total equity") == lines_of(sheet, "Equity")
        assert sheet.total("Total assets") == sheet.total("Total liabilities") + sheet.total("Total equity")


def test_net_profit_is_income_less_costs_and_lands_in_equity(books: Books) -> None:
    equity = [lines_of(sheet, "Equity") for sheet in books.balance_sheet]
    paid_out = [
        sum(p.amount for p in books.journal if p.code == "3300" and p.on <= s.period_end) for s in books.balance_sheet
    ]
    for place, month in enumerate(books.profit_and_loss):
        earned = lines_of(month, "Income") + lines_of(month, "Other income")
        spent = lines_of(month, "Cost of sales") + lines_of(month, "Expenses") + lines_of(month, "Other expenses")
        assert month.total("Net profit") == earned - spent
        if place:
            dividends = Decimal(paid_out[place] - paid_out[place - 1]) / 100
            assert equity[place] - equity[place - 1] == month.total("Net profit") - dividends


def test_statements_agree_with_the_accounts(books: Books) -> None:
    known = {account.id: account for account in books.accounts}
    moves: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for posting in books.journal:
        moves[f"{posting.on:%Y-%m}"][account_id(posting.code)] += posting.amount
    for month, sheet in zip(books.profit_and_loss, books.balance_sheet, strict=True):
        this = f"{month.period_end:%Y-%m}"
        moved = moves[this]
        stands: dict[str, int] = defaultdict(int)
        for key in (key for key in moves if key <= this):
            for account, amount in moves[key].items():
                stands[account] += amount
        for row in month.rows:
            if row.account_id:
                sign = -1 if known[row.account_id].account_class == "income" else 1
                assert row.amount * 100 == sign * moved[row.account_id], row.label
        for row in sheet.rows:
            if row.account_id and known[row.account_id].subtype not in {"retained_earnings", "current_year_earnings"}:
                sign = 1 if known[row.account_id].account_class == "asset" else -1
                assert row.amount * 100 == sign * stands[row.account_id], row.label


def test_every_entry_of_the_journal_balances(books: Books) -> None:
    assert sum(posting.amount for posting in books.journal) == 0
    by_day: Counter[date] = Counter()
    for posting in books.journal:
        by_day[posting.on] += posting.amount
    assert set(by_day.values()) == {0}


def test_an_unbalanced_entry_is_refused() -> None:
    with pytest.raises(UnbalancedEntry):
        Ledger(TODAY).post(TODAY, "wrong", ("1000", 100), ("2000", -99))


def test_bills_add_up_line_by_line_and_in_what_is_due(books: Books) -> None:
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for row in (*books.payments, *books.credit_notes):
        for part in row.allocations:
            settled[part.bill_id] += part.amount
    for bill in books.bills:
        assert bill.net == sum(line.net for line in bill.lines)
        assert bill.tax == sum(line.tax for line in bill.lines)
        assert bill.total == bill.net + bill.tax
        assert all(Decimal(line.quantity) * Decimal(line.unit_price) == line.net for line in bill.lines)
        assert bill.amount_due == (0 if bill.status == "void" else bill.total - settled[bill.id])
        assert (bill.status == "paid") == (bill.amount_due == 0 and bill.status != "void")
        assert bill.status not in UNCOUNTED or not settled[bill.id]


def test_the_creditors_account_agrees_with_the_bills_in_the_base_currency(books: Books) -> None:
    """Owed by the balance sheet = open bills at home − open credit − payments on account, foreign bills aside."""
    counted = [bill for bill in books.bills if bill.status not in UNCOUNTED]
    foreign = [bill for bill in counted if bill.rate != "1"]
    loose = sum((base(p.total - sum(a.amount for a in p.allocations), p.rate) for p in books.payments), Decimal(0))
    notes = [note for note in books.credit_notes if note.status == "open"]
    loose += sum((base(note.total, note.rate) for note in notes), Decimal(0))
    home = sum((bill.amount_due for bill in counted if bill.rate == "1"), Decimal(0))
    owed = -Decimal(sum(posting.amount for posting in books.journal if posting.code == CREDITORS)) / 100
    abroad = sum((base(bill.amount_due, bill.rate) for bill in foreign), Decimal(0))
    assert abs(owed - (home - loose + abroad)) <= Decimal("0.01") * len(foreign)
    assert owed == next(row.amount for row in books.balance_sheet[-1].rows if row.label == "Trade creditors")


def test_costs_in_the_profit_and_loss_are_the_lines_of_bills_expenses_and_credit_notes(books: Books) -> None:
    """Rent and the like are bought by bill or expense alone, so the month's figure can be added up by hand."""
    bought = costs_by_month(books)
    for month in books.profit_and_loss:
        for code in ("5000", "5100", "6100", "6110", "6200", "6300", "6620"):
            shown = sum((row.amount for row in month.rows if row.account_id == account_id(code)), Decimal(0))
            assert shown == bought[account_id(code), f"{month.period_end:%Y-%m}"], (code, month.period_end)


def costs_by_month(books: Books) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    bills = [(bill.issued, bill.rate, bill.lines, 1) for bill in books.bills if bill.status not in UNCOUNTED]
    expenses = [(each.spent, each.rate, each.lines, 1) for each in books.expenses]
    notes = [(note.issued, note.rate, note.lines, -1) for note in books.credit_notes if note.status != "void"]
    for on, rate, lines, sign in (*bills, *expenses, *notes):
        for line in lines:
            found[line.account_id, f"{on:%Y-%m}"] += sign * base(line.net, rate)
    return found


def test_payments_settle_bills_of_their_own_supplier_and_currency_after_they_were_issued(books: Books) -> None:
    bills: dict[str, Bill] = {bill.id: bill for bill in books.bills}
    for payment in books.payments:
        for part in payment.allocations:
            bill = bills[part.bill_id]
            assert (bill.supplier_id, bill.currency) == (payment.supplier_id, payment.currency)
            assert bill.issued <= payment.paid <= TODAY


def test_ids_and_supplier_names_are_unique(books: Books) -> None:
    for rows in (books.suppliers, books.bills, books.credit_notes, books.payments, books.expenses, books.accounts):
        assert len({row.id for row in rows}) == len(rows)
    assert len({supplier.name for supplier in books.suppliers}) == len(books.suppliers)


def test_the_same_day_gives_the_same_books_in_less_than_a_second() -> None:
    first = books_for("abra-kebabra", today=TODAY)
    _generate.cache_clear()
    began = time.process_time()
    again = books_for("abra-kebabra", today=TODAY)
    assert time.process_time() - began < 1
    assert again == first
    assert books_for("abra-kebabra", today=TODAY) is again


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 2, 28), date(2027, 3, 31), date(2028, 2, 29)])
def test_books_add_up_on_any_day(day: date) -> None:
    books = books_for("hairosmith", today=day)
    assert all(s.total("Total assets") == s.total("Total liabilities and equity") for s in books.balance_sheet)
    assert len([each for each in books.profit_and_loss if not each.to_date]) >= 24
    assert len(books.bills) >= 900
    latest = [row.issued for row in books.bills] + [row.paid for row in books.payments]
    assert max(latest) <= day
    assert min(bill.issued for bill in books.bills) < day - timedelta(days=730)


def test_what_was_there_keeps_its_id_and_its_amount_a_month_later() -> None:
    before, after = books_for("abra-kebabra", today=TODAY), books_for("abra-kebabra", today=date(2026, 12, 24))
    for kind in ("bills", "payments", "credit_notes", "expenses"):
        totals = {row.id: row.total for row in getattr(after, kind)}
        kept = [row for row in getattr(before, kind) if row.id in totals]
        assert len(kept) > len(getattr(before, kind)) * 9 / 10
        assert all(totals[row.id] == row.total for row in kept)


def test_a_new_company_has_no_rows() -> None:
    books = books_for("blank-canvas", today=TODAY)
    assert (books.suppliers, books.bills, books.payments, books.expenses, books.balance_sheet) == ((), (), (), (), ())
    assert books.accounts
