"""Column types that mean the same on SQLite and PostgreSQL: exact money, exact numbers, UTC times.

Nothing here rounds, guesses a time zone or accepts a binary float.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Text, TypeDecorator
from sqlalchemy.exc import DontWrapMixin

from linkflow.domain import money

_DIGITS = 60


class Unstorable(ValueError, DontWrapMixin):
    """A value a column refuses. Reaches the caller as itself, not inside SQLAlchemy's StatementError."""


class Money(TypeDecorator[Decimal]):
    """Decimal in Python, ten-thousandths as BIGINT in the database, so that SUM adds integers.

    More than four decimals or above 9×10¹⁴ is refused with `Unstorable` (a ValueError). Only add, compare and negate
    such columns in SQL; a product of two is a number a thousand times off.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Scale, or refuse."""
        if value is None:
            return None
        try:
            return money.to_scaled(value)
        except (ValueError, TypeError) as refused:
            raise Unstorable(str(refused)) from refused

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Unscale; PostgreSQL hands a sum of BIGINT back as a numeric."""
        return None if value is None else money.from_scaled(int(value))


class Exact(TypeDecorator[Decimal]):
    """A Decimal kept as text, digit for digit: quantities, unit prices, rates. Never summed in SQL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """The plain digits, never an exponent."""
        if value is None:
            return None
        if not isinstance(value, Decimal) or not value.is_finite():
            raise Unstorable("an exact number is a finite Decimal")
        if not -_DIGITS <= value.adjusted() <= _DIGITS or not money.has_at_most(value, _DIGITS):
            raise Unstorable(f"an exact number has at most {_DIGITS} digits")
        return format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The same digits again."""
        return None if value is None else Decimal(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime in Python, the same naive UTC wall time in both databases.

    A naive datetime, or one in another zone, is refused: the mistake is where it was made, not here.
    """

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Drop the zone once it is known to be UTC."""
        if value is None:
            return None
        if value.utcoffset() != timedelta(0):
            raise Unstorable("a stored time is aware and in UTC")
        return value.replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Put the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)
