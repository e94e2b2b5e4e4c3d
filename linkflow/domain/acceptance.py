"""Whether a record can be kept: the reason it is set aside, or None.

What is refused here would fail in a database, or would be a figure that is not the software's own. Everything else
is kept as it came.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from linkflow.domain.books import Record
from linkflow.domain.money import CURRENCIES, UnstorableMoney, has_at_most, in_base, to_scaled
from linkflow.domain.record_fields import FIELDS, named_values

LONGEST_ID = 255
_DIGITS = 40
_HALVES = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CURRENCY = re.compile("[A-Z]{3}")
_WRONG = "the value is of another kind than it should be"


def reason_to_set_aside(record: Record, *, base_currency: str) -> str | None:
    """Why `record` cannot be kept in books whose base currency is `base_currency`."""
    if problem := _problem_in(record):
        return problem
    currency, rate = getattr(record, "currency", None), getattr(record, "rate", None)
    for name, amount in _converted(record):
        try:
            to_scaled(in_base(amount, currency=str(currency), rate=rate, base=base_currency))
        except UnstorableMoney as refused:
            return f"{name.replace('_', ' ')}: {refused}"
    return None


def name_aside(external_id: str | None) -> str | None:
    """What a row is set aside under: its id, as far as a database takes it."""
    return _UNSTORABLE.sub("", external_id or "")[:LONGEST_ID] or None


def _converted(record: Record) -> Iterator[tuple[str, Decimal]]:
    """The amounts that are also kept in the base currency."""
    for name in ("total", "amount_due"):
        if hasattr(record, name):
            yield name, getattr(record, name)
    for allocation in getattr(record, "allocations", ()):
        yield "allocation", allocation.amount


def _problem_in(thing: Any) -> str | None:
    """The first trouble with any field of a record or of what hangs below it, with the field's name."""
    kind = type(thing)
    for (name, value), (allowed, judge) in zip(named_values(thing), _RULES[kind], strict=True):
        if type(value) not in allowed:
            return f"{name.replace('_', ' ')}: {_WRONG}"
        if type(value) is tuple:
            for item in value:
                if problem := _problem_in_part(name, item):
                    return problem
        elif value is not None and judge is not None and (problem := judge(value)):
            return f"{name.replace('_', ' ')}: {problem}"
    return None


def _problem_in_part(name: str, item: Any) -> str | None:
    """Of one of several: a line, an allocation, or a line of text."""
    if type(item) in FIELDS:
        return _problem_in(item)
    problem = _of_text(item) if isinstance(item, str) else _WRONG
    return f"{name.replace('_', ' ')}: {problem}" if problem else None


def _of_money(value: Decimal) -> str | None:
    try:
        to_scaled(value)
    except UnstorableMoney as refused:
        return str(refused)
    return None


def _of_text(value: str) -> str | None:
    # What can be printed is most of what comes, and has none of it.
    if value.isprintable() or ("\x00" not in value and (value.isascii() or _HALVES.search(value) is None)):
        return None
    return "the text has characters that cannot be stored"


def _of_id(value: str) -> str | None:
    if problem := _of_text(value):
        return problem
    return None if 0 < len(value) <= LONGEST_ID else f"an id has 1 to {LONGEST_ID} characters"


def _of_currency(value: str) -> str | None:
    if value in CURRENCIES:
        return None
    return _of_text(value) or (None if _CURRENCY.fullmatch(value) else "a currency is three capital letters")


def _of_number(value: Decimal) -> str | None:
    if not value.is_finite() or not has_at_most(value, _DIGITS) or abs(value.adjusted()) > _DIGITS:
        return f"not a number of at most {_DIGITS} digits"
    return None


def _of_rate(value: Decimal) -> str | None:
    return _of_number(value) or ("an exchange rate is above zero" if value <= 0 else None)


_Judge = Callable[[Any], str | None]


def _rule(name: str, hint: Any) -> tuple[frozenset[type], _Judge | None]:
    """The types a field may have, by its annotation, and what else is looked at."""
    each = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    types = frozenset(get_origin(one) or one for one in each)
    if Decimal in types:
        return types, _NUMBERS.get(name, _of_money)
    if str not in types:
        return types, None
    return types, _of_id if name.endswith("_id") else _of_currency if name.endswith("currency") else _of_text


_NUMBERS: Mapping[str, _Judge] = {"rate": _of_rate, "quantity": _of_number, "unit_price": _of_number}
_RULES = {kind: tuple(_rule(name, get_type_hints(kind)[name]) for name in names) for kind, names in FIELDS.items()}
