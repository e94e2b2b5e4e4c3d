"""How something was paid: the software's own field, else the account it was paid from, else the note, else unknown.

The first that says so wins, and which one it was is kept beside the answer. Words are matched whole, in English.
"""

import re
from enum import StrEnum

from linkflow.domain.books import Account, PaymentMethod


class MethodSource(StrEnum):
    """What a payment method was read from."""

    FIELD = "field"
    ACCOUNT = "account"
    NOTE = "note"
    NONE = "none"


class MethodGroup(StrEnum):
    """What a bank asks first of a payment: was it made by card."""

    CARD = "card"
    NON_CARD = "non-card"
    UNKNOWN = "unknown-and-other"


CARDS = frozenset({PaymentMethod.CREDIT_CARD, PaymentMethod.DEBIT_CARD})
"""The card group; `OTHER` and `UNKNOWN` are a group of their own, the rest is non-card."""

_CREDIT = r"credit ?cards?|visa|master ?card|amex|american express|diners"
_DEBIT = r"debit ?cards?|visa debit|maestro"

_ACCOUNT_WORDS = (
    (PaymentMethod.DEBIT_CARD, rf"\b({_DEBIT})\b"),
    (PaymentMethod.CREDIT_CARD, rf"\b({_CREDIT})\b"),
    (PaymentMethod.CASH, r"\b(petty ?cash|cash ?(on|in) ?hand|cash ?(box|float)|till)\b|^\s*cash\s*$"),
)

_NOTE_WORDS = (
    (PaymentMethod.DIRECT_DEBIT, r"\b(direct debit|dd|sepa debit|ach debit|standing mandate)\b"),
    (PaymentMethod.DEBIT_CARD, rf"\b({_DEBIT})\b"),
    (PaymentMethod.CREDIT_CARD, rf"\b({_CREDIT}|card (payment|purchase)|(by|with|on) card)\b"),
    (PaymentMethod.CHEQUE, r"\b(cheques?|chq|check ?(no\.?|nr\.?|number|#)? ?\d+)\b"),
    (PaymentMethod.CASH, r"\b(petty cash|cash)\b"),
    (
        PaymentMethod.BANK_TRANSFER,
        r"\b(transfer|wire|bacs|chaps|fps|faster payments?|sepa|ach|eft|standing order|online payment)\b",
    ),
)


def group_of(method: PaymentMethod) -> MethodGroup:
    """The group a method is of."""
    if method in CARDS:
        return MethodGroup.CARD
    return MethodGroup.UNKNOWN if method in (PaymentMethod.OTHER, PaymentMethod.UNKNOWN) else MethodGroup.NON_CARD


def payment_method(
    stated: PaymentMethod | None, *, account: Account | None, note: str | None
) -> tuple[PaymentMethod, MethodSource]:
    """The method and what it was read from; `account` is the one it was paid from."""
    if stated is not None and stated is not PaymentMethod.UNKNOWN:
        return stated, MethodSource.FIELD
    if account is not None and (found := _of_account(account)):
        return found, MethodSource.ACCOUNT
    if note and (found := _first(_NOTE_WORDS, note)):
        return found, MethodSource.NOTE
    return PaymentMethod.UNKNOWN, MethodSource.NONE


def _of_account(account: Account) -> PaymentMethod | None:
    words = (account.name, account.software_subtype, account.software_type)
    found = next((hit for text in words if text and (hit := _first(_ACCOUNT_WORDS, text))), None)
    if found is None and account.is_card:
        return PaymentMethod.CREDIT_CARD
    return found


def _first(rules: tuple[tuple[PaymentMethod, str], ...], text: str) -> PaymentMethod | None:
    return next((method for method, words in rules if re.search(words, text, re.IGNORECASE)), None)
