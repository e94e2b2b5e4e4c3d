"""MYOB's purchases, supplier payments and spend money transactions as linkflow's records.

A purchase below zero is a supplier's debit: a credit note. Amounts are given in the books' currency and, for foreign
entries, again in their own: both together say the rate. The tax of a line is given only by its code, so that of the
whole is shared out by the codes' rates.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from linkflow.domain.books import (
    Allocation,
    Bill,
    BillLine,
    BillPayment,
    BillStatus,
    CreditNote,
    Expense,
    ExpenseLine,
    PaymentMethod,
    Record,
)
from linkflow.domain.money import minor_unit, to_base
from linkflow.providers._myob_books import Lookups, ref
from linkflow.providers._rows import Row, day, day_or_none, exact, inside, money, money_or_zero, rate, text, word

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_PAYABLE = "AccountsPayable"
_MOVED = ("Bank", "CreditCard")


@dataclass(frozen=True)
class _Amounts:
    """In which currency a row's amounts are read: `suffix` is what the fields with its own have behind their names."""

    currency: str
    rate: Decimal | None = None
    suffix: str = ""

    def of(self, row: Row, key: str) -> Decimal:
        """An amount that must be there."""
        return money(row, f"{key}{self.suffix}")

    def or_zero(self, row: Row, key: str) -> Decimal:
        """One that may be absent."""
        return money_or_zero(row, f"{key}{self.suffix}")


@dataclass(frozen=True)
class _Line:
    """A line: `given` as it is written, `weight` its part of the tax."""

    row: Row
    given: Decimal
    weight: Decimal


def purchase(row: Row, look: Lookups) -> Bill | CreditNote:
    """A bill, or a credit note where the total is below zero."""
    held = _amounts(row, "TotalAmount", "Total", look)
    total, tax = held.of(row, "TotalAmount"), held.or_zero(row, "TotalTax")
    entry: dict[str, Any] = {
        "external_id": text(row, "UID"),
        "supplier_id": ref(row, "Supplier"),
        "number": word(row, "SupplierInvoiceNumber") or word(row, "Number"),
        "issued_on": day(row, "Date"),
        "currency": held.currency,
        "rate": held.rate,
    }
    if total < 0:
        return CreditNote(**entry, total=-total)
    due = held.of(row, "BalanceDueAmount")
    unpaid = BillStatus.OPEN if due == total else BillStatus.PARTIALLY_PAID
    return Bill(
        **entry,
        due_on=day_or_none(inside(row, "Terms"), "DueDate"),
        status=unpaid if due else BillStatus.PAID,
        net=total - tax,
        tax=tax,
        total=total,
        amount_due=due,
        terms=terms(inside(row, "Terms")),
        lines=tuple(
            BillLine(
                net=net,
                tax=its_tax,
                account_id=ref(line, "Account"),
                description=word(line, "Description"),
                quantity=exact(line, "BillQuantity") or exact(line, "UnitCount"),
                unit_price=exact(line, f"UnitPrice{held.suffix}"),
            )
            for line, net, its_tax in _taxed(row, tax, _bill_lines(row, held, look), held)
        ),
    )


def supplier_payment(row: Row, look: Lookups) -> BillPayment:
    """A payment to a supplier. What is paid towards orders is paid before there is a bill."""
    held = _amounts(row, "AmountPaid", "AmountApplied", look)
    bills: dict[str, Decimal] = {}
    for line in _lines(row):
        bill_id = ref(line, "Purchase") if line.get("Type") == "Bill" else None
        if bill_id:
            bills[bill_id] = bills.get(bill_id, _ZERO) + held.of(line, "AmountApplied")
    return BillPayment(
        **_paid(row, held),
        supplier_id=ref(row, "Supplier"),
        paid_on=day(row, "Date"),
        total=held.of(row, "AmountPaid"),
        allocations=tuple(Allocation(bill_id=key, amount=amount) for key, amount in bills.items()),
    )


def spend_money(row: Row, look: Lookups) -> Iterable[Record]:
    """Money spent: an expense but for its lines on accounts payable and on the company's own banks and cards."""
    held = _amounts(row, "AmountPaid", "Amount", look)
    whole, contact = held.of(row, "AmountPaid"), inside(row, "Contact")
    kept: list[ExpenseLine] = []
    payable = moved = _ZERO
    for line, net, tax in _taxed(row, held.or_zero(row, "TotalTax"), _spent_lines(row, held, look), held):
        account_id = ref(line, "Account")
        kind = look.accounts.get(account_id or "", {}).get("Type")
        if kind == _PAYABLE:
            payable += net + tax
        elif kind in _MOVED:
            moved += net + tax
        else:
            kept.append(ExpenseLine(net=net, tax=tax, account_id=account_id, description=word(line, "Memo")))
    paid = {**_paid(row, held), "supplier_id": ref(row, "Contact") if contact.get("Type") == "Supplier" else None}
    if payable:
        own_id = {"external_id": f"spend-{paid['external_id']}"}
        yield BillPayment(**{**paid, **own_id}, paid_on=day(row, "Date"), total=payable)
    if kept or not (payable or moved):
        yield Expense(
            **paid,
            contact_name=word(contact, "Name"),
            spent_on=day(row, "Date"),
            total=whole - payable - moved,
            lines=tuple(kept),
        )


