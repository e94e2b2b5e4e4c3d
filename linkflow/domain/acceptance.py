"""Whether a record can be kept: the reason it is set aside, or None.

What is refused here would fail in a database, or would be a figure that is not the software's own. Everything else
is kept as it came.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from linkflow.domain.books import Record
from linkflow.domain.money import UnstorableMoney, in_base, to_scaled

LONGEST_ID = 255
_EXACT = frozenset({"rate", "quantity", "unit_price"})
_DIGITS = 40


def reason_to_set_aside(record: Record, *, base_currency: str) -> str | None:
    """Why `record` cannot be kept in books whose base currency is `base_currency`."""
    for name, value in _values(record):
        problem = _problem(name, value)
        if problem:
            return f"{name.replace('_', ' ')}: {problem}"
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


def _values(thing: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(thing):
        value = getattr(thing, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if is_dataclass(item):
                yield from _values(item)
            else:
                yield field.name, item


def _problem(name: str, value: Any) -> str | None:
    if isinstance(value, str):
        return _problem_of_text(name, value)
    if not isinstance(value, Decimal):
        return None
    if name in _EXACT:
        return _problem_of_number(name, value)
    try:
        to_scaled(value)
    except UnstorableMoney as refused:
        return str(refused)
    return None


def _problem_of_text(name: str, value: str) -> str | None:
    if "\x00" in value or re.search("[\ud800-\udfff]", value):
        return "the text has characters that cannot be stored"
    if name.endswith("_id") and not 0 < len(value) <= LONGEST_ID:
        return f"an id has 1 to {LONGEST_ID} characters"
    if name.endswith("currency") and not re.fullmatch("[A-Z]{3}", value):
        return "a currency is three capital letters"
    return None


def _problem_of_number(name: str, value: Decimal) -> str | None:
    if not value.is_finite() or len(value.as_tuple().digits) > _DIGITS or abs(value.adjusted()) > _DIGITS:
        return f"not a number of at most {_DIGITS} digits"
    return "an exchange rate is above zero" if name == "rate" and value <= 0 else None
