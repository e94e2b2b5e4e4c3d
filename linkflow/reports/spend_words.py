"""The words of a spend report's tables: payment methods, what they were read from, the states of a bill."""

from linkflow.domain.books import BillStatus, PaymentMethod
from linkflow.domain.methods import CARDS, MethodSource

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
SOURCES = {
    MethodSource.FIELD: "the software’s own field",
    MethodSource.ACCOUNT: "the account it was paid from",
    MethodSource.NOTE: "words in its note",
    MethodSource.NONE: "nothing says",
}
STATUSES = {
    BillStatus.DRAFT: "Draft",
    BillStatus.OPEN: "Open",
    BillStatus.PARTIALLY_PAID: "Partially paid",
    BillStatus.PAID: "Paid",
    BillStatus.VOID: "Void",
}
NO_SUPPLIER = "No supplier named"
NO, YES = "No", "Yes"


def method_group(method: PaymentMethod) -> str:
    """Card, non-card, or neither known."""
    if method in CARDS:
        return "Card"
    return "Unknown and other" if method in (PaymentMethod.OTHER, PaymentMethod.UNKNOWN) else "Non-card"