def terms(row: Row) -> str | None:
    """The terms of a purchase or a supplier in words; None for words of the product's we do not know."""
    due, said = row.get("BalanceDueDate"), word(row, "PaymentIsDue") or ""
    match said.casefold():
        case "cashondelivery":
            return "Cash on delivery"
        case "prepaid":
            return "Prepaid"
    if not isinstance(due, int) or isinstance(due, bool):
        return None
    known = {
        "inagivennumberofdays": f"{due} days",
        "onadayofthemonth": f"Day {due} of the month",
        "numberofdaysaftereom": f"{due} days after the end of the month",
        "dayofmonthaftereom": f"Day {due} of the month after",
    }
    return known.get(said.casefold())


def _amounts(row: Row, key: str, line_key: str, look: Lookups) -> _Amounts:
    """A foreign entry's own amounts where all of it has them, else those in the books' currency."""
    code = word(inside(row, "ForeignCurrency"), "Code")
    own = [row.get(f"{key}Foreign"), *(line.get(f"{line_key}Foreign") for line in _lines(row))]
    if code is None or code == look.currency or None in own:
        return _Amounts(look.currency)
    return _Amounts(code, _rate(row, key, look), "Foreign")


def _rate(row: Row, key: str, look: Lookups) -> Decimal | None:
    """Home units for one of the entry's own: the field where it makes one total of the other, else what both say."""
    foreign, home, stated = money(row, f"{key}Foreign"), money(row, key), rate(row, "CurrencyExchangeRate")
    if not foreign or not home:
        return stated
    agrees = stated is not None and to_base(foreign, stated, currency=look.currency) == home
    return stated if agrees else home / foreign


def _paid(row: Row, held: _Amounts) -> dict[str, Any]:
    return {
        "external_id": text(row, "UID"),
        "currency": held.currency,
        "rate": held.rate,
        "account_id": ref(row, "Account"),
        "stated_method": _method(row),
        "note": " · ".join(filter(None, (word(row, "PaymentNumber"), word(row, "Memo")))) or None,
    }


def _method(row: Row) -> PaymentMethod | None:
    """Electronic payments go to the bank as a file of transfers; else the account paid from tells."""
    if row.get("PayFrom") == "ElectronicPayments":
        return PaymentMethod.BANK_TRANSFER
    return PaymentMethod.CHEQUE if row.get("ChequePrinted") is True else None


def _lines(row: Row) -> Sequence[Row]:
    """The lines with an amount: headings and sums are no lines."""
    found = row.get("Lines") or ()
    return [line for line in found if line.get("Type") not in ("Header", "Subtotal", "SubTotal")]


def _bill_lines(row: Row, held: _Amounts, look: Lookups) -> Iterator[_Line]:
    for line in _lines(row):
        yield _line(line, held.of(line, "Total"), ref(line, "TaxCode"), row, look)
    freight = held.or_zero(row, "Freight")
    if freight:
        yield _line({"Description": "Freight"}, freight, ref(row, "FreightTaxCode"), row, look)


def _spent_lines(row: Row, held: _Amounts, look: Lookups) -> Iterator[_Line]:
    for line in _lines(row):
        yield _line(line, held.of(line, "Amount"), ref(line, "TaxCode"), row, look)


def _line(line: Row, given: Decimal, tax_code: str | None, row: Row, look: Lookups) -> _Line:
    part = look.rates.get(tax_code, _ZERO) if tax_code else _ZERO
    return _Line(line, given, given * part / (_HUNDRED + part if row.get("IsTaxInclusive") is True else _HUNDRED))


def _taxed(row: Row, tax: Decimal, lines: Iterable[_Line], held: _Amounts) -> Iterator[tuple[Row, Decimal, Decimal]]:
    """Each line with its amount before tax and its part of the tax; what rounding leaves is the heaviest line's."""
    every = list(lines)
    weight, unit = sum((one.weight for one in every), _ZERO), minor_unit(held.currency)
    taxes = [(tax * one.weight / weight).quantize(unit) if weight else _ZERO for one in every]
    if weight:
        heaviest = max(range(len(every)), key=lambda place: abs(every[place].weight))
        taxes[heaviest] += tax - sum(taxes, _ZERO)
    for one, its_tax in zip(every, taxes, strict=True):
        yield one.row, one.given - its_tax if row.get("IsTaxInclusive") is True else one.given, its_tax
