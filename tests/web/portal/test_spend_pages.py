"""The spend analysis as a person reads it: figures, the rows behind each of them, and what is wrong as it was typed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from linkflow.domain.books import Company, Record, Supplier
from linkflow.domain.ports import Job
from linkflow.reports.spend_words import counting_rules
from linkflow.services import reporting, spending
from tests.jobs.rig import Rows, add_rows
from tests.made_reports import read_whole
from tests.web.portal.desk import Desk, main_text, make_desk
from tests.worked_company import a_bill, worked_books

PERIOD = "from=2025-10&to=2026-09"


def read(desk: Desk, records: Sequence[Record], rows: Rows) -> Rows:
    read_whole(desk.ctx, rows.connection_id, records)
    for job, report_id in desk.jobs:
        if job is Job.BUILD_REPORT:
            reporting.build_report(desk.ctx, report_id)
    return rows


def spend_of(rows: Rows) -> str:
    return f"/portal/companies/{rows.company_id}/spend"


def lines_of(page: str, label: str) -> dict[str, list[str]]:
    """The exact values of a table's lines by the words in front."""
    (found,) = re.findall(rf'<caption class="unseen">{re.escape(label)}</caption>(.*?)</table>', page, re.DOTALL)
    lines = re.findall(r"<tr[^>]*><th scope=\"row\">(.*?)</th>(.*?)</tr>", found, re.DOTALL)
    return {_words(name): re.findall(r'<data value="([^"]*)"', cells) for name, cells in lines}


def _words(markup: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", markup)).split())


def test_the_figures_are_those_of_the_worked_company(desk: Desk) -> None:
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    page = desk.browser("viewer").page(f"{spend_of(rows)}?{PERIOD}")
    methods = lines_of(page, "Payment methods: what was bought")
    assert list(methods) == [
        *("Card", "Credit card", "Not card", "Bank transfer", "Cheque", "Cash"),
        *("Unknown and other", "Unknown", "All"),
    ]
    assert methods["Credit card"] == ["1", "2", "350.00", "0.00", "350.00", "1", "45.00", "395.00"]
    assert methods["All"][-1] == "4480.00"
    suppliers = lines_of(page, "Suppliers")
    assert list(suppliers) == ["Flour Ltd", "Oven AG", "No supplier named"]
    assert suppliers["Flour Ltd"][0] == "4000.00"
    words = main_text(page)
    assert "1 Oct 2025 to 30 Sept 2026, in GBP, tax included" in words
    assert "1 bill of the period has no due date" in words
    assert "1 payment or expense (from October 2025 to November 2026)." in words
    alone = main_text(desk.browser("viewer").page(f"{spend_of(rows)}?from=2025-10&to=2025-11"))
    assert "no due date, or" not in alone
    assert "Suppliers 2" in words
    assert "Lines 1 to 3 of 3. What names no supplier has a line of its own" in words
    assert "mill@example.com" in words
    assert "How this is counted" in words
    assert all(rule in words for rule in counting_rules(entities=1, currencies=1))


def test_open_bills_of_before_the_period_are_told_beside_those_of_it_and_how_much_is_overdue(desk: Desk) -> None:
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    browser = desk.browser("viewer")
    year, later = (browser.page(f"{spend_of(rows)}?{one}") for one in (PERIOD, "from=2026-10&to=2026-10"))
    assert "Outstanding of these bills 300" in main_text(year)
    assert "Outstanding of these bills 0" in main_text(later)
    told = {re.search(r"All open bills .*? of it overdue", main_text(page))[0] for page in (year, later)}  # type: ignore[index]
    assert len(told) == 1
    assert '<a href="#age">What is outstanding, by age</a>' in year
    assert 'id="age"' in year


def test_every_figure_leads_to_rows_that_add_up_to_it(desk: Desk) -> None:
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    browser = desk.browser("viewer")
    page = browser.page(f"{spend_of(rows)}?{PERIOD}")
    figures = re.findall(r'<a class="drill" href="([^"]+)"><data value="([^"]+)">', page)
    assert len(figures) > 40
    figures, counts = ([one for one in figures if ("used=" in one[0]) is counted] for counted in (False, True))
    answers: dict[str, str] = {}
    for leads, value in figures:
        path = unescape(leads)
        answers.setdefault(path, "") or answers.update({path: browser.page(path)})
        sums = re.findall(r'<dd>(?:<data value="([^"]+)">)?([^<]*)', answers[path].split('class="headlines"')[1])
        assert Decimal(value) in {Decimal(exact or shown) for exact, shown in sums}, (path, value, sums)
    # Each group, each method, all of them, and the headline.
    assert [value for _, value in counts] == ["2", "1", "1", "1", "1", "2"]
    for leads, value in counts:
        path, _, place = unescape(leads).partition("#")
        listed = browser.page(path)
        assert f"Lines 1 to {value} of {value}." in main_text(listed), path
        assert f'id="{place}"' in listed
        assert len(lines_of(listed, "Suppliers")) == int(value)
    weighed = re.findall(r'<a class="drill drill--weighed" href="([^"]+)">', page)
    assert len(weighed) > 40
    assert all("Nothing here" not in browser.page(unescape(leads)) for leads in set(weighed))


def test_every_measure_stands_beside_each_supplier_and_each_group_leads_to_its_rows(desk: Desk) -> None:
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    browser = desk.browser("viewer")
    page = browser.page(f"{spend_of(rows)}?{PERIOD}")
    paid = lines_of(page, "Suppliers: how it was paid")
    # b1 and b2 of Flour: one of two paid late, in two payments of 2,000.00 on average; 52.5 days' terms, 48.75 taken.
    figures = [Decimal(one) for one in paid["Flour Ltd"]]
    assert figures == [Decimal(one) for one in ("0", "1", "1000", "2", "4000", "2000", "52.5", "60", "48.75")]
    card = browser.page(f"{spend_of(rows)}/bills?{PERIOD}&method=card")
    assert "350.00" in card
    assert "Card" in main_text(card)


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("from=2026-13&to=2026-09", "“2026-13” is not a month"),
        ("from=<b>&to=2026-09", "“<b>” is not a month"),
        ("from=2026-09&to=2026-08", "The last month lies before the first"),
        ("from=2019-01&to=2026-08", "“2019-01” is outside"),
        ("threshold=lots", "“lots” is not an amount"),
        ("used=barter", "“barter” is not a payment method"),
        ("threshold=-5", "“-5” is not an amount"),
        ("threshold=1e999", "“1e999” is not an amount"),
        ("threshold=99999999999999999999", "“99999999999999999999” is not an amount"),
    ],
)
def test_what_cannot_be_understood_comes_back_as_it_was_typed(desk: Desk, query: str, complaint: str) -> None:
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    answer = desk.browser("viewer").look(f"{spend_of(rows)}?{query}")
    assert answer.status_code == 422
    assert complaint in main_text(answer.text)
    typed = re.split("[=&]", query)[1]
    assert f'value="{typed.replace("<", "&lt;").replace(">", "&gt;")}"' in answer.text
    assert "Flour Ltd" in answer.text


