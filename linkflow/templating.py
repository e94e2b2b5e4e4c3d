"""linkflow's own Jinja environments, one per language, for pages and mails alike.

Never the host app's environment: an unknown name is an error here, everything that is not a `.txt` is escaped, and
the words come from linkflow's own catalogues. What one rendering needs (`slot`, `asset`, the form) is passed as
context by the caller; imported macros that use those are imported `with context`.
"""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from linkflow import paths
from linkflow.domain.languages import Speech
from linkflow.languages import locale_of, translations


@lru_cache(maxsize=32)
def environment(language: str) -> Environment:
    """The environment whose words, dates and figures are in `language` (`en`, `en-GB`, `pt-BR`), shared, read-only."""
    locale = locale_of(language)
    made = Environment(
        loader=FileSystemLoader(paths.templates()),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )
    # Newstyle escapes what is put into a translated sentence.
    made.install_gettext_translations(  # type: ignore[attr-defined]  # the i18n extension adds it
        translations(language), newstyle=True
    )
    made.globals["language"] = language
    made.globals["text_direction"] = locale.text_direction
    made.filters.update(
        iso=format_iso,
        date=partial(format_date, locale=locale),
        datetime=partial(format_datetime, locale=locale),
        number=partial(format_number, locale=locale),
        places=partial(format_places, locale=locale),
        money=partial(format_money, locale=locale),
        percent=partial(format_percent, locale=locale),
        month=partial(format_month, locale=locale),
        country=partial(format_country, locale=locale),
        apart=apart,
    )
    return made


@lru_cache(maxsize=32)
def speech(language: str) -> Speech:
    """How `language` says what is put together outside templates."""
    words, locale = translations(language), locale_of(language)
    return Speech(language, words.gettext, words.ngettext, partial(format_date, locale=locale))


def apart(value: str) -> Markup:
    """A name that, however it is written, turns round nothing else in its line; for text, not for attributes."""
    return Markup("<bdi>{}</bdi>").format(value)


def format_iso(value: date | datetime) -> str:
    """What a `datetime` attribute holds: `2026-11-23`, or `2026-11-23T16:40:05+00:00` to the second."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def format_date(value: date | datetime, style: str = "long", *, locale: Locale, timezone: tzinfo | str = "UTC") -> str:
    """`23 November 2026`; styles are Babel's short, medium, long, full. A moment is dated in `timezone`."""
    day = value.astimezone(_zone(timezone)) if isinstance(value, datetime) else value
    return dates.format_date(day, format=style, locale=locale)


def format_datetime(value: datetime, style: str = "long", *, locale: Locale, timezone: tzinfo | str = "UTC") -> str:
    """`23 November 2026, 16:40 UTC`: the date, the minute, and always the zone as its clocks name it (`CET`, `UTC+04`).

    Languages' own names of zones are wrong for some, by an hour: Dublin's summer, Lisbon's winter in French.
    """
    local = value.astimezone(_zone(timezone))
    clock = dates.format_time(local, format="short", locale=locale)
    day = dates.format_date(local, format=style, locale=locale)
    zone = local.tzname() or ""
    return f"{day}, {clock} {zone if zone[:1].isalpha() else f'UTC{zone}'}"


@lru_cache(maxsize=4096)
def format_month(value: date, style: str = "MMM yyyy", *, locale: Locale) -> str:
    """`Nov 2026`."""
    return dates.format_skeleton(style.replace(" ", ""), value, locale=locale)


def format_country(code: str, *, locale: Locale) -> str:
    """`United Kingdom` for `GB`; a code nobody knows stays as it is."""
    return str(locale.territories.get(code.upper(), code))


def format_number(value: Decimal | int, *, locale: Locale) -> str:
    """`1,234.5`, with as many decimals as the value has."""
    return numbers.format_decimal(value, locale=locale, decimal_quantization=False)


def format_places(value: Decimal, places: int, *, locale: Locale) -> str:
    """`1,234.50` with two places, whatever the value has."""
    return numbers.format_decimal(value, format=f"#,##0.{'0' * places}", locale=locale)


def format_money(value: Decimal | int, currency: str, *, locale: Locale, whole: bool = False) -> str:
    """`£1,234.50`; `whole` leaves the decimals out, rounding half to even."""
    if not whole:
        return numbers.format_currency(value, currency, locale=locale)
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    return numbers.format_currency(value, currency, format=pattern, locale=locale, currency_digits=False)


def format_percent(value: Decimal, *, locale: Locale, decimals: int = 1) -> str:
    """`12.5%` for 0.125."""
    places = "." + "0" * decimals if decimals else ""
    return numbers.format_percent(value, format=f"#,##0{places}%", locale=locale)


def _zone(timezone: tzinfo | str) -> tzinfo:
    return ZoneInfo(timezone) if isinstance(timezone, str) else timezone
