"""Amounts as whole minor units inside, decimals outside; dates by month; exchange rates that drift slowly."""

import math
from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from linkflow.sandbox.companies import Profile

_CENT = Decimal("0.01")


def decimal(minor: int) -> Decimal:
    """Turn minor units into an exact decimal with two places."""
    return Decimal(minor).scaleb(-2).quantize(_CENT)


def share(amount: int, percent: int | Decimal) -> int:
    """A percentage of minor units, rounded half up."""
    return int((Decimal(amount) * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


def to_base(amount: int, rate: str) -> int:
    """Minor units of the base currency for minor units at `rate`, rounded half up."""
    if rate == "1":
        return amount
    return int((Decimal(amount) * Decimal(rate)).quantize(Decimal(1), ROUND_HALF_UP))


def rate_on(profile: Profile, currency: str, day: date) -> str:
    """Base units for one unit of `currency` on a day, as text with six decimals; `1` for the base itself."""
    if currency == profile.company.base_currency:
        return "1"
    middle = dict(profile.foreign)[currency]
    swing = Decimal(str(round(1 + 0.035 * math.sin(day.toordinal() / 61), 6)))
    return str((middle * swing).quantize(Decimal("0.000001"), ROUND_HALF_UP))


def day_in(month: int, day: int) -> date:
    """That day of a numbered month, or its last day where the month is shorter."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))


def last_day(month: int) -> date:
    """The last day of a numbered month."""
    return day_in(month, 31)
