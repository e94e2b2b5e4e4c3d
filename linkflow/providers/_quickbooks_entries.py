"""QuickBooks' bills, bill payments, vendor credits and purchases as linkflow's records.

Void entries keep their row, with nothing in it but the word Voided before the note. A purchase is an expense but for
its lines on accounts payable, which pay a supplier whose bill is booked by itself, and those on the company's own
banks and cards, which only move money.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from linkflow.domain.books import (
    Account,
    AccountClass,
    Allocation,
    Bill,
    BillLine,
    BillPayment,
    BillStatus,
    CreditNote,
    EntryStatus,
    Expense,
    ExpenseLine,
    PaymentMethod,
    Record,
)
from linkflow.domain.methods import payment_method
from linkflow.providers._quickbooks_query import Lookups, detail_of, ref
from linkflow.providers._rows import Row, day, day_or_none, exact, inside, money, money_or_zero, rate, text, word

_ZERO = Decimal(0)
_BY_CHECK, _BY_CARD = "Check", "CreditCard"
_PRINTED = ("NeedToPrint", "PrintComplete")
_PAYABLE = "Accounts Payable"


def bill(row: Row, look: Lookups) -> Bill:
    """A bill; its lines on items stand on the items' accounts."""
    entry, tax = _entry(row, look), _tax(row)
    due = money(row, "Balance")
    if _is_void(row):
        status = BillStatus.VOID
    elif due == 0:
        status = BillStatus.PAID
    else:
        status = BillStatus.OPEN if due == entry["total"] else BillStatus.PARTIALLY_PAID
    return Bill(
        **entry,
        supplier_id=ref(row, "VendorRef"),
        issued_on=day(row, "TxnDate"),
        due_on=day_or_none(row, "DueDate"),
        number=word(row, "DocNumber"),
        status=status,
        net=entry["total"] - tax,
        tax=tax,
        amount_due=due,
        terms=_term(row, "SalesTermRef", look),
        lines=tuple(
            BillLine(
                net=net,
                account_id=account_id,
                description=word(line, "Description"),
                quantity=exact(detail_of(line), "Qty"),
                unit_price=exact(detail_of(line), "UnitPrice"),
            )
            for line, net, account_id in _lines(row, look)
        ),
    )


def bill_payment(row: Row, look: Lookups) -> BillPayment | None:
    """A bill payment; None for one that moves no money and only sets credits against bills."""
    entry = _entry(row, look)
    settled = _settled(row)
    if not entry["total"] and settled:
        return None
    by_card = text(row, "PayType") == _BY_CARD
    paid = inside(row, "CreditCardPayment" if by_card else "CheckPayment")
    account = "CCAccountRef" if by_card else "BankAccountRef"
    return BillPayment(
        **entry,
        supplier_id=ref(row, "VendorRef"),
        paid_on=day(row, "TxnDate"),
        account_id=ref(paid, account),
        # The bill's own link to a payment says check of every one.
        stated_method=_method(row["PayType"], row, paid=paid, account=inside(paid, account)),
        note=_note(row),
        status=_status(row),
        allocations=tuple(_within(entry["total"], settled)),
    )


def credit_note(row: Row, look: Lookups) -> CreditNote:
    """A vendor credit. Which bills it was set against only the payments say that did so."""
    return CreditNote(
        **_entry(row, look),
        supplier_id=ref(row, "VendorRef"),
        issued_on=day(row, "TxnDate"),
        number=word(row, "DocNumber"),
        status=_status(row),
    )


def purchase(row: Row, look: Lookups) -> Iterable[Record]:
    """What a purchase is: an expense, a payment to a supplier, both, or nothing but money moved."""
    sign = -1 if row.get("Credit") is True else 1
    shared = _entry(row, look)
    whole = shared.pop("total")
    kept: list[ExpenseLine] = []
    payable = moved = _ZERO
    for line, net, account_id in _lines(row, look):
        kind = look.types.get(account_id or "")
        if kind == _PAYABLE:
            payable += net
        elif kind is not None:
            moved += net
        else:
            kept.append(ExpenseLine(net=sign * net, account_id=account_id, description=word(line, "Description")))
    paid = {
        **shared,
        "account_id": ref(row, "AccountRef"),
        "stated_method": _purchase_method(row, look),
        "note": _note(row),
        "status": _status(row),
        "supplier_id": ref(row, "EntityRef") if inside(row, "EntityRef").get("type") == "Vendor" else None,
    }
    bills = list(dict.fromkeys(found for one in (row, *(row.get("Line") or ())) for found in _linked(one, "Bill")))
    if bills:
        payable, kept = whole - moved, []
    if payable:
        settled = (Allocation(bill_id=bills[0], amount=payable),) if len(bills) == 1 and sign > 0 else ()
        own_id = f"purchase-{shared['external_id']}"
        entry = {**paid, "external_id": own_id, "total": sign * payable, "paid_on": day(row, "TxnDate")}
        yield BillPayment(**entry, allocations=settled)
    if kept or not (payable or moved):
        yield Expense(
            **paid,
            total=sign * (whole - payable - moved),
            spent_on=day(row, "TxnDate"),
            contact_name=word(inside(row, "EntityRef"), "name"),
            lines=tuple(kept),
        )


