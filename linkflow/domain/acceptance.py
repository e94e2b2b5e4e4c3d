"""Whether a record can be kept: the reason it is set aside, or None.

What is refused here would fail in a database, or would be a figure that is not the software's own. Everything else
is kept as it came.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from linkflow.domain.books import Record
from linkflow.domain.money import UnstorableMoney, has_at_most, in_base, to_scaled
from linkflow.domain.record_fields import FIELDS, named_values

LONGEST_ID = 255
_EXACT = frozenset({"rate", "quantity", "unit_price"})
_DIGITS = 40
_HALVES = re.compile("[\ud800-\udfff]")
_CURRENCY = re.compile("[A-Z]{3}")
_WRONG = "the value is of another kind than it should be"
_NAMES = frozenset(chain.from_iterable(FIELDS.values()))
_IDS = frozenset(name for name in _NAMES if name.endswith("_id"))
_CURRENCIES = frozenset(name for name in _NAMES if name.endswith("currency"))


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


def _converted(record: Record) -> Iterator[tuple[str, Decimal]]:
    """The amounts that are also kept in the base currency."""
    for name in ("total", "amount_due"):
        if hasattr(record, name):
            yield name, getattr(record, name)
    for allocation in getattr(record, "allocations", ()):
        yield "allocation", allocation.amount


def _problem_in(thing: Any) -> str | None:
    """The first trouble with any field of a record or of what hangs below it, with the field's name."""
    for (name, value), allowed in zip(named_values(thing), _ALLOWED[type(thing)], strict=True):
        if type(value) not in allowed:
            problem: str | None = f"{name.replace('_', ' ')}: {_WRONG}"
        elif type(value) is tuple:
            problem = next(filter(None, (_problem_in_part(name, item) for item in value)), None)
        else:
            problem = _problem_of(name, value)
        if problem:
            return problem
    return None


def _problem_in_part(name: str, item: Any) -> str | None:
    """Of one of several: a line, an allocation, or a line of text."""
    if type(item) in FIELDS:
        return _problem_in(item)
    return _problem_of(name, item) if isinstance(item, str) else f"{name.replace('_', ' ')}: {_WRONG}"


def _problem_of(name: str, value: Any) -> str | None:
    if isinstance(value, str):
        problem = _problem_of_text(name, value)
    elif isinstance(value, Decimal):
        problem = _problem_of_number(name, value) if name in _EXACT else _problem_of_money(value)
    else:
        return None
    return f"{name.replace('_', ' ')}: {problem}" if problem else None


def _types(hint: Any) -> frozenset[type]:
    """The types a field may have, by its annotation."""
    each = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return frozenset(get_origin(one) or one for one in each)


_ALLOWED = {kind: tuple(_types(get_type_hints(kind)[name]) for name in names) for kind, names in FIELDS.items()}


def _problem_of_money(value: Decimal) -> str | None:
    try:
        to_scaled(value)
    except UnstorableMoney as refused:
        return str(refused)
    return None


def _problem_of_text(name: str, value: str) -> str | None:
    if "\x00" in value or not (value.isascii() or _HALVES.search(value) is None):
        return "the text has characters that cannot be stored"
    if name in _IDS and not 0 < len(value) <= LONGEST_ID:
        return f"an id has 1 to {LONGEST_ID} characters"
    if name in _CURRENCIES and not _CURRENCY.fullmatch(value):
        return "a currency is three capital letters"
    return None


def _problem_of_number(name: str, value: Decimal) -> str | None:
    if not value.is_finite() or not has_at_most(value, _DIGITS) or abs(value.adjusted()) > _DIGITS:
        return f"not a number of at most {_DIGITS} digits"
    return "an exchange rate is above zero" if name == "rate" and value <= 0 else None
