"""The funnel and the audit log in the running portal: for administrators alone, on the page and in a spreadsheet."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from linkflow.services import following_up
from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.accessible import assert_accessible

PortalOf = Callable[..., Portal]
EVIL = '=HYPERLINK("https://evil.example","Pay here")'
APART = ("funnel", "funnel.csv", "audit-log", "audit-log.csv")


@pytest.mark.slow
def test_how_far_requests_get_is_counted_and_who_did_what_is_written_down(
    site: Site, portal: PortalOf, customer: Customer, tmp_path: Path
) -> None:
    called_off = site.ask(mail=True, contact="called-off@example.com")
    site.mailbox.wait_for("called-off@example.com")
    following_up.withdraw(site.ctx, site.user(), called_off.request_id)
    boss, stranger = portal(role="administrator"), portal("harbour", "administrator")
    for someone in (boss, stranger):
        someone.sign_in()
    elsewhere = stranger.page.request.get(f"{stranger.account.portal}/funnel.csv").text()
    boss.page.get_by_role("link", name="Funnel").click()
    boss.at("funnel")
    boss.page.get_by_label("Request type").select_option(label="Financial statements")
    boss.press("Show")
    expect(boss.page.get_by_label("Request type")).to_have_value("financials")
    before = reached(boss)

    asked = site.ask(company=EVIL, contact="counted@example.com", mail=True)
    customer.open(site.mailbox.wait_for("counted@example.com").link)
    customer.start()
    customer.connect(email="owner@example.com")
    site.wait_until_read(asked)
    site.mailbox.wait_for(site.account().email, about=EVIL[:10])
    boss.page.reload()
    assert reached(boss) == [count + 1 for count in before]
    boss.reads("withdrawn by you")
    assert_accessible(boss.page)
    taken = download(boss, tmp_path)
    assert [int(row["requests"]) for row in taken] == reached(boss)
    assert int(taken[0]["withdrawn"]) >= 1
    assert stranger.page.request.get(f"{stranger.account.portal}/funnel.csv").text() == elsewhere

    boss.page.get_by_role("link", name="Audit log").click()
    boss.at("audit-log")
    boss.page.get_by_label("Company", exact=True).fill("hyperlink")
    boss.press("Filter")
    boss.reads("The books are in.")
    assert_accessible(boss.page)
    lines = boss.table("Audit log").rows
    assert {line[3] for line in lines} == {EVIL}
    assert {line[1] for line in lines} == {"Rita Manning", "the customer", "linkflow"}
    written = download(boss, tmp_path)
    assert [(row["who"], row["what"], row["company"]) for row in written] == [
        (line[1], line[2], f"'{line[3]}") for line in lines
    ]
    assert not [cell for row in written for cell in row.values() if cell[:1] in set("=+-@")]
    boss.page.get_by_label("Who").select_option(label="Ada Admin")
    boss.page.get_by_label("What").select_option(label="Users and sign-in")
    boss.page.get_by_label("Company", exact=True).fill("")
    boss.press("Filter")
    expect(boss.page.get_by_label("What")).to_have_value("people")
    assert boss.table("Audit log").rows[0][1:3] == ("Ada Admin", "The audit log was downloaded.")
    stranger.page.goto(f"{stranger.account.portal}/audit-log?company=hyperlink")
    stranger.reads("Nothing matches")
    assert "HYPERLINK" not in stranger.page.request.get(f"{stranger.account.portal}/audit-log.csv").text()


def test_managers_and_viewers_see_neither(portal: PortalOf) -> None:
    for role in ("manager", "viewer"):
        other = portal(role=role)
        other.sign_in()
        places = other.page.get_by_role("navigation", name="Portal").get_by_role("link")
        expect(places).to_have_text(["Companies", "Requests", "Forecast"])
        for path in APART:
            assert other.page.request.get(f"{other.account.portal}/{path}").status == 403
        other.page.goto(f"{other.account.portal}/audit-log")
        other.at("forbidden")


def reached(boss: Portal) -> list[int]:
    """How many requests got to each stage."""
    return [int(row[1].replace(",", "")) for row in boss.table("How far requests get").rows]


def download(boss: Portal, folder: Path) -> list[dict[str, str]]:
    """The rows of the table behind the page's link."""
    with boss.page.expect_download() as taken:
        boss.follow("Download as CSV")
    file = folder / taken.value.suggested_filename
    taken.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
