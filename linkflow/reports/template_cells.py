"""What stands in a cell of a filled-in template, as its column's kind; a cell that does not fit raises why."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Any

from linkflow.domain.money import CURRENCIES, LARGEST
from linkflow.domain.texts import day_of, runs_in_a_spreadsheet
from linkflow.reports.template_sheets import Column, Kind
from linkflow.reports.xlsx_rows import LONGEST_NUMBER, Trouble, Value

LONGEST = 1_000
"""Characters of a text."""
LONGEST_ID = 200
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_DECIMALS, _DIGITS = 4, 30
_NAMES_OF_IDS = (" id", "account", "paid from")

Convert = Callable[[Any], Any]


class Unfit(Exception):
    """A cell that does not say what its column is for."""

    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.reason, self.details = reason, details


def converter(column: Column) -> Convert:
    """What makes a cell's value of what stands in it; it raises `Unfit`."""
    match column.kind:
        case Kind.TEXT:
            is_id = column.name.casefold().endswith(_NAMES_OF_IDS)
            return partial(_text, longest=LONGEST_ID if is_id else LONGEST)
        case Kind.DATE:
            return _day
        case Kind.AMOUNT:
            return partial(_amount, signed=column.signed)
        case Kind.NUMBER:
            return partial(_quantity, signed=column.signed)
        case Kind.CURRENCY:
            return _currency
        case Kind.COUNTRY:
            return _country
        case Kind.CHOICE:
            yes_no = column.choices == ("yes", "no")
            return partial(_yes_no if yes_no else _choice, choices=column.choices)


def _plain(value: Value) -> str | Decimal | date | bool:
    if isinstance(value, Trouble):
        raise Unfit(value.value)
    return value


def _text(value: Value, *, longest: int) -> str:
    plain = _plain(value)
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, date):
        return plain.isoformat()
    text = format(plain, "f") if isinstance(plain, Decimal) else plain
    if len(text) > longest:
        raise Unfit("too-long", limit=f"{longest:,}", length=f"{len(text):,}")
    if text is plain and runs_in_a_spreadsheet(text):
        raise Unfit("runs")
    return text


def _day(value: Value) -> date:
    plain = _plain(value)
    if isinstance(plain, date):
        return plain
    if isinstance(plain, Decimal):
        raise Unfit("number-for-date")
    day = day_of(plain[:10]) if isinstance(plain, str) and len(plain) >= len("2026-11-23") else None
    if day is None:
        raise Unfit("not-a-date")
    return day


# `typed`: what is true would else be one.
@lru_cache(maxsize=50_000, typed=True)
def _number(value: Value) -> Decimal:
    plain = _plain(value)
    if isinstance(plain, Decimal):
        return plain
    if isinstance(plain, date):
        raise Unfit("date-for-number")
    # What is kept of answers is kept for what was asked too: it must be short.
    if not isinstance(plain, str) or len(plain) > LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        raise Unfit("not-a-number")
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise Unfit("not-a-number") from None


@lru_cache(maxsize=50_000, typed=True)
def _amount(value: Value, *, signed: bool) -> Decimal:
    amount = _number(value)
    if amount.copy_abs() > LARGEST:
        raise Unfit("too-large")
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_DECIMALS and amount != round(amount, _DECIMALS):
        raise Unfit("too-many-decimals")
    if amount < 0 and not signed:
        raise Unfit("negative")
    return amount


def _quantity(value: Value, *, signed: bool) -> Decimal:
    number = _number(value)
    if len(number.as_tuple().digits) > _DIGITS or abs(number.adjusted()) > _DIGITS:
        raise Unfit("too-large")
    if not signed and number <= 0:
        raise Unfit("rate-not-above-zero")
    return number


def _currency(value: Value) -> str:
    code = str(_plain(value)).upper()
    if code not in CURRENCIES:
        raise Unfit("not-a-currency")
    return code


def _country(value: Value) -> str:
    code = str(_plain(value)).upper()
    if not re.fullmatch("[A-Z]{2}", code):
        raise Unfit("not-a-country")
    return code


def _choice(value: Value, *, choices: tuple[str, ...]) -> str:
    word = " ".join(str(_plain(value)).replace("_", " ").casefold().split())
    if word not in choices:
        raise Unfit("not-a-choice", choices=", ".join(choices))
    return word


def _yes_no(value: Value, *, choices: tuple[str, ...]) -> bool:
    plain = _plain(value)
    return plain if isinstance(plain, bool) else _choice(plain, choices=choices) == "yes"
