"""Sandbox Books: reads the built-in accounting product's JSON API.

Lists come in numbered pages; statements by at most twelve months, so a cursor is a page number or a first month.
A row that cannot be kept is set aside with the reason; an answer that is no page at all is a `BadAnswer`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from linkflow.domain import books
from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.providers._parts import parts_of
from linkflow.providers._rows import Row, day, listed, money, page, text, window

MONTHS_AT_ONCE = 12
INCREMENTAL: frozenset[str] = frozenset()
_DATED = frozenset({"bills", "credit_notes", "bill_payments", "expenses"})
_PATHS = {"credit_notes": "credit-notes", "bill_payments": "payments"}


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """The companies chosen when the grant was given."""
    rows = listed(session.get("api/companies").json(), "data")
    return tuple(
        Tenant(
            id=row["id"],
            name=row["name"],
            legal_name=row.get("legal_name"),
            trading_name=row.get("trading_name"),
            country=row.get("country"),
            currency=row.get("base_currency"),
        )
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("name"), str)
    )


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need, each once."""
    return parts_of(data_types)


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of a company's books."""
    root, cursor = f"api/companies/{asked.tenant_id}", asked.cursor
    if part == "company":
        answer = session.get(root).json()
        return page([answer.get("data")] if isinstance(answer, dict) else (), _company, kind=part)
    if part in {"profit_and_loss", "balance_sheet"}:
        return _months(session, root, part, cursor=cursor, period=asked.period)
    wanted = {"from": f"{asked.period.first_month:%Y-%m}"} if part in _DATED else {}
    if cursor:
        wanted["page"] = cursor
    answer = session.get(f"{root}/{_PATHS.get(part, part)}", params=wanted or None).json()
    rows = listed(answer, "data")
    following = str(int(cursor or "1") + 1) if answer.get("next") else None
    return page(rows, _BUILDERS[part], kind=part, following=following, total=answer.get("total"))


def _months(session: ApiSession, root: str, part: str, *, cursor: str | None, period: books.Period) -> Page:
    months, following = window(period, cursor, MONTHS_AT_ONCE)
    wanted = {"from": f"{months[0]:%Y-%m}", "to": f"{months[-1]:%Y-%m}"}
    answer = session.get(f"{root}/statements/{part.replace('_', '-')}", params=wanted).json()
    rows = [
        {
            "statement": part,
            "month": month.get("period_end"),
            "position": place,
            **(row if isinstance(row, dict) else {}),
        }
        for month in listed(answer, "months")
        for place, row in enumerate(listed(month, "rows"))
    ]
    return page(rows, _statement_line, kind=part, following=following)


def _method(row: Row) -> books.PaymentMethod | None:
    stated = row.get("method")
    return books.PaymentMethod(stated) if stated in list(books.PaymentMethod) else None


def _address(row: Row) -> tuple[str, ...]:
    found = row.get("address") or {}
    lines = [found.get(key) for key in ("street", "city", "postcode", "country")]
    return ("\n".join(filter(None, lines)),) if any(lines) else ()


def _allocations(row: Row) -> tuple[books.Allocation, ...]:
    return tuple(
        books.Allocation(bill_id=text(part, "bill_id"), amount=money(part, "amount")) for part in row["allocations"]
    )


def _line(row: Row) -> dict[str, Any]:
    return {
        "net": money(row, "net"),
        "tax": money(row, "tax"),
        "account_id": row.get("account_id"),
        "description": row.get("description"),
    }


def _company(row: Row) -> books.Company:
    return books.Company(
        external_id=text(row, "id"),
        name=text(row, "name"),
        base_currency=text(row, "base_currency"),
        legal_name=row.get("legal_name"),
        registration_number=row.get("registration_number"),
        tax_number=row.get("tax_number"),
        country=row.get("country"),
        addresses=_address(row),
        phones=tuple(filter(None, [row.get("phone")])),
        web_links=tuple(filter(None, [row.get("website")])),
        year_end=row.get("financial_year_end"),
    )


