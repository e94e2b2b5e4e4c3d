"""What the rows of Xero's lists become. Rows that are void or deleted keep their amounts there: their status tells.

A rate of Xero's is how much of the row's currency one unit of the organisation's is worth, so ours is its inverse.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from linkflow.domain import books
from linkflow.providers import _rows
from linkflow.providers._rows import Build, Row, day, day_or_none, exact, inside, money, money_or_zero, text, word

_CLASSES = {
    "ASSET": books.AccountClass.ASSET,
    "LIABILITY": books.AccountClass.LIABILITY,
    "EQUITY": books.AccountClass.EQUITY,
    "REVENUE": books.AccountClass.INCOME,
    "EXPENSE": books.AccountClass.EXPENSE,
}
_DRAFTS = frozenset({"DRAFT", "SUBMITTED"})
_GONE = frozenset({"VOIDED", "DELETED"})
_STANDING = frozenset({"AUTHORISED", "PAID"})
_TERMS: Mapping[str, str] = {
    "DAYSAFTERBILLDATE": "{} days after the bill",
    "DAYSAFTERBILLMONTH": "{} days after the end of the bill's month",
    "OFCURRENTMONTH": "day {} of the bill's month",
    "OFFOLLOWINGMONTH": "day {} of the month after the bill",
}
_PAID_AHEAD = frozenset({"SPEND-PREPAYMENT", "APPREPAYMENT", "SPEND-OVERPAYMENT"})


def company(row: Row) -> books.Company:
    """An organisation."""
    links = (word(link, "Url") for link in _objects(row, "ExternalLinks"))
    return books.Company(
        external_id=text(row, "OrganisationID"),
        name=text(row, "Name"),
        base_currency=text(row, "BaseCurrency"),
        legal_name=word(row, "LegalName") or text(row, "Name"),
        registration_number=word(row, "RegistrationNumber"),
        tax_number=word(row, "TaxNumber") or word(row, "EmployerIdentificationNumber"),
        country=word(row, "CountryCode"),
        addresses=_addresses(row),
        phones=_phones(row),
        web_links=tuple(dict.fromkeys(link for link in links if link)),
        year_end=_year_end(row),
    )


def account(row: Row) -> books.Account:
    """An account of the chart; what is set apart as the system's own says more than its type does."""
    bank_type = word(row, "BankAccountType")
    is_bank = row["Type"] == "BANK"
    return books.Account(
        external_id=text(row, "AccountID"),
        name=text(row, "Name"),
        account_class=_class(row),
        code=word(row, "Code"),
        software_type=word(row, "Type"),
        software_subtype=(bank_type if is_bank and bank_type != "NONE" else None) or word(row, "SystemAccount"),
        currency=word(row, "CurrencyCode"),
        active=row.get("Status") == "ACTIVE",
        is_bank=is_bank,
        is_card=is_bank and bank_type == "CREDITCARD",
    )


def supplier(usual_terms: str | None) -> Build:
    """Makes suppliers of contacts; `usual_terms` are those of one that has none of its own."""

    def build(row: Row) -> books.Supplier | None:
        if row.get("IsCustomer") is True and row.get("IsSupplier") is not True:
            return None
        names = (word(row, "FirstName"), word(row, "LastName"))
        return books.Supplier(
            external_id=text(row, "ContactID"),
            name=text(row, "Name"),
            contact_name=" ".join(filter(None, names)) or None,
            email=word(row, "EmailAddress"),
            phone=next(iter(_phones(row)), None),
            tax_number=word(row, "TaxNumber"),
            registration_number=word(row, "CompanyNumber"),
            addresses=_addresses(row),
            active=row.get("ContactStatus") == "ACTIVE",
            currency=word(row, "DefaultCurrency"),
            terms=terms(row) or usual_terms,
        )

    return build


def bill(row: Row) -> books.Bill | None:
    """A bill. What was credited, prepaid or overpaid before has been taken off what is due, as payments have."""
    if text(row, "Type") != "ACCPAY":
        return None
    return books.Bill(
        **_entry(row, "InvoiceID"),
        issued_on=day(row, "Date"),
        due_on=day_or_none(row, "DueDate"),
        status=_bill_status(row),
        net=money(row, "SubTotal"),
        tax=money_or_zero(row, "TotalTax"),
        total=money(row, "Total"),
        amount_due=money_or_zero(row, "AmountDue"),
        number=word(row, "InvoiceNumber"),
        lines=tuple(
            books.BillLine(**_line(line, row), quantity=exact(line, "Quantity"), unit_price=exact(line, "UnitAmount"))
            for line in _objects(row, "LineItems")
        ),
    )


def credit_note(row: Row) -> books.CreditNote | None:
    """A supplier's credit note."""
    if text(row, "Type") != "ACCPAYCREDIT":
        return None
    return books.CreditNote(
        **_entry(row, "CreditNoteID"),
        issued_on=day(row, "Date"),
        total=money(row, "Total"),
        number=word(row, "CreditNoteNumber"),
        status=_entry_status(row),
        allocations=_allocations(row),
    )


