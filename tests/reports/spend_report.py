"""Spend reports made from records in plain Python, as a workbook is given them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from linkflow.domain.book_rows import BillLineRow, BillRow, CreditNoteRow, ExpenseRow, PaymentRow
from linkflow.domain.books import EntryStatus, PaymentMethod, Period, Supplier
from linkflow.domain.measures import Measures
from linkflow.domain.methods import payment_method
from linkflow.domain.spend import COUNTED, SpendBooks, analyse
from linkflow.reports.spend_contents import EntitySpend, Group, SpendContents, SupplierGroup, Together

READ_AT = datetime(2026, 1, 4, 9, 30, tzinfo=UTC)
YEAR = Period(date(2025, 1, 1), date(2025, 12, 1))


@dataclass(frozen=True)
class Rows:
    """The rows of several books, worked out from their records."""

    books: dict[str, SpendBooks]
    period: Period
    names: dict[str, str]
    contacts: dict[str, Supplier]

    def suppliers(self, connection_id: str) -> Iterator[SupplierGroup]:
        for one in analyse(self.books[connection_id], self.period).by_supplier:
            yield SupplierGroup(
                measures=one.measures,
                usual_terms=one.common_terms,
                supplier_id=one.supplier_id,
                name=self.names.get(one.supplier_id or "", one.supplier_id) or "No supplier named",
                methods=(one.most_used, one.most_used, one.most_used),
                contact=self.contacts.get(one.supplier_id or ""),
            )

    def bills(self) -> Iterator[BillRow]:
        for key, books in self.books.items():
            for bill in books.bills:
                if bill.status not in COUNTED or not self._covers(bill.issued_on):
                    continue
                paid = books.allocations.get(bill.external_id, [])
                last = max((on for on, _, _ in paid), default=None)
                yield BillRow(
                    connection_id=key,
                    id=bill.external_id,
                    number=bill.number,
                    supplier_id=bill.supplier_id,
                    supplier=self.names.get(bill.supplier_id or "", bill.supplier_id),
                    issued_on=bill.issued_on,
                    due_on=bill.due_on,
                    terms_days=None if bill.due_on is None else (bill.due_on - bill.issued_on).days,
                    currency=bill.currency,
                    rate=bill.rate,
                    status=bill.status,
                    net=bill.net,
                    tax=bill.tax,
                    total=bill.total,
                    amount_due=bill.amount_due,
                    base_total=books.base(bill.total, bill),
                    base_due=books.base(bill.amount_due, bill),
                    settled=sum((amount for _, amount, _ in paid), Decimal(0)),
                    settled_days=sum((amount * (on - bill.issued_on).days for on, amount, _ in paid), Decimal(0)),
                    last_paid_on=last,
                    late=last is not None and bill.due_on is not None and last > bill.due_on,
                    method=books.bill_method(bill),
                )

    def bill_lines(self) -> Iterator[BillLineRow]:
        for key, books in self.books.items():
            for bill in books.bills:
                if bill.status not in COUNTED or not self._covers(bill.issued_on):
                    continue
                for position, line in enumerate(bill.lines):
                    yield BillLineRow(
                        connection_id=key,
                        bill_id=bill.external_id,
                        bill_number=bill.number,
                        supplier=self.names.get(bill.supplier_id or "", bill.supplier_id),
                        issued_on=bill.issued_on,
                        position=position,
                        account_code=None,
                        account=line.account_id,
                        description=line.description,
                        quantity=line.quantity,
                        unit_price=line.unit_price,
                        currency=bill.currency,
                        net=line.net,
                        tax=line.tax,
                    )

    def credit_notes(self) -> Iterator[CreditNoteRow]:
        for key, books in self.books.items():
            for note in books.credit_notes:
                if note.status is EntryStatus.POSTED and self._covers(note.issued_on):
                    yield CreditNoteRow(
                        connection_id=key,
                        id=note.external_id,
                        number=note.number,
                        supplier_id=note.supplier_id,
                        supplier=self.names.get(note.supplier_id or "", note.supplier_id),
                        issued_on=note.issued_on,
                        currency=note.currency,
                        rate=note.rate,
                        total=note.total,
                        base_total=books.base(note.total, note),
                        method=books.usual_method(note.supplier_id),
                    )

    def payments(self) -> Iterator[PaymentRow]:
        for key, books in self.books.items():
            for payment, method in books.posted_payments:
                if self._covers(payment.paid_on):
                    yield PaymentRow(paid_on=payment.paid_on, **self._entry(key, books, payment, method))

    def expenses(self) -> Iterator[ExpenseRow]:
        for key, books in self.books.items():
            for expense, method in books.posted_expenses:
                if self._covers(expense.spent_on):
                    own = {"spent_on": expense.spent_on, "paid_to": expense.contact_name}
                    yield ExpenseRow(**own, **self._entry(key, books, expense, method))

    def _entry(self, key: str, books: SpendBooks, entry, method: PaymentMethod) -> dict:
        account = next((one for one in books.accounts if one.external_id == entry.account_id), None)
        return {
            "connection_id": key,
            "id": entry.external_id,
            "supplier_id": entry.supplier_id,
            "supplier": self.names.get(entry.supplier_id or "", entry.supplier_id),
            "account": account.name if account else None,
            "currency": entry.currency,
            "rate": entry.rate,
            "total": entry.total,
            "base_total": books.base(entry.total, entry),
            "method": method,
            "method_source": payment_method(entry.stated_method, account=account, note=entry.note)[1],
            "note": entry.note,
        }

    def _covers(self, day: date) -> bool:
        return self.period.first_month <= day <= self.period.ends_on


def spend_report(
    books: dict[str, SpendBooks],
    *,
    period: Period = YEAR,
    threshold: str = "0",
    names: dict[str, str] | None = None,
    contacts: dict[str, Supplier] | None = None,
) -> SpendContents:
    """A report over one or several books, each under its entity's name."""
    named = names or {}
    entities = tuple(_entity(name, one, period) for name, one in books.items())
    return SpendContents(
        organization="Northbank",
        company="Abra Kebabra Ltd",
        period=period,
        threshold=Decimal(threshold),
        entities=entities,
        rows=Rows(books, period, named, contacts or {}),
        taken_at=READ_AT,
        consolidated=_consolidated(entities) if len(entities) > 1 else {},
    )


