"""What a product cannot give, in words: in the notes of a report, and in place of a figure."""

from collections.abc import Collection, Iterable

from linkflow.domain.software import Missing
from linkflow.reports.tables import Absent

_SENTENCES = {
    Missing.PROFIT_AND_LOSS: "The profit and loss is not available from {software}.",
    Missing.BALANCE_SHEET: "The balance sheet is not available from {software}.",
    Missing.ACCOUNT_LINES: (
        "The accounts behind the lines of statements are not available from {software}; "
        "categories follow the words of the lines."
    ),
    Missing.BILLS: "Bills are not available from {software}; what is spent are expenses alone.",
    Missing.BILL_LINES: "The lines of bills are not available from {software}.",
    Missing.AMOUNT_DUE: "What is outstanding is not available from {software}.",
    Missing.TERMS: "Payment terms are not available from {software}; days are counted from issue to due date.",
    Missing.CREDIT_NOTES: "Credit notes are not available from {software}.",
    Missing.BILL_PAYMENTS: (
        "Payments of bills are not available from {software}; when and how bills were paid is not known."
    ),
    Missing.PAID_BILLS: (
        "Which bills and suppliers payments are for is not available from {software}: when a bill and how a supplier "
        "was paid is not known, and all bills stand under the method “Unknown”."
    ),
    Missing.PAYMENT_METHODS: (
        "Payment methods of its own are not available from {software}; "
        "they are told by the account a payment was made from."
    ),
    Missing.EXPENSES: "Expenses are not available from {software}; what is spent are bills alone.",
    Missing.SUPPLIERS: "Details of suppliers are not available from {software}.",
}


def sentences(missing: Collection[Missing], software: str) -> tuple[str, ...]:
    """A sentence for everything a reader may look for in vain."""
    return tuple(words.format(software=software) for one, words in _SENTENCES.items() if one in missing)


def absent(software: Iterable[str]) -> Absent:
    """In place of a figure."""
    names = list(dict.fromkeys(software))
    *before, last = names or ["the software"]
    return Absent(f"not available from {', '.join(before)} or {last}" if before else f"not available from {last}")
