"""The words of a spend report's tables: payment methods, what they were read from, the states of a bill."""

from linkflow.domain.ageing import AgeBucket
from linkflow.domain.books import BillStatus, PaymentMethod
from linkflow.domain.methods import MethodGroup, MethodSource

METHODS = {
    PaymentMethod.CREDIT_CARD: "Credit card",
    PaymentMethod.DEBIT_CARD: "Debit card",
    PaymentMethod.BANK_TRANSFER: "Bank transfer",
    PaymentMethod.DIRECT_DEBIT: "Direct debit",
    PaymentMethod.CHEQUE: "Cheque",
    PaymentMethod.CASH: "Cash",
    PaymentMethod.OTHER: "Other",
    PaymentMethod.UNKNOWN: "Unknown",
}
GROUPS = {
    MethodGroup.CARD: "Card",
    MethodGroup.NON_CARD: "Not card",
    MethodGroup.UNKNOWN: "Unknown and other",
}
SOURCES = {
    MethodSource.FIELD: "Stated by the software",
    MethodSource.ACCOUNT: "Account it was paid from",
    MethodSource.NOTE: "Reference or note",
    MethodSource.NONE: "Nothing says how",
}
STATUSES = {
    BillStatus.DRAFT: "Draft",
    BillStatus.OPEN: "Open",
    BillStatus.PARTIALLY_PAID: "Partially paid",
    BillStatus.PAID: "Paid",
    BillStatus.VOID: "Void",
}
AGES = {
    AgeBucket.NOT_DUE: "Not due",
    AgeBucket.UP_TO_30: "1–30 days overdue",
    AgeBucket.UP_TO_60: "31–60 days overdue",
    AgeBucket.UP_TO_90: "61–90 days overdue",
    AgeBucket.OVER_90: "Over 90 days overdue",
    AgeBucket.NO_DUE_DATE: "No due date",
}
NO_SUPPLIER = "No supplier named"
NO, YES = "No", "Yes"


_CURRENCIES = "Entities keep their books in different currencies; these are never added up."


def counting_rules(*, entities: int, currencies: int) -> tuple[str, ...]:
    """How a report is counted: the same on its page and in its workbook."""
    return (
        "All amounts include tax. Bills count when issued in the period, with all their payments up to the reading.",
        "Payments, expenses and credit notes count by their own date. Drafts and void records count nowhere.",
        "Total spend is bills and expenses. Credit notes are a column of their own and are not taken off it.",
        "“Outstanding” is what is due on the bills issued in the period.",
        "What is outstanding by age covers every open bill of the books, whenever it was issued.",
        "“Paid late” is of bills whose last payment came after they were due; a bill without a payment is not in it.",
        *(("What entities charge each other is not taken out.",) if entities > 1 else ()),
        *((_CURRENCIES,) if currencies > 1 else ()),
    )
