"""A worked company, whose every figure tests derive by hand.

Abra, books in pounds, read on 23 November 2026; the report is asked for October 2025 to September 2026.

Bills                 issued      due                    total
  b1  Flour (s1)      2025-10-05  2025-11-04 (30 days)  1,000.00  paid 2025-11-19 (day 45) by transfer: late
  b2  Flour (s1)      2025-11-01  2025-12-31 (60 days)  3,000.00  paid 2025-12-21 (day 50) by transfer
  b3  Oven (s2)       2026-03-01  2026-03-31 (30 days)    100.00  40.00 on day 20 by cheque, 60.00 on day 50 by card
  b4  Oven (s2)       2026-09-10  2026-09-24 (14 days)    250.00  USD 312.50 at 0.80; open, 250.00 due, 60 days over
  b5  nobody          2026-09-30  none                     80.00  open, 50.00 due; paid 30.00 without an allocation
  b6  Flour (s1)      2026-05-01  2026-05-31              999.00  void: counts nowhere
Credit note c1 of Flour on 2026-01-15: 200.00. Expenses: Oven 45.00 by card on 2026-02-02, cash 5.00 on 2026-02-03.

Flour was paid twice by transfer, Oven once by cheque and twice by card (60.00 and 45.00): b4 is unpaid and Oven's
usual way is the card; b5 has no supplier: unknown.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from linkflow.domain.books import (
    Allocation,
    Bill,
    BillPayment,
    BillStatus,
    Company,
    CreditNote,
    Expense,
    PaymentMethod,
    Period,
    Record,
    Supplier,
)
from linkflow.domain.spend import SpendBooks

TRANSFER, CHEQUE, CARD = PaymentMethod.BANK_TRANSFER, PaymentMethod.CHEQUE, PaymentMethod.CREDIT_CARD
CASH, UNKNOWN = PaymentMethod.CASH, PaymentMethod.UNKNOWN
WORKED = Period(date(2025, 10, 1), date(2026, 9, 1))


def a_bill(key: str, supplier: str | None, issued: str, days: int | None, total: str, due: str = "0") -> Bill:
    on = date.fromisoformat(issued)
    return Bill(
        external_id=key,
        supplier_id=supplier,
        issued_on=on,
        due_on=None if days is None else on + timedelta(days),
        currency="GBP",
        status=BillStatus.OPEN if Decimal(due) else BillStatus.PAID,
        net=Decimal(total),
        tax=Decimal(0),
        total=Decimal(total),
        amount_due=Decimal(due),
    )


def a_payment(key: str, supplier: str | None, on: str, total: str, how: PaymentMethod, bill: str | None) -> BillPayment:
    return BillPayment(
        external_id=key,
        supplier_id=supplier,
        paid_on=date.fromisoformat(on),
        currency="GBP",
        total=Decimal(total),
        stated_method=how,
        allocations=(Allocation(bill_id=bill, amount=Decimal(total)),) if bill else (),
    )


def an_expense(key: str, supplier: str | None, on: str, total: str, how: PaymentMethod) -> Expense:
    day = date.fromisoformat(on)
    return Expense(
        external_id=key,
        supplier_id=supplier,
        spent_on=day,
        currency="GBP",
        total=Decimal(total),
        stated_method=how,
    )


def worked_books() -> tuple[Record, ...]:
    dollars = {"currency": "USD", "rate": Decimal("0.80"), "total": Decimal("312.50"), "net": Decimal("312.50")}
    return (
        Company(external_id="abra", name="Abra", base_currency="GBP"),
        Supplier(external_id="s1", name="Flour Ltd", email="mill@example.com", first_seen_on=date(2019, 5, 1)),
        Supplier(external_id="s2", name="Oven AG"),
        a_bill("b1", "s1", "2025-10-05", 30, "1000.00"),
        a_bill("b2", "s1", "2025-11-01", 60, "3000.00"),
        a_bill("b3", "s2", "2026-03-01", 30, "100.00"),
        replace(a_bill("b4", "s2", "2026-09-10", 14, "250.00", due="312.50"), **dollars),
        a_bill("b5", None, "2026-09-30", None, "80.00", due="50.00"),
        replace(a_bill("b6", "s1", "2026-05-01", 30, "999.00", due="999.00"), status=BillStatus.VOID),
        a_payment("p1", "s1", "2025-11-19", "1000.00", TRANSFER, "b1"),
        a_payment("p2", "s1", "2025-12-21", "3000.00", TRANSFER, "b2"),
        a_payment("p3", "s2", "2026-03-21", "40.00", CHEQUE, "b3"),
        a_payment("p4", "s2", "2026-04-20", "60.00", CARD, "b3"),
        a_payment("p5", None, "2026-10-01", "30.00", UNKNOWN, None),
        CreditNote(
            external_id="c1", supplier_id="s1", issued_on=date(2026, 1, 15), currency="GBP", total=Decimal("200.00")
        ),
        an_expense("e1", "s2", "2026-02-02", "45.00", CARD),
        an_expense("e2", None, "2026-02-03", "5.00", CASH),
    )


def worked_definition() -> SpendBooks:
    by_kind = {kind: tuple(r for r in worked_books() if isinstance(r, kind)) for kind in (Bill, BillPayment, Expense)}
    return SpendBooks(
        "GBP",
        bills=by_kind[Bill],  # type: ignore[arg-type]  # chosen by their type just above
        payments=by_kind[BillPayment],  # type: ignore[arg-type]
        credit_notes=tuple(r for r in worked_books() if isinstance(r, CreditNote)),
        expenses=by_kind[Expense],  # type: ignore[arg-type]
        suppliers=tuple(r for r in worked_books() if isinstance(r, Supplier)),
    )
