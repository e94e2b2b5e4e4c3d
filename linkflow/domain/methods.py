"""How something was paid: the software's own field, else the account it was paid from, else the note, else unknown.

The first that says so wins, and which one it was is kept beside the answer. Words are matched whole, in English,
German, French, Spanish, Dutch and Portuguese, whatever their case, accents and hyphens (`_plain`).
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from linkflow.domain.books import Account, PaymentMethod
from linkflow.domain.software import plain


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

# A visa is also a paper, and a diner a guest.
_PAPER_BEFORE = r"(?<!work )(?<!student )(?<!tourist )(?<!travel )(?<!entry )(?<!worker )(?<!schengen )(?<!spouse )"
_PAPER_AFTER = (
    r"(?! (?:application|fee|sponsor|appointment|renewal|extension|processing|support|service|document|for)s?)"
)
_VISA = rf"{_PAPER_BEFORE}visa{_PAPER_AFTER}"
_NO_CARTON = r"(?! de (?:visita|presentación|regalo|felicitación|visite|embarque|apresentação))"

_CREDIT = (
    *("credit ?cards?", _VISA, "master ?card", "amex", "american express", "diners (?:club|card)"),
    *("kreditkarten?", "cartes? de crédit", "cartes? (?:bancaires?|bleues?)"),
    *(rf"tarjeta{_NO_CARTON}", "kredietkaart", rf"cartão{_NO_CARTON}"),
)
_DEBIT = (
    *("debit ?cards?", "visa debit", "maestro"),
    *("debitkarten?", "ec karten?", "girocard", "girokarten?", "cartes? de débit", "tarjetas? de débito"),
    *("pinpas", "bankpas", "betaalpas", "gepind", "pinbetaling(?:en)?", "betaalkaart", "cartão de débito"),
)
_TILLS = (
    *("petty ?cash", "cash ?(?:on|in) ?hand", "cash ?(?:box|float)", "^cash$", r"till(?: float| cash| drawer| ?\d+)?$"),
    *("portokasse", "handkasse", "barkasse", "bargeld", r"^kasse(?: ?\d+)?$", "petite caisse", r"^caisse(?: ?\d+)?$"),
    *("caja chica", r"^caja(?: ?\d+)?$", "^efectivo$", "kleine kas", "^kas(?:geld)?$", "caixa pequena", "^caixa$"),
    *("^numerário$", "^espèces$"),
)
_NO_CASH = (
    r"(?! ?(?:flow|forecast|budget|basis|book|back|register|position|reserve|discount|n carry|and carry|& carry))"
)

_ACCOUNT_WORDS = (
    (PaymentMethod.DEBIT_CARD, _DEBIT),
    (PaymentMethod.CREDIT_CARD, _CREDIT),
    (PaymentMethod.CASH, _TILLS),
)

_NOTE_WORDS = (
    (
        PaymentMethod.DIRECT_DEBIT,
        (
            *("direct debit", "dd(?![ /.]?mm)", "sepa debit", "ach debit", "standing mandate"),
            *("(?:sepa )?(?:basis|firmen)?lastschrift(?:en)?", "bankeinzug", "lastschrifteinzug", "abbuchung"),
            "prélèvement(?! (?:à la source|sociaux|social|libératoire|forfaitaire))",
            *("domiciliación", "recibo domiciliado", "adeudo (?:directo|domiciliado)", "débito dire(?:c)?to"),
            "incasso(?! (?:kosten|bureau))",
        ),
    ),
    (PaymentMethod.DEBIT_CARD, _DEBIT),
    (
        PaymentMethod.CREDIT_CARD,
        (
            *_CREDIT,
            *("card (?:payment|purchase)", "(?:by|with|on) card"),
            *("kartenzahlung", "mit karte", "par carte", "paiement (?:par )?cb", "met kaart", "kaartbetaling"),
        ),
    ),
    (
        PaymentMethod.CHEQUE,
        (
            *("cheques?", "chq", r"check ?(?:no\.?|nr\.?|number|#) ?\d+"),
            # Where one checks something in 2024 there is a word behind the number.
            *(r"^check ?\d+(?= ?(?:$|[^\w\s]))", r"(?:by|with|paid|via) check(?: ?\d+)?"),
            *("(?:verrechnungs)?schecks?", "chèques?", "talón bancario"),
        ),
    ),
    (
        PaymentMethod.CASH,
        (
            *("petty cash", f"cash{_NO_CASH}", "barzahlung", "bar bezahlt", "in bar", "bargeld", "portokasse"),
            *("en espèces", "(?:paiement|règlement) espèces", "en efectivo", "pago efectivo", "caja chica"),
            *("contant(?:e betaling)?", "kleine kas", "em dinheiro", "em numerário"),
        ),
    ),
    (
        PaymentMethod.BANK_TRANSFER,
        (
            *("(?<!airport )(?<!taxi )(?<!hotel )transfer", "(?:by|via) wire", "wire (?:payment|to|ref)", "^wire$"),
            *("bacs", "chaps", "fps", "faster payments?", "sepa", "ach", "eft", "standing order", "online payment"),
            *("(?:bank|sepa |auslands)?überweisung(?:en)?", "(?:bank)?ueberweisung(?:en)?", "dauerauftrag"),
            *("virements?", "transferencias?", "overboeking(?:en)?", "overschrijving(?:en)?", "transferências?"),
        ),
    ),
)


def group_of(method: PaymentMethod) -> MethodGroup:
    """The group a method is of."""
    if method in CARDS:
        return MethodGroup.CARD
    return MethodGroup.UNKNOWN if method in (PaymentMethod.OTHER, PaymentMethod.UNKNOWN) else MethodGroup.NON_CARD


def methods_of(word: str | None) -> tuple[PaymentMethod, ...]:
    """The methods of a group, or the one so called; none for any other word."""
    return tuple(method for method in PaymentMethod if word in (method.value, group_of(method).value))


def payment_method(
    stated: PaymentMethod | None, *, account: Account | None, note: str | None
) -> tuple[PaymentMethod, MethodSource]:
    """The method and what it was read from; `account` is the one it was paid from."""
    if stated is not None and stated is not PaymentMethod.UNKNOWN:
        return stated, MethodSource.FIELD
    if account is not None and (found := _of_account(account)):
        return found, MethodSource.ACCOUNT
    if note and (found := _of_note(note)):
        return found, MethodSource.NOTE
    return PaymentMethod.UNKNOWN, MethodSource.NONE


def _of_account(account: Account) -> PaymentMethod | None:
    found = _of_words(account.name, account.software_subtype, account.software_type)
    if found is None and account.is_card:
        return PaymentMethod.CREDIT_CARD
    return found


# The same few accounts are paid from, and much the same notes written, thousands of times.
@lru_cache(maxsize=1_024)
def _of_words(*words: str | None) -> PaymentMethod | None:
    return next((hit for text in words if text and (hit := _first(_ACCOUNTS, text))), None)


@lru_cache(maxsize=4_096)
def _of_note(note: str) -> PaymentMethod | None:
    return _first(_NOTES, note)


def _plain(text: str) -> str:
    """In small letters without accents, one space for every gap, hyphen and underscore."""
    return re.sub(r"[\s_‐-―-]+", " ", plain(text)).strip()


_Rules = tuple[tuple[PaymentMethod, re.Pattern[str]], ...]


def _rules(words: tuple[tuple[PaymentMethod, tuple[str, ...]], ...]) -> _Rules:
    """The words as they are found, in text made plain."""
    return tuple((method, re.compile(_unaccented(rf"(?<!\w)(?:{'|'.join(every)})(?!\w)"))) for method, every in words)


def _unaccented(pattern: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", pattern) if not unicodedata.combining(one))


def _first(rules: _Rules, text: str) -> PaymentMethod | None:
    said = _plain(text)
    return next((method for method, words in rules if words.search(said)), None)


_ACCOUNTS, _NOTES = _rules(_ACCOUNT_WORDS), _rules(_NOTE_WORDS)
