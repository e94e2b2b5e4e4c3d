"""The one Jinja environment: strict, escaping by extension, dates and figures in the reader's form."""

from datetime import UTC, date, datetime
from decimal import Decimal

import jinja2
import pytest
from babel import Locale
from markupsafe import Markup

from linkflow import templating
from linkflow.templating import environment

MOMENT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


def shown(template: str, language: str = "en-GB", **values: object) -> str:
    return environment(language).from_string(template).render(values)


def test_a_misspelt_name_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="contact_nam"):
        shown("{{ contact_nam }}", contact_name="Anna")
    with pytest.raises(jinja2.UndefinedError):
        shown("{% if due_om %}x{% endif %}")


@pytest.mark.parametrize(
    ("name", "escaped"),
    [("a.html", True), ("a.svg", True), ("a.css", True), ("a", True), (None, True), ("a.txt", False)],
)
def test_everything_but_text_is_escaped(name: str | None, escaped: bool) -> None:
    assert environment("en-GB").autoescape(name) is escaped  # type: ignore[operator]


def test_countries_go_by_their_names_and_unknown_codes_as_they_are() -> None:
    assert shown("{{ 'IE' | country }}, {{ 'gb' | country }}, {{ 'XQ' | country }}") == "Ireland, United Kingdom, XQ"


def test_what_is_put_into_a_sentence_is_escaped_and_its_percent_signs_kept() -> None:
    assert shown("{{ _('Hello %(name)s', name=name) }}", name="<b>100%</b>") == "Hello &lt;b&gt;100%&lt;/b&gt;"
    assert shown("{% trans name=name %}Hello {{ name }}{% endtrans %}", name=Markup("<b>")) == "Hello <b>"


def test_one_environment_serves_a_language_and_nothing_leaks_between_languages() -> None:
    assert environment("en-GB") is environment("en-GB")
    assert shown("{{ language }} {{ text_direction }}", "en-US") == "en-US ltr"
    assert shown("{{ language }} {{ text_direction }}", "ar") == "ar rtl"
    assert shown("{{ language }}", "en-GB") == "en-GB"


@pytest.mark.parametrize(("tag", "locale"), [("en", "en_GB"), ("xx-YY", "en_GB"), ("", "en_GB"), ("pt-BR", "pt_BR")])
def test_an_unknown_language_reads_as_british_english(tag: str, locale: str) -> None:
    assert str(templating.locale_of(tag)) == locale


@pytest.mark.parametrize(
    ("template", "language", "words"),
    [
        ("{{ day|date }}", "en-GB", "5 December 2026"),
        ("{{ day|date }}", "en-US", "December 5, 2026"),
        ("{{ day|date }}", "de", "5. Dezember 2026"),
        ("{{ day|date('short') }}", "en-GB", "05/12/2026"),
        ("{{ moment|date }}", "en-GB", "23 November 2026"),
        ("{{ moment|date(timezone='Asia/Tokyo') }}", "en-GB", "24 November 2026"),
        ("{{ moment|datetime }}", "en-GB", "23 November 2026, 23:30 UTC"),
        ("{{ moment|datetime(timezone='Europe/London') }}", "en-GB", "23 November 2026, 23:30 GMT"),
        ("{{ moment|datetime('medium') }}", "de", "23.11.2026, 23:30 UTC"),
        ("{{ day|month }}", "en-GB", "Dec 2026"),
        ("{{ amount|number }}", "en-GB", "-1,234.5678"),
        ("{{ amount|number }}", "de", "-1.234,5678"),
        ("{{ amount|money('GBP') }}", "en-GB", "-£1,234.57"),
        ("{{ amount|money('JPY') }}", "en-GB", "-JP¥1,235"),
        ("{{ amount|money('EUR') }}", "de", "-1.234,57\u00a0€"),
        ("{{ amount|money('GBP', whole=true) }}", "en-GB", "-£1,235"),
        ("{{ share|percent }}", "en-GB", "12.5%"),
        ("{{ share|percent(decimals=0) }}", "en-GB", "12%"),
    ],
)
def test_dates_and_figures_read_as_the_reader_writes_them(template: str, language: str, words: str) -> None:
    values = {"day": date(2026, 12, 5), "moment": MOMENT, "amount": Decimal("-1234.5678"), "share": Decimal("0.125")}
    assert shown(template, language, **values) == words


@pytest.mark.parametrize(
    ("zone", "moment", "told"),
    [
        ("Europe/Dublin", datetime(2026, 7, 23, 16, 40, tzinfo=UTC), "17:40 IST"),
        ("Europe/Dublin", datetime(2026, 1, 23, 16, 40, tzinfo=UTC), "16:40 GMT"),
        ("Europe/Lisbon", datetime(2026, 1, 23, 16, 40, tzinfo=UTC), "16:40 WET"),
        ("Europe/Paris", datetime(2026, 7, 23, 16, 40, tzinfo=UTC), "18:40 CEST"),
        ("America/New_York", datetime(2026, 1, 23, 16, 40, tzinfo=UTC), "11:40 EST"),
        ("Asia/Dubai", datetime(2026, 1, 23, 16, 40, tzinfo=UTC), "20:40 UTC+04"),
        ("UTC", datetime(2026, 1, 23, 16, 40, tzinfo=UTC), "16:40 UTC"),
    ],
)
@pytest.mark.parametrize("language", ["en-GB", "fr"])
def test_a_time_of_day_names_its_zone_as_its_people_do(zone: str, moment: datetime, told: str, language: str) -> None:
    said = shown("{{ moment|datetime(timezone=zone) }}", language, moment=moment, zone=zone)
    assert said.endswith(f", {told}")


def test_without_a_catalogue_a_sentence_stays_as_the_template_has_it() -> None:
    assert templating.translations("sv").gettext("Continue") == "Continue"
    assert templating.format_month(date(2026, 1, 1), locale=Locale("en", "GB")) == "Jan 2026"
