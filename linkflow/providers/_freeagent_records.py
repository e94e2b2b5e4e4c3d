"""What FreeAgent's rows become. Ids are what follows the host in an address: "bills/7"; of categories the code alone.

Money that goes out is below zero, and so are the net value and the tax of a bill whose total is not.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillPayment, Expense
from linkflow.providers._rows import (
    Row,
    day,
    day_or_none,
    exact,
    money,
    money_or_zero,
    number_or_text,
    rate,
    text,
    word,
)

LISTS = ("income", "cost_of_sales", "admin_expenses", "general")
_LIST_CLASSES = {
    "income": AccountClass.INCOME,
    "cost_of_sales": AccountClass.EXPENSE,
    "admin_expenses": AccountClass.EXPENSE,
}
FIRST_COST, FIRST_OF_SHEET = 96, 600
"""Codes below the first are income; from the second on they stand on the balance sheet, on either side."""
_COUNTRIES = {"Uk": "GB", "Us": "US"}
_NO_SPENDING = (
    *("transfer_bank_account", "linked_transfer_account", "linked_transfer_explanation"),
    *("paid_user", "paid_invoice"),
)
"""What goes out and is spent on nothing: to another bank, to somebody of the company, back to a customer."""


def key_of(url: str) -> str:
    """What a record is known by: the last two parts of its address."""
    parts = urlsplit(url).path.rstrip("/").rsplit("/", 2)
    if len(parts) != 3 or not all(parts[1:]):
        raise ValueError(url)
    return "/".join(parts[1:])


def main_code(code: str) -> int:
    """The code of an account without what tells apart accounts of one code."""
    return int(code.partition("-")[0])


def company(row: Row) -> books.Company:
    """The company."""
    address = _address(row)
    return books.Company(
        external_id=number_or_text(row, "id"),
        name=text(row, "name"),
        base_currency=text(row, "currency"),
        legal_name=text(row, "name"),
        registration_number=word(row, "company_registration_number"),
        tax_number=word(row, "sales_tax_registration_number"),
        country=_COUNTRIES.get((word(row, "type") or "")[:2]),
        addresses=(address,) if address else (),
        phones=tuple(filter(None, [word(row, "contact_phone")])),
        web_links=tuple(filter(None, [word(row, "website")])),
        year_end=_year_end(row),
    )


def category(row: Row) -> books.Account:
    """A category or a sub-account of one, with the list it stands in, and of a bank's what that is."""
    code, kind = text(row, "nominal_code"), text(row, "list")
    return books.Account(
        external_id=code,
        name=text(row, "description"),
        account_class=_LIST_CLASSES.get(kind) or _class_by(main_code(code)),
        code=code,
        software_type=kind,
        software_subtype=code.partition("-")[0],
        is_bank=row.get("bank_account") is not None,
        is_card=row["bank_type"] == "CreditCardAccount",
    )


def bank(row: Row) -> books.Account:
    """A bank as payments name it; on statements it stands by its code."""
    kind = word(row, "type") or "StandardBankAccount"
    is_card = kind == "CreditCardAccount"
    return books.Account(
        external_id=key_of(text(row, "url")),
        name=text(row, "name"),
        account_class=AccountClass.LIABILITY if is_card else AccountClass.ASSET,
        software_type="bank",
        software_subtype=kind,
        currency=word(row, "currency"),
        active=row.get("status") != "hidden",
        is_bank=True,
        is_card=is_card,
    )


def supplier(row: Row) -> books.Supplier:
    """A contact that bills come from. A hidden one may only ever have been sold to: more than its name is not ours."""
    person = " ".join(filter(None, (word(row, "first_name"), word(row, "last_name")))) or None
    company, days = word(row, "organisation_name"), row.get("default_payment_terms_in_days")
    found = books.Supplier(
        external_id=key_of(text(row, "url")),
        name=company or person or text(row, "organisation_name"),
        active=row.get("status") != "Hidden",
        terms=f"{days} days" if isinstance(days, int) and not isinstance(days, bool) else None,
    )
    if not found.active:
        return found
    address = _address(row)
    return replace(
        found,
        contact_name=person if company else None,
        email=word(row, "email") or word(row, "billing_email"),
        phone=word(row, "phone_number") or word(row, "mobile"),
        tax_number=word(row, "sales_tax_registration_number"),
        addresses=(address,) if address else (),
    )


def bill(row: Row) -> books.Bill | books.CreditNote:
    """A bill, or where its total is below zero what FreeAgent calls a bill credit note."""
    total = money(row, "total_value")
    common: dict[str, Any] = {
        "external_id": key_of(text(row, "url")),
        "issued_on": day(row, "dated_on"),
        "currency": text(row, "currency"),
        "rate": rate(row, "exchange_rate"),
        "supplier_id": key_of(text(row, "contact")),
        "number": word(row, "reference"),
    }
    if total < 0:
        return books.CreditNote(**common, total=-total)
    tax = abs(money_or_zero(row, "sales_tax_value")) + abs(money_or_zero(row, "second_sales_tax_value"))
    return books.Bill(
        **common,
        due_on=day_or_none(row, "due_on"),
        status=_bill_status(row),
        net=total - tax,
        tax=tax,
        total=total,
        amount_due=money(row, "due_value"),
        lines=tuple(_bill_line(item) for item in row.get("bill_items") or ()),
    )