def payment(banks: frozenset[str]) -> Build:
    """Makes payments of bills. Xero names no method; a batch out of one of `banks` is a file of transfers."""

    def build(row: Row) -> books.BillPayment | None:
        if text(row, "PaymentType") != "ACCPAYPAYMENT":
            return None
        paid, amount, batch = inside(row, "Invoice"), money(row, "Amount"), inside(row, "BatchPayment")
        account_id = word(inside(row, "Account"), "AccountID")
        transferred = batch.get("Type") == "PAYBATCH" and account_id in banks
        return books.BillPayment(
            external_id=text(row, "PaymentID"),
            paid_on=day(row, "Date"),
            currency=text(paid, "CurrencyCode"),
            total=amount,
            supplier_id=word(inside(paid, "Contact"), "ContactID"),
            account_id=account_id,
            rate=_rate(row) or _rate(paid),
            stated_method=books.PaymentMethod.BANK_TRANSFER if transferred else None,
            note=word(row, "Reference") or word(batch, "Details") or word(batch, "Reference"),
            status=_entry_status(row),
            allocations=(books.Allocation(bill_id=text(paid, "InvoiceID"), amount=amount),),
        )

    return build


def paid_ahead(key: str) -> Build:
    """Makes payments of what was paid before a bill came, or beyond it, with the bills it was used for since.

    The account it was paid from is not said there.
    """

    def build(row: Row) -> books.BillPayment | None:
        if text(row, "Type") not in _PAID_AHEAD:
            return None
        return books.BillPayment(
            **_entry(row, key),
            paid_on=day(row, "Date"),
            total=money(row, "Total"),
            note=word(row, "Reference"),
            status=_entry_status(row),
            allocations=_allocations(row),
        )

    return build


def expense(row: Row) -> books.Expense | None:
    """Money spent straight from a bank, without a bill."""
    if text(row, "Type") != "SPEND":
        return None
    return books.Expense(
        **_entry(row, "BankTransactionID"),
        spent_on=day(row, "Date"),
        total=money(row, "Total"),
        contact_name=word(inside(row, "Contact"), "Name"),
        account_id=word(inside(row, "BankAccount"), "AccountID"),
        note=word(row, "Reference"),
        status=_entry_status(row),
        lines=tuple(books.ExpenseLine(**_line(line, row)) for line in _objects(row, "LineItems")),
    )


def terms(row: Row) -> str | None:
    """The terms for bills of a contact or an organisation, in words."""
    rule = inside(inside(row, "PaymentTerms"), "Bills")
    said, number = _TERMS.get(str(rule.get("Type"))), rule.get("Day")
    return said.format(number) if said and isinstance(number, int) else None


def _class(row: Row) -> books.AccountClass:
    found = _CLASSES.get(row["Class"])
    if found is None:
        raise ValueError(row["Class"])
    return found


def _entry(row: Row, key: str) -> dict[str, Any]:
    """What bills, credit notes, expenses and what was paid ahead have in common."""
    return {
        "external_id": text(row, key),
        "currency": text(row, "CurrencyCode"),
        "rate": _rate(row),
        "supplier_id": word(inside(row, "Contact"), "ContactID"),
    }


def _rate(row: Row) -> Decimal | None:
    """Zero is what Xero writes where it has none."""
    theirs = _rows.rate(row, "CurrencyRate")
    return None if theirs is None else Decimal(1) / theirs


def _line(row: Row, of: Row) -> dict[str, Any]:
    """A line of text alone has no amount."""
    amount, tax = money_or_zero(row, "LineAmount"), money_or_zero(row, "TaxAmount")
    return {
        "net": amount - tax if of.get("LineAmountTypes") == "Inclusive" else amount,
        "tax": tax,
        "account_id": word(row, "AccountID"),
        "description": word(row, "Description"),
    }


def _allocations(row: Row) -> tuple[books.Allocation, ...]:
    return tuple(
        books.Allocation(bill_id=text(inside(part, "Invoice"), "InvoiceID"), amount=money(part, "Amount"))
        for part in _objects(row, "Allocations")
        if part.get("IsDeleted") is not True
    )


def _bill_status(row: Row) -> books.BillStatus:
    status = row["Status"]
    if status in _DRAFTS:
        return books.BillStatus.DRAFT
    if status in _GONE:
        return books.BillStatus.VOID
    if status == "AUTHORISED":
        settled = money_or_zero(row, "AmountPaid") or money_or_zero(row, "AmountCredited")
        return books.BillStatus.PARTIALLY_PAID if settled else books.BillStatus.OPEN
    if status == "PAID":
        return books.BillStatus.PAID
    raise ValueError(status)


def _entry_status(row: Row) -> books.EntryStatus:
    status = row["Status"]
    if status in _DRAFTS:
        return books.EntryStatus.DRAFT
    if status in _GONE:
        return books.EntryStatus.VOID
    if status in _STANDING:
        return books.EntryStatus.POSTED
    raise ValueError(status)


def _objects(row: Row, key: str) -> list[Row]:
    found = row.get(key) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise TypeError(key)
    return found


def _addresses(row: Row) -> tuple[str, ...]:
    names = ("AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "City", "Region", "PostalCode", "Country")
    each = ("\n".join(filter(None, (word(one, name) for name in names))) for one in _objects(row, "Addresses"))
    return tuple(dict.fromkeys(one for one in each if one))


def _phones(row: Row) -> tuple[str, ...]:
    names = ("PhoneCountryCode", "PhoneAreaCode", "PhoneNumber")
    numbers = (one for one in _objects(row, "Phones") if word(one, "PhoneNumber") and one.get("PhoneType") != "FAX")
    return tuple(dict.fromkeys(" ".join(filter(None, (word(one, name) for name in names))) for one in numbers))


def _year_end(row: Row) -> str | None:
    month, last = row.get("FinancialYearEndMonth"), row.get("FinancialYearEndDay")
    told = isinstance(month, int) and isinstance(last, int) and 1 <= month <= 12 and 1 <= last <= 31
    return f"{month:02}-{last:02}" if told else None
