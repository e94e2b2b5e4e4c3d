"""What the consent page must say: facts computed from the request and the software, which no text can replace.

The words here are the words that are stored. Months are whole; times are days of the organization's own calendar.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from linkflow.domain.requests import DataType, DataTypes
from linkflow.domain.software import Missing

MONTHS_OF_BOOKS = 24
UNREAD_DAYS = 7
"""How long access for one reading lasts after a first try that failed."""

_RECORDS: dict[DataType, tuple[str, ...]] = {
    DataType.FINANCIALS: (
        "Company details: name, registration, country and currency",
        "The list of accounts",
        "Profit and loss, month by month",
        "Balance sheet, month by month",
    ),
    DataType.SPEND_ANALYSIS: (
        "Company details: name, registration, country and currency",
        "The list of accounts",
        "Suppliers and their contact details",
        "Bills and credit notes, with their lines",
        "Payments to suppliers, and expenses",
    ),
}


_NOT_THERE: dict[Missing, tuple[DataType, str]] = {
    Missing.PROFIT_AND_LOSS: (DataType.FINANCIALS, "Profit and loss"),
    Missing.BALANCE_SHEET: (DataType.FINANCIALS, "Balance sheet"),
    Missing.ACCOUNT_LINES: (DataType.FINANCIALS, "Which accounts the lines of its statements belong to"),
    Missing.SUPPLIERS: (DataType.SPEND_ANALYSIS, "Suppliers"),
    Missing.BILLS: (DataType.SPEND_ANALYSIS, "Bills"),
    Missing.BILL_LINES: (DataType.SPEND_ANALYSIS, "The lines of bills"),
    Missing.TERMS: (DataType.SPEND_ANALYSIS, "Payment terms"),
    Missing.AMOUNT_DUE: (DataType.SPEND_ANALYSIS, "What is still to be paid of a bill"),
    Missing.CREDIT_NOTES: (DataType.SPEND_ANALYSIS, "Credit notes"),
    Missing.BILL_PAYMENTS: (DataType.SPEND_ANALYSIS, "Payments to suppliers"),
    Missing.PAID_BILLS: (DataType.SPEND_ANALYSIS, "Which bills and suppliers payments are for"),
    Missing.PAYMENT_METHODS: (DataType.SPEND_ANALYSIS, "The way suppliers are paid"),
    Missing.EXPENSES: (DataType.SPEND_ANALYSIS, "Expenses without a bill"),
}
"""What a product may not give, and for which type of data that matters."""


@dataclass(frozen=True)
class Fact:
    """One thing the customer agrees to, with the records it covers where it covers any."""

    title: str
    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is asked, of whom, for how long; and what its software can give.

    `user_rights`: the permission is that of the person who signs in. `read_by_linkflow` of False: the connection is
    kept, and no books are read. `can_be_told` of False: the software cannot be told that access is over.
    """

    organization: str
    entity: str
    request_name: str
    data_types: DataTypes
    software: str | None
    read_only: bool
    access_until: date | None
    retention_months: int
    contact: str
    user_rights: bool = False
    read_by_linkflow: bool = True
    not_available: tuple[Missing, ...] = ()
    can_be_told: bool = True

    @property
    def from_file(self) -> bool:
        """Whether the books come in a file the customer sends, not from its software."""
        return self.software is None


def records(data_types: DataTypes) -> tuple[str, ...]:
    """The kinds of record the requested types need, and no other."""
    named = (line for kind in DataType if kind in data_types for line in _RECORDS[kind])
    return tuple(dict.fromkeys(named))


def facts(terms: Terms) -> tuple[Fact, ...]:
    """Every computed fact, in the order shown and stored."""
    return (
        Fact(
            "Who asks, and why",
            f"{terms.organization} asks for the books of {terms.entity} for “{terms.request_name}”.",
        ),
        Fact("What is shared", _span(terms), records(terms.data_types)),
        *_not_available(terms),
        Fact("Read or change", _reach(terms)),
        Fact("How often", _often(terms)),
        Fact("How long it is kept", _kept(terms)),
        Fact("How to stop", _stop(terms)),
    )


