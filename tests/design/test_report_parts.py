"""The parts both reports' pages are made of, rendered once with example figures and kept as a page.

To take the page anew: `LINKFLOW_TEST_UPDATE=1 python -m pytest tests/design/test_report_parts.py`.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from linkflow.reports import charts, row_charts
from linkflow.templating import environment
from linkflow.web.company_list_views import SortLink
from linkflow.web.portal_views import PortalShell
from linkflow.web.report_views import CheckKey, CheckNote, NoteKey, QualityNote, ReportHead, ReportSource
from tests.html import findings

HERE = Path(__file__).parent / "snapshots"
KEPT, PARTS = HERE / "report-parts.html", HERE / "report-parts.jinja"
MONTHS = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1))
LONG = "Wholesale, Cash & Carry <Northern Region> Limited, trading as “Wholesale”"


@dataclass(frozen=True)
class Example:
    head: ReportHead
    spend: Any
    profit: Any
    sides: Any
    nothing: Any
    suppliers: Any
    days: Any
    sorts: tuple[SortLink, ...]
    amount: Decimal


def amounts(*values: int) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, values))


def source(**more: Any) -> ReportSource:
    read = datetime(2026, 11, 20, 9, 3, tzinfo=UTC)
    return ReportSource(name="Abra", read_at=read, made_at=read.replace(minute=4), **more)


def head(**more: Any) -> ReportHead:
    given = {
        "kind": "spend_analysis",
        "company_name": "Abra Kebabra Ltd",
        "company_href": "/portal/companies/abra",
        "first_day": date(2026, 8, 1),
        "last_day": date(2026, 10, 31),
        "currency": "GBP",
        "sources": (source(software_name="Sandbox Books", access="ongoing", access_until=date(2027, 11, 20)),),
    }
    return ReportHead(**{**given, **more})


def example(told: ReportHead) -> Example:
    income, costs = amounts(90, 80, 100), amounts(70, 95, 60)
    left = (("current", Decimal(400)), ("non_current", Decimal(500)))
    return Example(
        head=told,
        spend=charts.stacked(
            MONTHS,
            [charts.Series(key, amounts(*values)) for key, values in (("credit_card", (9, 8, 7)), ("cash", (1, 0, 2)))],
        ),
        profit=charts.profit_and_loss(MONTHS, income=income, costs=costs, net=amounts(20, -15, 40)),
        sides=charts.composition([charts.Sides(MONTHS[-1], left, (("equity", Decimal(900)),))]),
        nothing=charts.stacked(MONTHS, []),
        suppliers=row_charts.amounts([(LONG, Decimal("1234567.89")), ("Refunds", Decimal(-5000))]),
        days=row_charts.compared([("credit_card", Decimal("52.5"), Decimal("48.75")), ("cash", None, Decimal(2))]),
        sorts=(SortLink(key="Supplier", href="?sort=name"), SortLink(key="Spend", href="?sort=a", sorted="descending")),
        amount=Decimal("1234.50"),
    )


def rendered(told: ReportHead, language: str = "en-GB") -> str:
    shell = PortalShell(organization="Northbank", language=language)
    template = environment(language).from_string(PARTS.read_text())
    page = template.render(shell=shell, page=example(told), asset=lambda path: f"/static/{path}", slot=None)
    return re.sub(r"\n\s*\n+", "\n", page)


def test_the_page_is_as_it_was_kept() -> None:
    told = head(kind="financials", newer="being-made", again_href="/again", retention_months=12)
    page = rendered(told) + "\n"
    if os.environ.get("LINKFLOW_TEST_UPDATE"):
        KEPT.write_text(page)
    assert page == KEPT.read_text()


def test_each_kind_of_report_says_what_is_true_of_it_alone() -> None:
    spend, financials = rendered(head()), rendered(head(kind="financials"))
    for words, of, other in (("in GBP, tax included", spend, financials), ("balances and adds up", financials, spend)):
        assert words in of
        assert words not in other


def test_the_page_is_valid_html(tmp_path: Path) -> None:
    (tmp_path / "parts.html").write_text(rendered(head(checks=checks(), notes=notes())))
    assert findings(tmp_path) == []


def test_a_chart_is_an_image_with_a_name_and_its_table() -> None:
    page = rendered(head())
    drawings = re.findall(r"<svg class=\"chart__drawing.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 10  # five charts with something in them, each wide and narrow
    for drawing in drawings:
        assert 'role="img"' in drawing
        (named,) = re.findall(r'aria-labelledby="([^"]+)"', drawing)
        assert f'<title id="{named}">' in drawing
    assert "there is no amount in this period" in page
    assert page.count("The same as a table") == 6
    assert '<a href="#all">The same as a table</a>' in page
    assert " style=" not in page


def test_a_bar_says_what_it_stands_for_in_the_readers_own_format() -> None:
    assert "<title>Oct 2026: Credit card £7</title>" in rendered(head())
    assert "<title>oct. 2026: Credit card 7\xa0£GB</title>" in rendered(head(), "fr")
    assert "<title>Wholesale, Cash &amp; Carry &lt;Northern" in rendered(head())


def test_a_figure_that_leads_on_is_still_a_figure() -> None:
    page = rendered(head())
    assert '<a class="drill" href="/rows"><data value="1234.50">1,234</data>' in page
    assert page.count('class="drill"') == 2  # no way from a zero, from nothing, or to nowhere
    assert '<th scope="col" aria-sort="descending"><a class="sort" href="?sort=a">' in page


def checks() -> tuple[CheckNote, ...]:
    return tuple(
        CheckNote(check=key, statement="balance_sheet", month=MONTHS[0], difference=Decimal("-0.02"), label="Assets")
        for key in get_args(CheckKey)
    )


def notes() -> tuple[QualityNote, ...]:
    return tuple(
        QualityNote(kind=key, count=2, text="Something is doubtful.", months=MONTHS[:2]) for key in get_args(NoteKey)
    )


def listed(page: str) -> Sequence[str]:
    return re.findall(r"<li>(.*?)</li>", page.partition('class="report-head__notes"')[2], re.DOTALL)


def test_every_check_that_failed_and_every_note_is_said_in_words() -> None:
    said = listed(rendered(head(checks=checks(), notes=notes())))
    assert len({words.strip() for words in said}) == len(get_args(CheckKey)) + len(get_args(NoteKey))
    assert all(re.search(r"[a-z]{3}.*\.$", words.strip(), re.DOTALL) for words in said)
    assert "assets differ from liabilities and equity by £0.02" in " ".join(said)


def test_checks_beyond_a_dozen_are_counted() -> None:
    page = rendered(head(checks=checks() * 6))
    assert "18 checks failed" in page
    assert "and 6 more" in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"access": "once"}, "the access has ended"),
        ({"access": "ongoing", "access_until": date(2027, 1, 31)}, "until 31 Jan 2027"),
        ({"access": "ongoing"}, "May be read again."),
        ({}, "The access has ended."),
        ({"software_name": "Xero", "tenant_name": "Abra"}, "Read from Xero"),
        ({"access": "once"}, "From the file that was sent"),
    ],
)
def test_the_head_says_where_the_figures_are_from_and_how_long_they_may_be_read(given: Any, words: str) -> None:
    assert words in rendered(head(sources=(source(**given),)))


def test_several_entities_are_each_named_with_their_reading() -> None:
    other = source(software_name="Sandbox Books", access="once")
    page = rendered(head(sources=(source(access="ongoing"), other), currency=""))
    assert page.count("<bdi>Abra</bdi> –") == 4
    assert "From the file that was sent" in page