def _entry(row: Row, look: Lookups) -> dict[str, Any]:
    """What every entry has. A rate is home units for one of the entry's own."""
    return {
        "external_id": text(row, "Id"),
        "currency": ref(row, "CurrencyRef") or look.home_currency,
        "rate": rate(row, "ExchangeRate"),
        "total": money(row, "TotalAmt"),
    }


def _tax(row: Row) -> Decimal:
    return money_or_zero(inside(row, "TxnTaxDetail"), "TotalTax")


def _lines(row: Row, look: Lookups) -> Iterator[tuple[Row, Decimal, str | None]]:
    """The lines with an amount, before tax, and their accounts. Lines of text have none, lines of sums are no lines."""
    for line in row.get("Line") or ():
        detail = detail_of(line)
        if detail:
            item = look.items.get(ref(detail, "ItemRef") or "") if "ItemRef" in detail else None
            yield line, money(line, "Amount"), ref(detail, "AccountRef") or item


def _term(row: Row, key: str, look: Lookups) -> str | None:
    term = ref(row, key)
    return look.terms.get(term) if term else None


def _is_void(row: Row) -> bool:
    return money(row, "TotalAmt") == 0 and (word(row, "PrivateNote") or "").startswith("Voided")


def _status(row: Row) -> EntryStatus:
    return EntryStatus.VOID if _is_void(row) else EntryStatus.POSTED


def _note(row: Row) -> str | None:
    return " · ".join(filter(None, (word(row, "DocNumber"), word(row, "PrivateNote")))) or None


def _linked(row: Row, kind: str) -> list[str]:
    """The ids of the entries of a kind that an entry, or a line, is linked to."""
    return [text(link, "TxnId") for link in row.get("LinkedTxn") or () if link.get("TxnType") == kind]


def _settled(row: Row) -> dict[str, Decimal]:
    """Bill → how much of it a payment's lines settle, by money or by credits."""
    found: dict[str, Decimal] = {}
    for line in row.get("Line") or ():
        for bill_id in _linked(line, "Bill"):
            found[bill_id] = found.get(bill_id, _ZERO) + money(line, "Amount")
    return found


def _within(total: Decimal, settled: dict[str, Decimal]) -> Iterator[Allocation]:
    """What the money of a payment settles: credits are set against the first of its bills, as nothing says which."""
    by_credit = max(sum(settled.values(), _ZERO) - total, _ZERO)
    for bill_id, amount in settled.items():
        taken = min(by_credit, amount)
        by_credit -= taken
        if amount > taken:
            yield Allocation(bill_id=bill_id, amount=amount - taken)


def _purchase_method(row: Row, look: Lookups) -> PaymentMethod | None:
    own = ref(row, "PaymentMethodRef")
    if own and (named := look.methods.get(own)):
        return named
    return _method(text(row, "PaymentType"), row, paid=row, account=inside(row, "AccountRef"))


def _method(said: str, row: Row, *, paid: Row, account: Row) -> PaymentMethod | None:
    """Where the type says more than that it was paid from a bank, as Cash does not.

    Check is what QuickBooks calls transfers, too: one that was not printed is whatever its account or note say first.
    """
    if said == _BY_CARD:
        return PaymentMethod.CREDIT_CARD
    if said != _BY_CHECK:
        return None
    if paid.get("PrintStatus") in _PRINTED:
        return PaymentMethod.CHEQUE
    name = word(account, "name")
    known = Account(external_id="", name=name, account_class=AccountClass.ASSET) if name else None
    found, _ = payment_method(None, account=known, note=_note(row))
    return PaymentMethod.CHEQUE if found is PaymentMethod.UNKNOWN else None
