"""Figures as files: those of each report a company's page shows are one press away, and no others are offered."""

import re

import pytest
from sqlalchemy import text

from linkflow.domain.books import Supplier
from linkflow.domain.requests import ConnectionState
from linkflow.store import connections
from tests.jobs.rig import Rows, add_rows
from tests.made_reports import make_reports
from tests.spend_rows import bill
from tests.web.portal.desk import Desk
from tests.web.portal.test_company_page import line, pulled

FILES = re.compile(r'href="(/portal/companies/[^"]+\.csv[^"]*)"')


def files(desk: Desk, rows: Rows, *, entity: str = "", role: str = "viewer") -> list[str]:
    """What the company's page offers to take."""
    return FILES.findall(desk.browser(role).page(f"/portal/companies/{rows.company_id}{entity}"))


def names(paths: list[str]) -> list[str]:
    return [path.rsplit("/", 1)[1].split("?")[0] for path in paths]


def test_every_report_a_page_shows_can_be_taken_and_no_other(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows, [line("Sales", "1200.00")])
    assert files(desk, rows) == []
    make_reports(desk.ctx, rows.connection_id)
    offered = files(desk, rows)
    assert names(offered)[:2] == ["profit-and-loss.csv", "balance-sheet.csv"]
    answer = desk.browser("viewer").look(offered[0])
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "1200.00" in answer.text


def test_a_spend_analysis_is_two_files(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    desk.clock.time = desk.clock.time.replace(year=2025, month=12)
    pulled(desk, rows, [Supplier(external_id="s1", name="Paper Ltd"), bill("b1", "10.00")])
    make_reports(desk.ctx, rows.connection_id)
    offered = files(desk, rows)
    assert names(offered) == ["payment-methods.csv", "suppliers.csv"]
    for path in offered:
        assert desk.browser("viewer").look(path).status_code == 200


def test_those_of_each_entity_are_its_own_also_after_its_connection_ended(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    other = add_rows(desk.ctx, of=rows, tenant_id="tenant-2")
    for one, amount in ((rows, "1.00"), (other, "2.00")):
        pulled(desk, one, [line("Sales", amount)])
        make_reports(desk.ctx, one.connection_id)
    with desk.ctx.database.transaction() as tx:
        old, new = ConnectionState.LINKED, ConnectionState.DISCONNECTED
        connections.move(tx, other.connection_id, old=old, new=new, ended_at=desk.ctx.now())
    path = files(desk, rows, entity=f"?entity={other.entity_id}")[0]
    assert f"/entities/{other.entity_id}/" in path
    assert "2.00" in desk.browser("viewer").look(path).text


@pytest.mark.parametrize(
    ("name", "plain", "own"),
    [
        ("Ελληνικά Έργα ΑΕ", "company", "%CE%95%CE%BB%CE%BB%CE%B7%CE%BD%CE%B9%CE%BA%CE%AC"),
        ("Müller & Söhne", "M-ller-S-hne", "M%C3%BCller-S%C3%B6hne"),
        ("“/../”", "company", "company-financials"),
    ],
)
def test_a_file_is_named_after_its_company_in_the_companys_own_letters(
    desk: Desk, name: str, plain: str, own: str
) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows, [line("Sales", "1.00")])
    make_reports(desk.ctx, rows.connection_id)
    with desk.ctx.database.transaction() as tx:
        tx.connection.execute(text("UPDATE companies SET name = :name"), {"name": name})
    header = desk.browser("viewer").look(files(desk, rows)[0]).headers["Content-Disposition"]
    assert header.isascii()
    assert f'filename="{plain}-financials-profit-and-loss.csv"' in header
    assert f"filename*=UTF-8''{own}" in header
