"""Bills, payments and expenses with the few facts a spend analysis turns on; everything starts on 1 March 2025."""

from datetime import date, timedelta
from decimal import Decimal

from linkflow.domain.books import Allocation, Bill, BillPayment, BillStatus, Expense, PaymentMethod, Period

YEAR = Period(date(2025, 1, 1), date(2025, 12, 1))
MARCH = date(2025, 3, 1)


def bill(external_id: str, total: str, *, days: int | None = 30, due: str = "0", supplier: str | None = "s1") -> Bill:
    return Bill(
        external_id=external_id,
        supplier_id=supplier,
        issued_on=MARCH,
        due_on=None if days is None else MARCH + timedelta(days),
        currency="GBP",
        status=BillStatus.OPEN,
        net=Decimal(total),
        tax=Decimal(0),
        total=Decimal(total),
        amount_due=Decimal(due),
    )


def payment(bill_id: str | None, total: str, *, day: int, method: str = "cheque", supplier: str = "s1") -> BillPayment:
    return BillPayment(
        external_id=f"{bill_id}-{day}-{method}",
        supplier_id=supplier,
        paid_on=MARCH + timedelta(day),
        currency="GBP",
        total=Decimal(total),
        stated_method=PaymentMethod(method),
        allocations=(Allocation(bill_id=bill_id, amount=Decimal(total)),) if bill_id else (),
    )


def expense(total: str, *, method: str, supplier: str | None = None, on: date = MARCH) -> Expense:
    return Expense(
        external_id=f"{total}-{method}",
        supplier_id=supplier,
        spent_on=on,
        currency="GBP",
        total=Decimal(total),
        stated_method=PaymentMethod(method),
    )
