"""Where an organization wants it, its people see only the companies assigned to them; administrators see all."""

from pathlib import Path

import pytest

from linkflow.store import companies
from linkflow.store.turns import take_turn
from tests.web.portal.desk import Desk, data_page, make_desk
from tests.web.portal.furnished import everything
from tests.web.portal.test_other_organizations import ask, at, routes
from tests.web.portal.test_roles import MATRIX


@pytest.fixture
def narrow(portal_url: str, tmp_path: Path) -> Desk:
    """A portal whose people see what is assigned to them; whoever asks a new company has it assigned."""
    return make_desk(tmp_path, portal_url, portal={"sight": "assigned"})


def test_who_a_company_is_assigned_to_sees_it(narrow: Desk) -> None:
    asked = narrow.ask()
    assert "Abra Kebabra" in narrow.browser("manager").page(f"/portal/companies/{asked.company_id}")
    assert "Abra Kebabra" in narrow.browser("manager").page("/portal/requests")


def test_an_administrator_sees_every_company(narrow: Desk) -> None:
    asked = narrow.ask()
    assert "Abra Kebabra" in narrow.browser("administrator").page(f"/portal/companies/{asked.company_id}")
    assert "Abra Kebabra" in narrow.browser("administrator").page("/portal/requests")


def test_nothing_of_a_company_out_of_sight_is_found(narrow: Desk) -> None:
    known, browser = everything(narrow), narrow.browser("manager")
    before, seen = narrow.rows(), 0
    for rule, method in routes(narrow.app):
        if MATRIX[method, rule] != "administrator":
            answer, seen = ask(browser, method, at(rule, known)), seen + 1
            assert (answer.status_code, data_page(answer.text)) == (404, "page-not-found"), (method, rule)
            assert "Abra Kebabra" not in answer.text
    assert seen >= 30
    assert "Abra Kebabra" not in browser.page("/portal/requests")
    assert narrow.rows() == before


def test_a_company_out_of_sight_is_not_asked_again(narrow: Desk) -> None:
    asked = narrow.ask(organization="northbank")
    other = narrow.browser("manager", "northbank")
    with narrow.ctx.database.transaction() as tx:
        take_turn(tx, asked.company_id)
        companies.assign(tx, asked.company_id, ())
    assert "Abra Kebabra" not in other.page("/portal/requests/new")
    answer = other.send(
        "/portal/requests/new",
        do="send",
        company=asked.company_id,
        data_types="both",
        request_name="Working capital review",
    )
    assert answer.status_code == 404


def test_by_default_everybody_of_the_organization_sees_every_company(desk: Desk) -> None:
    asked = desk.ask()
    assert "Abra Kebabra" in desk.browser("viewer").page(f"/portal/companies/{asked.company_id}")