def test_a_month_on_the_wrong_side_of_the_usual_one_comes_back_as_it_was_typed(desk: Desk) -> None:
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    now = f"{desk.ctx.now():%Y-%m}"
    answer = desk.browser("viewer").look(f"{spend_of(rows)}?from={now}")
    assert answer.status_code == 422
    assert "The first month lies after the last, which is" in main_text(answer.text)
    assert f'value="{now}"' in answer.text


def test_an_organization_says_which_months_are_usual(tmp_path: Path, portal_url: str) -> None:
    desk = make_desk(tmp_path, portal_url, reports={"spend_months": 6})
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    said = main_text(desk.browser("viewer").page(spend_of(rows)))
    assert "1 May 2026 to 31 Oct 2026" in said


def test_several_entities_have_a_table_and_each_a_page_of_its_own(desk: Desk) -> None:
    first = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    second = add_rows(desk.ctx, data_types="spend_analysis", of=first, tenant_id="tenant-2")
    read(desk, worked_books(), second)
    browser = desk.browser("viewer")
    page = browser.page(f"{spend_of(first)}?{PERIOD}")
    entities = lines_of(page, "Entities")
    assert len(entities) == 3
    assert "8960.00" in entities["All entities"]
    assert "What entities charge each other is not taken out." in main_text(page)
    alone = browser.page(f"{spend_of(first)}?{PERIOD}&entity={second.entity_id}")
    assert lines_of(alone, "Payment methods: what was bought")["All"][-1] == "4480.00"
    assert browser.look(f"{spend_of(first)}?entity=nobody").status_code == 404


def test_a_page_without_a_report_says_so(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="spend_analysis")
    browser = desk.browser("viewer")
    assert "No spend analysis yet" in main_text(browser.page(spend_of(rows)))
    assert "Nothing here" in main_text(browser.page(f"{spend_of(rows)}/bills"))


