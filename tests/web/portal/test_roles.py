"""What each role may see and do."""

import pytest

from tests.web.portal.desk import Desk, data_page, main_text

READING = ("/portal/requests", "/portal/requests/{request}", "/portal/companies/{company}")
ACTING = (
    "/portal/requests/new",
    "/portal/requests/{request}/resend",
    "/portal/requests/{request}/show-link",
    "/portal/requests/{request}/withdraw",
)


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("role", ["viewer", "manager", "administrator"])
def test_everybody_reads(desk: Desk, role: str, path: str) -> None:
    asked = desk.ask()
    browser = desk.browser(role)
    assert browser.look(path.format(request=asked.request_id, company=asked.company_id)).status_code == 200


@pytest.mark.parametrize("path", ACTING)
def test_a_viewer_acts_on_nothing(desk: Desk, path: str) -> None:
    asked, browser = desk.ask(), desk.browser("viewer")
    before = desk.rows()
    answer = browser.send(path.format(request=asked.request_id), on="/portal/requests")
    assert answer.status_code == 403
    assert data_page(answer.text) == "forbidden"
    assert 'href="/portal/requests">Carry on' in answer.text
    assert desk.rows() == before


@pytest.mark.parametrize("path", ["/portal/requests/new", "/portal/requests/new/mail/x"])
def test_a_viewer_is_refused_the_pages_of_acting(desk: Desk, path: str) -> None:
    assert desk.browser("viewer").look(path).status_code == 403


def test_a_viewer_is_offered_no_action(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser("viewer")
    for path in READING:
        said = main_text(browser.page(path.format(request=asked.request_id, company=asked.company_id)))
        for word in ("New request", "Send again", "Show the link", "Withdraw"):
            assert word not in said.replace("Withdrawn", ""), (path, word)


@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_managers_and_administrators_act_on_every_company(desk: Desk, role: str) -> None:
    asked = desk.ask()
    browser, page = desk.browser(role), f"/portal/requests/{asked.request_id}"
    for action in ("resend", "show-link", "withdraw"):
        assert browser.send(f"{page}/{action}", on=page).status_code == 303
    assert "Status Withdrawn" in main_text(browser.page(page))


def test_a_role_that_is_taken_away_counts_at_once(desk: Desk) -> None:
    browser = desk.browser("manager")
    assert browser.look("/portal/requests/new").status_code == 200
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE users SET role = 'viewer'")
    assert browser.look("/portal/requests/new").status_code == 403
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE users SET role = 'nobody'")
    assert browser.look("/portal/requests").status_code == 403
