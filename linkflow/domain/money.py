"""Exact money: what can be stored, how it is scaled, how a foreign amount becomes a base one.

Money is held in ten-thousandths of the currency's main unit, as an integer, so that sums are exact on every
database. Refuses what does not fit; it never rounds an amount that came from somebody's books.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from functools import cache

LARGEST = Decimal(9 * 10**14)
"""The largest amount, either sign, that is stored (in main units)."""

DECIMALS = 4
"""Stored decimals: one stored unit is a ten-thousandth of the main unit."""

_NO_MINOR = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"}
    | {"RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_FOUR = frozenset({"CLF", "UYW"})
CURRENCIES = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "ANG",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CLF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HRK",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KPW",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SLL",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SVC",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UYW",
        "UYI",
        "UZS",
        "VED",
        "VES",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XCG",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
        "ZWG",
        "ZWL",
    ]
)
"""The currencies money is kept in, ISO 4217."""
_ROUNDING = Context(prec=100)
_ONE = Decimal(1)
_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation])
_scale, _to_integral = _EXACT.scaleb, _EXACT.to_integral_exact


class UnstorableMoney(ValueError):
    """An amount with more than four decimals, above 9×10¹⁴, or not a number at all."""


def to_scaled(amount: Decimal | int) -> int:
    """`amount` in ten-thousandths. Raises `UnstorableMoney`, and TypeError for a binary float."""
    exact = amount if type(amount) is Decimal else _whole(amount)
    if not exact.is_finite():
        raise UnstorableMoney("the amount is not a finite number")
    if exact.copy_abs() > LARGEST:
        raise UnstorableMoney("the amount is above 900,000,000,000,000")
    try:
        return int(_to_integral(_scale(exact, DECIMALS)))
    except (Inexact, InvalidOperation) as lost:
        raise UnstorableMoney("the amount has more than four decimals") from lost


def _whole(amount: Decimal | int) -> Decimal:
    if isinstance(amount, bool) or not isinstance(amount, (Decimal, int)):
        raise TypeError(f"money is a Decimal, not {type(amount).__name__}")
    return Decimal(amount)


def has_at_most(number: Decimal, digits: int) -> bool:
    """Whether a finite number has no more digits; it never has more than characters, and those are quickly counted."""
    return len(str(number)) <= digits or len(number.as_tuple().digits) <= digits


def from_scaled(scaled: int) -> Decimal:
    """The amount of `scaled` ten-thousandths, always with at least two decimals."""
    amount = Decimal(scaled).scaleb(-DECIMALS)
    return amount if scaled % 100 else amount.quantize(Decimal("0.01"))


def minor_digits(currency: str) -> int:
    """Decimals of an ISO 4217 currency's minor unit: 2 unless the currency says otherwise."""
    if currency in _NO_MINOR:
        return 0
    return 4 if currency in _FOUR else 3 if currency in _THREE else 2


@cache
def minor_unit(currency: str) -> Decimal:
    """One minor unit of `currency`: 0.01 for pounds, 1 for yen."""
    return Decimal(1).scaleb(-minor_digits(currency))


def to_base(amount: Decimal, rate: Decimal, *, currency: str) -> Decimal:
    """`amount` at `rate` (base units for one of its own), rounded half up to `currency`'s minor unit."""
    product = amount if rate is _ONE else _ROUNDING.multiply(amount, rate)
    return product.quantize(minor_unit(currency), rounding=ROUND_HALF_UP, context=_ROUNDING)


def in_base(amount: Decimal, *, currency: str, rate: Decimal | None, base: str) -> Decimal:
    """A row's amount in the books' base currency; raises `UnstorableMoney` when a foreign row states no rate."""
    if currency == base:
        return to_base(amount, _ONE, currency=base)
    if rate is None:
        raise UnstorableMoney(f"no exchange rate from {currency} to {base} is stated")
    return to_base(amount, rate, currency=base)
