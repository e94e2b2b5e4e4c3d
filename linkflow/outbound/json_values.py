"""JSON from strangers: numbers with a point become Decimal, and what JSON does not have (NaN, Infinity) is refused."""

import base64
import binascii
import json
from decimal import Decimal
from typing import Any, NoReturn

from linkflow.outbound.errors import BadAnswer

_DIGITS = 40


def parse(body: bytes, *, host: str) -> Any:
    """The value; raises `BadAnswer` without quoting the body."""
    try:
        return json.loads(body, parse_float=_decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):
        raise BadAnswer(host, reason="not JSON") from None


def claim(token: str, name: str) -> str | None:
    """A claim of a JWT that is text, unverified; None for any other token."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = parse(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)), host="")
    except (BadAnswer, binascii.Error, ValueError):
        return None
    found = claims.get(name) if isinstance(claims, dict) else None
    return found if isinstance(found, str) else None


def _decimal(text: str) -> Decimal:
    """`1e999999999` parses, and fills the memory the first time somebody makes an integer of it."""
    if len(text) <= _DIGITS and "e" not in text and "E" not in text:
        return Decimal(text)
    number = Decimal(text)
    if (number and abs(number.adjusted()) > _DIGITS) or len(text) > 2 * _DIGITS:
        raise ValueError("number out of range")
    return number


def _refuse(_: str) -> NoReturn:
    raise ValueError("not a number")