def test_paper_says_how_many_suppliers_it_leaves_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    browser, paper = desk.browser("viewer"), '<p class="on-paper">2 more lines of suppliers are not printed here'
    assert "not printed here" not in browser.page(f"{spend_of(rows)}?{PERIOD}")
    monkeypatch.setattr(spending, "SUPPLIERS", 1)
    assert paper in browser.page(f"{spend_of(rows)}?{PERIOD}")


def test_rows_come_in_pages_and_nothing_odd_in_the_address_breaks_them(desk: Desk) -> None:
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    browser = desk.browser("viewer")
    marks = (f'after=["{rows.connection_id}","2026-01-01","{odd}"]' for odd in (r"\ud800", r"\u0000"))
    assert browser.look(f"{spend_of(rows)}?threshold=900000000000000").status_code == 422
    for path in ("spend/report.json", "spend/suppliers.csv"):
        assert browser.look(f"/portal/companies/{rows.company_id}/{path}?threshold=900000000000000").status_code == 200
    for query in (
        *marks,
        "after=[1]",
        'after={"a":1}',
        "method=gold&only=x&age=y",
        "from=x&to=y",
        "supplier=&currency=ABC",
    ):
        for kind in ("bills", "payments", "expenses", "credit-notes"):
            assert browser.look(f"{spend_of(rows)}/{kind}?{query}").status_code == 200


def test_the_page_asks_the_database_as_often_for_three_entities_as_for_one(desk: Desk) -> None:
    first = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    browser, asked = desk.browser("viewer"), []
    for tenant in (None, "tenant-2", "tenant-3"):
        if tenant is not None:
            read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis", of=first, tenant_id=tenant))
        with desk.ctx.database.counted() as statements:
            browser.page(f"{spend_of(first)}?{PERIOD}")
        asked.append(len(statements))
    assert len(set(asked)) == 1


def test_the_suppliers_of_a_method_stay_chosen_until_all_are_asked_for(desk: Desk) -> None:
    first = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    second = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis", of=first, tenant_id="tenant-2"))
    browser = desk.browser("viewer")
    page = browser.page(f"{spend_of(first)}?{PERIOD}&used=card&threshold=100")
    assert [one[:8] for one in lines_of(page, "Suppliers")] == ["Oven AG ", "Oven AG "]
    assert "by number of payments and expenses, is: Card. Show all suppliers" in main_text(page)
    assert '<option value="card" selected>' in page
    kept = [one for one in re.findall(r'href="([^"]*/spend\?[^"]*)"', page) if "used=card" in one]
    assert any("sort=name" in one for one in kept)
    assert any(f"entity={second.entity_id}" in one for one in kept)
    assert any("from=2026-02&amp;to=2026-02" in one for one in kept)
    (every,) = re.findall(r'<a href="([^"]+)">Show all suppliers', page)
    assert "used=" not in every
    assert "threshold=100" in every
    # An entity's own count: its months are said, and no threshold.
    own = [
        one for one in re.findall(r'<a class="drill" href="([^"]+)"', page) if "used=any" in one and "entity=" in one
    ]
    assert sorted(unescape(one).partition("?")[2] for one in own) == sorted(
        f"{PERIOD}&used=any&entity={one.entity_id}#suppliers" for one in (first, second)
    )
    assert list(lines_of(browser.page(unescape(own[0])), "Suppliers")) == ["Flour Ltd", "Oven AG"]
    assert "In these months there are none." in main_text(browser.page(f"{spend_of(first)}?{PERIOD}&used=debit_card"))


def test_a_count_of_suppliers_leads_to_those_of_its_currency(desk: Desk) -> None:
    first = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    books_of = [Company(external_id="co", name="Abra", base_currency="EUR"), Supplier(external_id="s", name="Moulin")]
    bought = replace(a_bill("b", "s", "2026-01-05", 30, "10.00"), currency="EUR")
    read(desk, [*books_of, bought], add_rows(desk.ctx, data_types="spend_analysis", of=first, tenant_id="tenant-2"))
    browser = desk.browser("viewer")
    page = browser.page(f"{spend_of(first)}?{PERIOD}")
    counts = re.findall(r'<a class="drill" href="([^"]+used=any[^"]*)"><data value="([^"]+)">', page)
    assert {(unescape(leads).partition("#")[2], value) for leads, value in counts} == {
        ("suppliers", "2"),
        ("suppliers-eur", "1"),
    }
    listed = browser.page(unescape(counts[0][0]).partition("#")[0])
    assert main_text(listed).count("Lines 1 to 1 of 1.") == main_text(listed).count("Lines 1 to 2 of 2.") == 1
    assert 'id="suppliers-eur"' in listed
