"""Dates, times, amounts and counts in the reader's own format, as Jinja filters.

Each filter reads the language and time zone of the page's `shell`; an unknown locale falls back to English.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_precision, is_currency
from jinja2 import pass_context
from jinja2.runtime import Context


@lru_cache(maxsize=64)
def locale_of(tag: str) -> Locale:
    """The Babel locale of a BCP 47 tag such as `en-GB`."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


@pass_context
def day(context: Context, value: date) -> str:
    """`23 November 2026`."""
    return format_date(value, "long", locale=_locale(context))


@pass_context
def short_day(context: Context, value: date) -> str:
    """`23 Nov 2026`."""
    return format_date(value, "medium", locale=_locale(context))


@pass_context
def month(context: Context, value: date) -> str:
    """`Nov 2026`."""
    return format_date(value, "MMM yyyy", locale=_locale(context))


@pass_context
def moment(context: Context, value: datetime) -> str:
    """`23 Nov 2026, 16:05`, in the organization's time zone."""
    return format_datetime(_local(context, value), "d MMM yyyy, HH:mm", locale=_locale(context))


@pass_context
def local_day(context: Context, value: datetime) -> str:
    """The day of a moment in the organization's time zone: `23 November 2026`."""
    return format_date(_local(context, value).date(), "long", locale=_locale(context))


@pass_context
def count(context: Context, value: int) -> str:
    """`1,204`."""
    return format_decimal(value, locale=_locale(context))


@pass_context
def amount(context: Context, value: Decimal | None, currency: str) -> str:
    """`1,204.50` with the currency's own decimals and a true minus sign; an en dash for no figure."""
    if value is None:
        return "–"
    digits = get_currency_precision(currency) if is_currency(currency) else 2
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, pattern, locale=_locale(context)).replace("-", "−")


@pass_context
def whole(context: Context, value: Decimal | None) -> str:
    """`1,205`: a figure of a dense table without its minor unit; an en dash for no figure."""
    if value is None:
        return "–"
    return format_decimal(value, "#,##0", locale=_locale(context)).replace("-", "−")


FILTERS = {
    "day": day,
    "short_day": short_day,
    "month": month,
    "moment": moment,
    "local_day": local_day,
    "count_of": count,
    "amount": amount,
    "whole": whole,
}


def _locale(context: Context) -> Locale:
    return locale_of(str(context["shell"].language))


def _local(context: Context, value: datetime) -> datetime:
    return value.astimezone(ZoneInfo(str(context["shell"].timezone)))
