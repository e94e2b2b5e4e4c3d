"""Which record is kept in which table, and which rows hang below it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table

from linkflow.domain import books
from linkflow.store import books_tables as tables


@dataclass(frozen=True)
class Children:
    """The child rows of a record: its field, their table, and the column that names the record."""

    field: str
    table: Table
    parent: str


TABLES: Mapping[type[books.Record], Table] = {
    books.Company: tables.book_companies,
    books.Account: tables.accounts,
    books.StatementLine: tables.statement_lines,
    books.Supplier: tables.suppliers,
    books.Bill: tables.bills,
    books.BillPayment: tables.bill_payments,
    books.CreditNote: tables.credit_notes,
    books.Expense: tables.expenses,
}

CHILDREN: Mapping[type[books.Record], Children] = {
    books.Bill: Children("lines", tables.bill_lines, "bill_id"),
    books.BillPayment: Children("allocations", tables.bill_payment_allocations, "payment_id"),
    books.CreditNote: Children("allocations", tables.credit_note_allocations, "credit_note_id"),
    books.Expense: Children("lines", tables.expense_lines, "expense_id"),
}