def explanation(currency: str, bills: Mapping[str, Row | None]) -> Callable[[Row], BillPayment | Expense | None]:
    """Makes payments and expenses of what a bank in `currency` paid out; `bills` are those it paid, by address."""

    def build(row: Row) -> BillPayment | Expense | None:
        if not is_paid_out(row):
            return None
        url = word(row, "paid_bill")
        if url is None:
            return _expense(row, currency)
        paid = bills[url]
        return None if paid is None else _payment(row, currency, url, paid)

    return build


def bill_paid_by(row: Any) -> str | None:
    """The address of the bill that an explanation says was paid; None where it says so of none."""
    try:
        return word(row, "paid_bill") if is_paid_out(row) else None
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        return None


def is_paid_out(row: Row) -> bool:
    """Whether money went out and was spent on something."""
    aside = row.get("is_money_in") is True or row.get("is_money_paid_to_user") is True
    return not aside and not any(word(row, name) for name in _NO_SPENDING) and money(row, "gross_value") < 0


def claim(row: Row) -> Expense | None:
    """What somebody of the company spent out of pocket; what they gave back is none."""
    gross = money(row, "gross_value")
    if gross >= 0:
        return None
    native = row.get("native_gross_value")
    return Expense(
        external_id=key_of(text(row, "url")),
        spent_on=day(row, "dated_on"),
        currency=text(row, "currency"),
        rate=None if native in (None, "") else Decimal(native) / gross or None,
        total=-gross,
        note=word(row, "description"),
        lines=(_expense_line(row, -gross),),
    )


def _payment(row: Row, currency: str, url: str, paid: Row) -> BillPayment:
    total = -money(row, "gross_value")
    return BillPayment(
        **_out_of_a_bank(row, currency),
        paid_on=day(row, "dated_on"),
        total=total,
        supplier_id=key_of(text(paid, "contact")),
        rate=_rate_of_payment(row, paid, currency),
        allocations=(books.Allocation(bill_id=key_of(url), amount=total),),
    )


def _rate_of_payment(row: Row, paid: Row, currency: str) -> Decimal | None:
    """A bank's currency has no rate but that of the bill it paid: in that currency, or by what was paid of it."""
    theirs = rate(paid, "exchange_rate")
    if theirs is None or paid.get("currency") == currency:
        return theirs
    of_the_bill = abs(money_or_zero(row, "foreign_currency_value"))
    return of_the_bill * theirs / -money(row, "gross_value") or None


def _expense(row: Row, currency: str) -> Expense:
    total = -money(row, "gross_value")
    return Expense(
        **_out_of_a_bank(row, currency),
        spent_on=day(row, "dated_on"),
        total=total,
        lines=(_expense_line(row, total),),
    )


def _out_of_a_bank(row: Row, currency: str) -> dict[str, Any]:
    """One that FreeAgent guessed and nobody has approved is a draft."""
    guessed = row.get("marked_for_review") is True
    return {
        "external_id": key_of(text(row, "url")),
        "currency": currency,
        "account_id": key_of(text(row, "bank_account")),
        "stated_method": books.PaymentMethod.CHEQUE if word(row, "cheque_number") else None,
        "note": word(row, "description"),
        "status": books.EntryStatus.DRAFT if guessed else books.EntryStatus.POSTED,
    }


def _expense_line(row: Row, total: Decimal) -> books.ExpenseLine:
    """A category may be a word where it is no category, such as that of mileage."""
    tax, booked = abs(money_or_zero(row, "sales_tax_value")), word(row, "category")
    return books.ExpenseLine(
        net=total - tax,
        tax=tax,
        account_id=_code_in(booked) if booked and "/" in booked else None,
        description=word(row, "description"),
    )


def _bill_line(item: Row) -> books.BillLine:
    total, tax, booked = money(item, "total_value"), abs(money_or_zero(item, "sales_tax_value")), word(item, "category")
    untold = item.get("total_value_ex_tax") in (None, "")
    net = total - tax if untold else money(item, "total_value_ex_tax")
    return books.BillLine(
        net=net,
        tax=total - net,
        account_id=_code_in(booked) if booked else None,
        description=word(item, "description"),
        quantity=exact(item, "quantity"),
    )


def _bill_status(row: Row) -> books.BillStatus:
    status = row["status"]
    if status in {"Paid", "Zero Value"}:
        return books.BillStatus.PAID
    if status in {"Open", "Overdue"}:
        return books.BillStatus.PARTIALLY_PAID if money_or_zero(row, "paid_value") else books.BillStatus.OPEN
    raise ValueError(status)


def _code_in(url: str) -> str:
    return key_of(url).rpartition("/")[2]


def _class_by(code: int) -> AccountClass:
    """The class of a general account; one of the balance sheet is on the side where that has it."""
    if code >= FIRST_OF_SHEET:
        return AccountClass.OTHER
    return AccountClass.EXPENSE if code >= FIRST_COST else AccountClass.INCOME


def _address(row: Row) -> str:
    """On lines of its own; empty where there is none."""
    lines = [word(row, name) for name in ("address1", "address2", "address3", "town", "region", "postcode", "country")]
    return "\n".join(filter(None, lines))


def _year_end(row: Row) -> str | None:
    periods = row.get("annual_accounting_periods") or ()
    ends = [one for one in periods if isinstance(one, dict) and word(one, "ends_on")]
    if ends:
        return f"{day(ends[-1], 'ends_on'):%m-%d}"
    return f"{day(row, 'first_accounting_year_end'):%m-%d}" if word(row, "first_accounting_year_end") else None