def declaration(terms: Terms) -> str:
    """The sentence beside the box that must be ticked."""
    return f"I may share the books of {terms.entity} with {terms.organization}."


def consent_text(computed: Iterable[Fact], *, sections: Iterable[tuple[str, str]], declared: str) -> str:
    """The whole page as the record keeps it: facts, then the organization's own words, then the declaration."""
    blocks = [_block(fact.title, fact.text, fact.items) for fact in computed]
    blocks += [_block(header, body) for header, body in sections]
    return "\n\n".join([*blocks, declared])


def with_answers(text: str, stated: Iterable[Fact]) -> str:
    """The same with what the customer said on that page, as the record keeps it."""
    return "\n\n".join([text, *(_block(fact.title, fact.text, fact.items) for fact in stated)])


def version_of(text: str) -> str:
    """Names one exact wording; a page whose wording has changed since it was shown is shown again."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _block(title: str, text: str, items: tuple[str, ...] = ()) -> str:
    return "\n".join([title, *filter(None, (text,)), *(f"- {item}" for item in items)])


def _span(terms: Terms) -> str:
    if terms.from_file:
        return "The file you send, with these records:"
    span = f"of the last {MONTHS_OF_BOOKS} full months and the month to date"
    if terms.read_by_linkflow:
        return f"{span.capitalize()}, these records and no others:"
    return (
        f"For now only the connection: the books in {terms.software} cannot be read here yet. Once they can be, these "
        f"records {span}, and no others:"
    )


def _not_available(terms: Terms) -> tuple[Fact, ...]:
    """What the software does not give of what is asked for."""
    known = (_NOT_THERE[one] for one in terms.not_available)
    items = tuple(words for data_type, words in known if data_type in terms.data_types)
    told = "These it does not give out. They are shown as not available, never as zero:"
    return (Fact(f"Not available from {terms.software}", told, items),) if items else ()


def _reach(terms: Terms) -> str:
    if terms.from_file:
        return f"{terms.organization} gets no access to your software."
    if terms.read_only:
        return f"Read only: {terms.software} does not let {terms.organization} change anything."
    if terms.user_rights:
        return (
            f"{terms.software} has no read-only access of its own: the permission is that of the person who signs in. "
            f"Who may change things there allows changes; who may only look allows looking. {terms.organization} only "
            "ever reads."
        )
    return (
        f"{terms.software} has no read-only access: the permission it gives also allows changes. "
        f"{terms.organization} only ever reads."
    )


def _often(terms: Terms) -> str:
    if terms.from_file:
        return "Once: this file and any file you replace it with."
    if terms.access_until is None:
        again = f"If that fails, it can be tried again for {UNREAD_DAYS} days; then access ends."
        return f"Once. {_end_of_once(terms)} {again}"
    return f"Until {_day(terms.access_until)}, so that the figures stay up to date."


def _end_of_once(terms: Terms) -> str:
    if terms.can_be_told:
        return "Access is given back as soon as the books have been read."
    return (
        f"Access is ended here as soon as the books have been read; {terms.software} has no way of being told, and may "
        "list it until you remove it there."
    )


def _kept(terms: Terms) -> str:
    end = "the file arrived" if terms.from_file else "access has ended"
    return (
        f"{terms.organization} keeps what was shared for {terms.retention_months} months after {end}, then deletes it."
    )


def _stop(terms: Terms) -> str:
    if terms.from_file:
        return f"Write to {terms.contact}. What was sent before stays until it is deleted as above."
    return (
        f"Write to {terms.contact}, or remove the access inside {terms.software}, at any time. Nothing more is read "
        "from then on; what was read before stays until it is deleted as above."
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
