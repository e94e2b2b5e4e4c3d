"""What the consent page must say: facts computed from the request and the software, which no text can replace.

The words here are the words that are stored. Months are whole; times are days of the organization's own calendar.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from linkflow.domain.requests import DataType, DataTypes

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


@dataclass(frozen=True)
class Fact:
    """One thing the customer agrees to, with the records it covers where it covers any."""

    title: str
    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is asked, of whom, for how long."""

    organization: str
    entity: str
    request_name: str
    data_types: DataTypes
    software: str | None
    read_only: bool
    access_until: date | None
    retention_months: int
    contact: str

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


def version_of(text: str) -> str:
    """Names one exact wording; a page whose wording has changed since it was shown is shown again."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _block(title: str, text: str, items: tuple[str, ...] = ()) -> str:
    return "\n".join([title, *filter(None, (text,)), *(f"- {item}" for item in items)])


def _span(terms: Terms) -> str:
    if terms.from_file:
        return "The file you send, with these records:"
    return f"Of the last {MONTHS_OF_BOOKS} full months and the month to date, these records and no others:"


def _reach(terms: Terms) -> str:
    if terms.from_file:
        return f"{terms.organization} gets no access to your software."
    if terms.read_only:
        return f"Read only: {terms.software} does not let {terms.organization} change anything."
    return (
        f"{terms.software} has no read-only access: the permission it gives also allows changes. "
        f"{terms.organization} only ever reads."
    )


def _often(terms: Terms) -> str:
    if terms.from_file:
        return "Once: this file and any file you replace it with."
    if terms.access_until is None:
        return (
            "Once. Access is given back as soon as the books have been read. If that fails, it can be tried again for "
            f"{UNREAD_DAYS} days; then access ends."
        )
    return f"Until {_day(terms.access_until)}, so that the figures stay up to date."


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