def _consolidated(entities: tuple[EntitySpend, ...]) -> dict[str, Together]:
    found = {}
    for currency in dict.fromkeys(one.currency for one in entities):
        mine = [one for one in entities if one.currency == currency]
        methods = [way for way in PaymentMethod if any(way in one.by_method for one in mine)]
        by_method = {way: _added([one.by_method[way] for one in mine if way in one.by_method]) for way in methods}
        found[currency] = Together(overall=_added([one.overall for one in mine]), by_method=by_method)
    return found


def _added(groups: list[Group]) -> Group:
    measures = sum((one.measures for one in groups), Measures())
    return Group(measures=measures, suppliers=sum(one.suppliers for one in groups), usual_terms=groups[0].usual_terms)


def _entity(name: str, books: SpendBooks, period: Period) -> EntitySpend:
    found = analyse(books, period)
    methods = {
        one.method: Group(measures=one.measures, suppliers=one.suppliers, usual_terms=one.common_terms)
        for one in found.by_method
    }
    count = sum(one.supplier_id is not None for one in found.by_supplier)
    return EntitySpend(
        connection_id=name,
        name=name,
        software="Sandbox Books",
        currency=books.base_currency,
        read_at=READ_AT,
        made_at=READ_AT,
        months=len(period.months),
        overall=Group(
            measures=sum((one.measures for one in methods.values()), Measures()),
            suppliers=count,
            usual_terms=found.common_terms,
        ),
        by_method=methods,
        ageing=(("Not due", 2, Decimal("10.00")),),
        notes=("2 bills have no due date.",),
    )
