"""A filled-in template's suppliers and bills: what must hold of them, and their records."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from linkflow.domain.books import AccountClass, Bill, BillLine, BillStatus, Supplier
from linkflow.domain.filled import UNREAD, FilledRow, Problems, Rows
from linkflow.domain.filled_checks import BILLS, LINES, SUPPLIERS, SpendChecks, once
from linkflow.domain.money import minor_unit


class FilledLine(NamedTuple):
    """A line under its row's number; None where it could not be read whole."""

    number: int
    record: BillLine | None
    has_tax: bool = False


def read_suppliers(rows: Rows, checks: SpendChecks) -> list[Supplier]:
    """Every supplier; from here on the others are held to them."""
    seen: dict[str, int] = {}
    taken = (row for row in rows if once(checks.told, SUPPLIERS, "Supplier id", row, seen))
    found = [_supplier(row) for row in taken if row.is_whole]
    checks.suppliers = set(seen)
    return found


def _supplier(row: FilledRow) -> Supplier:
    key, name, contact, email, phone, tax, registration, address, country, currency, terms, active, seen = row.values
    where = ", ".join(filter(None, (address, country)))
    return Supplier(
        external_id=key,
        name=name,
        contact_name=contact,
        email=email,
        phone=phone,
        tax_number=tax,
        registration_number=registration,
        addresses=(where,) if where else (),
        currency=currency,
        terms=terms,
        active=active is not False,
        first_seen_on=seen,
    )


def read_lines(rows: Rows, checks: SpendChecks) -> dict[str, list[FilledLine]]:
    """Bill id → its lines in their order."""
    found: defaultdict[str, list[FilledLine]] = defaultdict(list)
    for row in rows:
        bill_id, account, description, quantity, price, net, tax = row.values
        if bill_id is UNREAD:
            continue
        if not row.is_whole:
            found[bill_id].append(FilledLine(row.number, None))
            continue
        record = BillLine(
            net=net,
            tax=Decimal(0) if tax is None else tax,
            account_id=checks.account(account, AccountClass.EXPENSE),
            description=description,
            quantity=quantity,
            unit_price=price,
        )
        found[bill_id].append(FilledLine(row.number, record, tax is not None))
    return found


def read_bills(rows: Rows, lines: Mapping[str, list[FilledLine]], checks: SpendChecks) -> dict[str, Bill | None]:
    """Bill id → the bill, None for one that could not be read whole; lines of no bill are told."""
    seen: dict[str, int] = {}
    found: dict[str, Bill | None] = {}
    for row in rows:
        if once(checks.told, BILLS, "Bill id", row, seen):
            bill_id = row.values[0]
            found[bill_id] = _bill(row, lines.get(bill_id, []), checks) if row.is_whole else None
    for bill_id, its in lines.items():
        if bill_id not in found:
            for line in its:
                checks.told.add(LINES, line.number, "Bill id", "unknown-bill", value=bill_id)
    return found


def _bill(row: FilledRow, lines: list[FilledLine], checks: SpendChecks) -> Bill:
    bill_id, number, supplier, issued, due, currency, rate, status, net, tax, total, left, terms = row.values
    bill = Bill(
        external_id=bill_id,
        number=number,
        supplier_id=supplier,
        issued_on=issued,
        due_on=due,
        currency=currency,
        rate=rate,
        status=BillStatus(status.replace(" ", "_")),
        net=net,
        tax=tax,
        total=total,
        amount_due=left,
        terms=terms,
        lines=tuple(line.record for line in lines if line.record is not None),
    )
    at = (BILLS, row.number)
    checks.supplier(at, supplier)
    checks.happened(at, "Issue date", issued)
    if due is not None:
        checks.falls_due(at, due)
    checks.money(at, currency, rate, total)
    checks.adds_up(at, net=net, tax=tax, total=total)
    _judge_due(row.number, bill, checks.told)
    if lines and all(line.record is not None for line in lines):
        _judge_lines(row.number, bill, checks.told, with_tax=all(line.has_tax for line in lines))
    return bill


def _judge_due(number: int, bill: Bill, told: Problems) -> None:
    left, status, at = bill.amount_due, bill.status, (BILLS, number, "Amount due")
    if left > bill.total:
        told.add(*at, "due-above-total", due=left, total=bill.total)
    elif status is BillStatus.PAID and left:
        told.add(*at, "paid-but-due", due=left)
    elif status is BillStatus.PARTIALLY_PAID and left in (0, bill.total):
        told.add(*at, "not-partially-paid", due=left, total=bill.total)
    elif status is BillStatus.OPEN and bill.total and not left:
        told.add(*at, "open-but-paid")


def _judge_lines(number: int, bill: Bill, told: Problems, *, with_tax: bool) -> None:
    # Each line may have been rounded by itself.
    allowed = minor_unit(bill.currency) / 2 * len(bill.lines)
    net = sum((line.net for line in bill.lines), Decimal(0))
    tax = sum((line.tax for line in bill.lines), Decimal(0))
    if abs(net - bill.net) > allowed:
        told.add(BILLS, number, "Net", "lines-differ", stated=bill.net, sum=net)
    if with_tax and abs(tax - bill.tax) > allowed:
        told.add(BILLS, number, "Tax", "lines-differ", stated=bill.tax, sum=tax)
