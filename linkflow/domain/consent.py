"""What the consent page must say: facts computed from the request and the software, which no text can replace.

The words here, in the customer's language, are the words that are stored. Months are whole; times are days of the
organization's own calendar.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from linkflow.domain.languages import Speech, translatable
from linkflow.domain.requests import DataType, DataTypes
from linkflow.domain.software import Missing

MONTHS_OF_BOOKS = 24
UNREAD_DAYS = 7
"""How long access for one reading lasts after a first try that failed."""

_RECORDS: dict[DataType, tuple[str, ...]] = {
    DataType.FINANCIALS: (
        translatable("Company details: name, registration, country and currency"),
        translatable("The list of accounts"),
        translatable("Profit and loss, month by month"),
        translatable("Balance sheet, month by month"),
    ),
    DataType.SPEND_ANALYSIS: (
        translatable("Company details: name, registration, country and currency"),
        translatable("The list of accounts"),
        translatable("Suppliers and their contact details"),
        translatable("Bills and credit notes, with their lines"),
        translatable("Payments to suppliers, and expenses"),
    ),
}


_NOT_THERE: dict[Missing, tuple[DataType, str]] = {
    Missing.PROFIT_AND_LOSS: (DataType.FINANCIALS, translatable("Profit and loss")),
    Missing.BALANCE_SHEET: (DataType.FINANCIALS, translatable("Balance sheet")),
    Missing.ACCOUNT_LINES: (DataType.FINANCIALS, translatable("Which accounts the lines of its statements belong to")),
    Missing.SUPPLIERS: (DataType.SPEND_ANALYSIS, translatable("Suppliers")),
    Missing.BILLS: (DataType.SPEND_ANALYSIS, translatable("Bills")),
    Missing.BILL_LINES: (DataType.SPEND_ANALYSIS, translatable("The lines of bills")),
    Missing.TERMS: (DataType.SPEND_ANALYSIS, translatable("Payment terms")),
    Missing.AMOUNT_DUE: (DataType.SPEND_ANALYSIS, translatable("What is still to be paid of a bill")),
    Missing.CREDIT_NOTES: (DataType.SPEND_ANALYSIS, translatable("Credit notes")),
    Missing.BILL_PAYMENTS: (DataType.SPEND_ANALYSIS, translatable("Payments to suppliers")),
    Missing.PAID_BILLS: (DataType.SPEND_ANALYSIS, translatable("Which bills and suppliers payments are for")),
    Missing.PAYMENT_METHODS: (DataType.SPEND_ANALYSIS, translatable("The way suppliers are paid")),
    Missing.EXPENSES: (DataType.SPEND_ANALYSIS, translatable("Expenses without a bill")),
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
    """The kinds of record the requested types need, and no other, as they are written here."""
    named = (line for kind in DataType if kind in data_types for line in _RECORDS[kind])
    return tuple(dict.fromkeys(named))


def facts(terms: Terms, speech: Speech) -> tuple[Fact, ...]:
    """Every computed fact, in the order shown and stored."""
    say = speech.gettext
    asks = speech.say(
        translatable("%(organization)s asks for the books of %(entity)s for “%(request)s”."),
        organization=terms.organization,
        entity=terms.entity,
        request=terms.request_name,
    )
    return (
        Fact(say(translatable("Who asks, and why")), asks),
        Fact(say(translatable("What is shared")), _span(terms, speech), tuple(map(say, records(terms.data_types)))),
        *_not_available(terms, speech),
        Fact(say(translatable("Read or change")), _reach(terms, speech)),
        Fact(say(translatable("How often")), _often(terms, speech)),
        Fact(say(translatable("How long it is kept")), _kept(terms, speech)),
        Fact(say(translatable("How to stop")), _stop(terms, speech)),
    )


def declaration(terms: Terms, speech: Speech) -> str:
    """The sentence beside the box that must be ticked."""
    sentence = translatable("I may share the books of %(entity)s with %(organization)s.")
    return speech.say(sentence, entity=terms.entity, organization=terms.organization)


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


def _span(terms: Terms, speech: Speech) -> str:
    if terms.from_file:
        return speech.say(translatable("The file you send, with these records:"))
    sentence = (
        translatable("Of the last %(months)s full months and the month to date, these records and no others:")
        if terms.read_by_linkflow
        else translatable(
            "For now only the connection: the books in %(software)s cannot be read here yet. Once they can be, these "
            "records of the last %(months)s full months and the month to date, and no others:"
        )
    )
    return speech.say(sentence, months=MONTHS_OF_BOOKS, software=terms.software)


def _not_available(terms: Terms, speech: Speech) -> tuple[Fact, ...]:
    """What the software does not give of what is asked for."""
    known = (_NOT_THERE[one] for one in terms.not_available)
    items = tuple(speech.gettext(words) for data_type, words in known if data_type in terms.data_types)
    title = speech.say(translatable("Not available from %(software)s"), software=terms.software)
    told = speech.say(translatable("These it does not give out. They are shown as not available, never as zero:"))
    return (Fact(title, told, items),) if items else ()


def _reach(terms: Terms, speech: Speech) -> str:
    if terms.from_file:
        sentence = translatable("%(organization)s gets no access to your software.")
    elif terms.read_only:
        sentence = translatable("Read only: %(software)s does not let %(organization)s change anything.")
    elif terms.user_rights:
        sentence = translatable(
            "%(software)s has no read-only access of its own: the permission is that of the person who signs in. "
            "Who may change things there allows changes; who may only look allows looking. %(organization)s only "
            "ever reads."
        )
    else:
        sentence = translatable(
            "%(software)s has no read-only access: the permission it gives also allows changes. "
            "%(organization)s only ever reads."
        )
    return speech.say(sentence, software=terms.software, organization=terms.organization)


def _often(terms: Terms, speech: Speech) -> str:
    if terms.from_file:
        return speech.say(translatable("Once: this file and any file you replace it with."))
    if terms.access_until is not None:
        sentence = translatable("Until %(day)s, so that the figures stay up to date.")
        return speech.say(sentence, day=speech.day(terms.access_until))
    once = (
        translatable(
            "Once. Access is given back as soon as the books have been read. If that fails, it can be tried again for "
            "%(days)s days; then access ends."
        )
        if terms.can_be_told
        else translatable(
            "Once. Access is ended here as soon as the books have been read; %(software)s has no way of being told, "
            "and may list it until you remove it there. If that fails, it can be tried again for %(days)s days; then "
            "access ends."
        )
    )
    return speech.say(once, software=terms.software, days=UNREAD_DAYS)


def _kept(terms: Terms, speech: Speech) -> str:
    months = terms.retention_months
    if terms.from_file:
        return speech.say_counted(
            "%(organization)s keeps what was shared for %(months)s month after the file arrived, then deletes it.",
            "%(organization)s keeps what was shared for %(months)s months after the file arrived, then deletes it.",
            months,
            organization=terms.organization,
            months=months,
        )
    return speech.say_counted(
        "%(organization)s keeps what was shared for %(months)s month after access has ended, then deletes it.",
        "%(organization)s keeps what was shared for %(months)s months after access has ended, then deletes it.",
        months,
        organization=terms.organization,
        months=months,
    )


def _stop(terms: Terms, speech: Speech) -> str:
    sentence = (
        translatable("Write to %(contact)s. What was sent before stays until it is deleted as above.")
        if terms.from_file
        else translatable(
            "Write to %(contact)s, or remove the access inside %(software)s, at any time. Nothing more is read from "
            "then on; what was read before stays until it is deleted as above."
        )
    )
    return speech.say(sentence, contact=terms.contact, software=terms.software)