def _account(row: Row) -> books.Account:
    return books.Account(
        external_id=text(row, "id"),
        name=text(row, "name"),
        account_class=books.AccountClass(row["account_class"]),
        code=row.get("code"),
        software_type=row.get("type"),
        software_subtype=row.get("subtype"),
        currency=row.get("currency"),
        active=bool(row.get("active", True)),
        is_bank=bool(row.get("is_bank")),
        is_card=bool(row.get("is_card")),
    )


def _statement_line(row: Row) -> books.StatementLine:
    section, label = tuple(row["section"]), text(row, "label")
    month = books.month_end(day(row, "month"))
    place = row["account_id"] or "/".join(("total", *section, label))
    return books.StatementLine(
        external_id=f"{row['statement']}:{month:%Y-%m}:{place}",
        statement=books.Statement(row["statement"]),
        period_end=month,
        label=label,
        amount=money(row, "amount"),
        kind=books.LineKind(row["kind"]),
        section=section,
        account_id=row["account_id"],
        position=row["position"],
    )


def _supplier(row: Row) -> books.Supplier:
    return books.Supplier(
        external_id=text(row, "id"),
        name=text(row, "name"),
        contact_name=row.get("contact") or None,
        email=row.get("email") or None,
        phone=row.get("phone") or None,
        tax_number=row.get("tax_number") or None,
        registration_number=row.get("registration_number") or None,
        addresses=_address(row),
        active=row.get("status") != "archived",
        currency=row.get("currency"),
        terms=f"{row['terms_days']} days" if row.get("terms_days") is not None else None,
        first_seen_on=day(row, "first_seen") if row.get("first_seen") else None,
    )


def _entry(row: Row) -> dict[str, Any]:
    """What bills, payments, credit notes and expenses have in common."""
    rate = Decimal(text(row, "rate"))
    if not rate.is_finite() or rate <= 0:
        raise ValueError("rate")
    return {
        "external_id": text(row, "id"),
        "currency": text(row, "currency"),
        "rate": rate,
        "total": money(row, "total"),
        "supplier_id": row.get("supplier_id"),
    }


def _bill(row: Row) -> books.Bill:
    return books.Bill(
        **_entry(row),
        issued_on=day(row, "issued"),
        due_on=day(row, "due") if row.get("due") else None,
        status=books.BillStatus(row["status"]),
        net=money(row, "net"),
        tax=money(row, "tax"),
        amount_due=money(row, "amount_due"),
        number=row.get("number"),
        terms=row.get("terms") or None,
        lines=tuple(
            books.BillLine(**_line(line), quantity=Decimal(line["quantity"]), unit_price=Decimal(line["unit_price"]))
            for line in row["lines"]
        ),
    )


def _payment(row: Row) -> books.BillPayment:
    return books.BillPayment(
        **_entry(row),
        paid_on=day(row, "paid"),
        account_id=row.get("account_id"),
        stated_method=_method(row),
        note=row.get("reference") or None,
        allocations=_allocations(row),
    )


def _credit_note(row: Row) -> books.CreditNote:
    return books.CreditNote(
        **_entry(row),
        issued_on=day(row, "issued"),
        number=row.get("number"),
        status=books.EntryStatus.VOID if row["status"] == "void" else books.EntryStatus.POSTED,
        allocations=_allocations(row),
    )


def _expense(row: Row) -> books.Expense:
    return books.Expense(
        **_entry(row),
        spent_on=day(row, "spent"),
        contact_name=row.get("contact") or None,
        account_id=row.get("account_id"),
        stated_method=_method(row),
        note=row.get("reference") or None,
        lines=tuple(books.ExpenseLine(**_line(line)) for line in row["lines"]),
    )


_BUILDERS: Mapping[str, Callable[[Row], books.Record]] = {
    "accounts": _account,
    "suppliers": _supplier,
    "bills": _bill,
    "credit_notes": _credit_note,
    "bill_payments": _payment,
    "expenses": _expense,
}
