"""What each role may see and do."""

import re

import pytest

from tests.web.portal.desk import Desk, data_page, main_text
from tests.web.portal.furnished import everything

ROLES = ("viewer", "manager", "administrator")
# Every route of the portal, and the least role that may; None where nobody needs to be signed in.
MATRIX: dict[tuple[str, str], str | None] = {
    ("GET", "/portal"): "viewer",
    ("GET", "/portal/sign-in"): None,
    ("POST", "/portal/sign-in"): None,
    ("GET", "/portal/sign-in-code"): None,
    ("POST", "/portal/sign-in-code"): None,
    ("GET", "/portal/sign-in/<slug>"): None,
    ("POST", "/portal/sign-in/<slug>"): None,
    ("POST", "/portal/sign-in/<slug>/attempt"): None,
    ("GET", "/portal/sign-in/<slug>/leaving/<attempt_id>"): None,
    ("GET", "/portal/sign-in/<slug>/callback"): None,
    ("POST", "/portal/sign-out"): "viewer",
    ("GET", "/portal/forgotten-password"): None,
    ("POST", "/portal/forgotten-password"): None,
    ("GET", "/portal/new-passwords/<token>"): None,
    ("POST", "/portal/new-passwords/<token>"): None,
    ("GET", "/portal/invitations/<token>"): None,
    ("POST", "/portal/invitations/<token>"): None,
    ("GET", "/portal/account"): "viewer",
    ("POST", "/portal/account"): "viewer",
    ("POST", "/portal/account/password"): "viewer",
    ("POST", "/portal/account/mails"): "viewer",
    ("POST", "/portal/account/sessions"): "viewer",
    ("GET", "/portal/account/second-factor"): "viewer",
    ("POST", "/portal/account/second-factor"): "viewer",
    ("POST", "/portal/account/second-factor/key"): "viewer",
    ("POST", "/portal/account/second-factor/removal"): "viewer",
    ("GET", "/portal/requests"): "viewer",
    ("GET", "/portal/requests/new"): "manager",
    ("POST", "/portal/requests/new"): "manager",
    ("GET", "/portal/requests/new/mail/<sealed>"): "manager",
    ("GET", "/portal/requests/<request_id>"): "viewer",
    ("GET", "/portal/requests/<request_id>/mails/<message_id>"): "viewer",
    ("POST", "/portal/requests/<request_id>/resend"): "manager",
    ("POST", "/portal/requests/<request_id>/show-link"): "manager",
    ("GET", "/portal/requests/<request_id>/withdraw"): "manager",
    ("POST", "/portal/requests/<request_id>/withdraw"): "manager",
    ("POST", "/portal/requests/<request_id>/remind"): "manager",
    ("POST", "/portal/requests/<request_id>/start-reminders"): "manager",
    ("POST", "/portal/requests/<request_id>/reopen"): "manager",
    ("GET", "/portal/requests/<request_id>/extend"): "manager",
    ("POST", "/portal/requests/<request_id>/extend"): "manager",
    ("GET", "/portal/companies"): "viewer",
    ("GET", "/portal/companies/<company_id>/entities/<entity_id>/financials"): "viewer",
    ("GET", "/portal/companies/<company_id>/entities/<entity_id>/financials/categories/<category>"): "viewer",
    ("GET", "/portal/companies/<company_id>/entities/<entity_id>/financials/accounts/<account_key>"): "viewer",
    ("GET", "/portal/companies/<company_id>/entities/<entity_id>/financials/ratios/<ratio>"): "viewer",
    ("GET", "/portal/companies/<company_id>/entities/<entity_id>/categories"): "viewer",
    ("POST", "/portal/companies/<company_id>/entities/<entity_id>/categories"): "manager",
    ("POST", "/portal/companies/<company_id>/entities/<entity_id>/categories/<correction_id>/undo"): "manager",
    ("POST", "/portal/companies/<company_id>/spend/workbook"): "viewer",
    ("GET", "/portal/companies/<company_id>/spend/<table>.csv"): "viewer",
    ("GET", "/portal/companies/<company_id>/spend/report.json"): "viewer",
    ("POST", "/portal/companies/<company_id>/entities/<entity_id>/financials/workbook"): "viewer",
    ("GET", "/portal/companies/<company_id>/entities/<entity_id>/financials/<statement>.csv"): "viewer",
    ("GET", "/portal/companies/<company_id>/entities/<entity_id>/financials/report.json"): "viewer",
    ("GET", "/portal/workbooks/<workbook_id>"): "viewer",
    ("GET", "/portal/companies/new"): "manager",
    ("POST", "/portal/companies/new"): "manager",
    ("GET", "/portal/companies/import"): "manager",
    ("POST", "/portal/companies/import"): "manager",
    ("GET", "/portal/companies/import/template.csv"): "manager",
    ("GET", "/portal/companies/import/template.xlsx"): "manager",
    ("GET", "/portal/companies/import/<import_id>"): "manager",
    ("POST", "/portal/companies/import/<import_id>"): "manager",
    ("GET", "/portal/companies/import/<import_id>/request"): "manager",
    ("POST", "/portal/companies/import/<import_id>/request"): "manager",
    ("GET", "/portal/companies/<company_id>/spend"): "viewer",
    ("GET", "/portal/companies/<company_id>/spend/bills"): "viewer",
    ("GET", "/portal/companies/<company_id>/spend/payments"): "viewer",
    ("GET", "/portal/companies/<company_id>/spend/expenses"): "viewer",
    ("GET", "/portal/companies/<company_id>/spend/credit-notes"): "viewer",
    ("GET", "/portal/companies/<company_id>"): "viewer",
    ("GET", "/portal/companies/<company_id>/edit"): "manager",
    ("POST", "/portal/companies/<company_id>/edit"): "manager",
    ("GET", "/portal/companies/<company_id>/links"): "manager",
    ("POST", "/portal/companies/<company_id>/links"): "manager",
    ("GET", "/portal/companies/<company_id>/delete"): "manager",
    ("POST", "/portal/companies/<company_id>/delete"): "manager",
    ("POST", "/portal/companies/<company_id>/notes"): "manager",
    ("POST", "/portal/notes/<note_id>/delete"): "manager",
    ("POST", "/portal/connections/<connection_id>/reading"): "manager",
    ("POST", "/portal/connections/<connection_id>/reconnect"): "manager",
    ("GET", "/portal/connections/<connection_id>/disconnect"): "manager",
    ("POST", "/portal/connections/<connection_id>/disconnect"): "manager",
    ("GET", "/portal/tenant-changes/<change_id>/approve"): "manager",
    ("POST", "/portal/tenant-changes/<change_id>/approve"): "manager",
    ("POST", "/portal/tenant-changes/<change_id>/keep"): "manager",
    ("GET", "/portal/files/<upload_id>"): "manager",
    ("POST", "/portal/files/<upload_id>/accept"): "manager",
    ("GET", "/portal/files/<upload_id>/correction"): "manager",
    ("POST", "/portal/files/<upload_id>/correction"): "manager",
    ("GET", "/portal/entities/<entity_id>/name"): "manager",
    ("POST", "/portal/entities/<entity_id>/name"): "manager",
    ("GET", "/portal/entities/<entity_id>/removal"): "manager",
    ("POST", "/portal/entities/<entity_id>/removal"): "manager",
    ("GET", "/portal/forecast"): "viewer",
    ("GET", "/portal/forecast/askings"): "manager",
    ("POST", "/portal/forecast/askings"): "manager",
    ("GET", "/portal/forecast/askings/mail"): "manager",
    ("GET", "/portal/forecast/askings/<batch_id>"): "viewer",
    ("POST", "/portal/forecast/askings/<batch_id>/stop"): "manager",
    ("GET", "/portal/users"): "administrator",
    ("GET", "/portal/users/new"): "administrator",
    ("POST", "/portal/users/new"): "administrator",
    ("GET", "/portal/users/invitations"): "administrator",
    ("POST", "/portal/users/invitations/<invitation_id>/resend"): "administrator",
    ("POST", "/portal/users/invitations/<invitation_id>/withdraw"): "administrator",
    ("GET", "/portal/users/<user_id>"): "administrator",
    ("POST", "/portal/users/<user_id>/role"): "administrator",
    ("POST", "/portal/users/<user_id>/disable"): "administrator",
    ("POST", "/portal/users/<user_id>/enable"): "administrator",
    ("POST", "/portal/users/<user_id>/sessions"): "administrator",
    ("POST", "/portal/users/<user_id>/second-factor"): "administrator",
    ("GET", "/portal/funnel"): "administrator",
    ("GET", "/portal/funnel.csv"): "administrator",
    ("GET", "/portal/gallery"): "administrator",
    ("GET", "/portal/gallery/<sample>"): "administrator",
    ("GET", "/portal/gallery/<sample>/document"): "administrator",
    ("GET", "/portal/audit-log"): "administrator",
    ("GET", "/portal/audit-log.csv"): "administrator",
}

TAKEN = (
    "/portal/audit-log.csv",
    "/portal/files/<upload_id>",
    "/portal/workbooks/<workbook_id>",
    *(
        f"/portal/companies/<company_id>{place}/{file}"
        for place, table in (
            ("/spend", "<table>.csv"),
            ("/entities/<entity_id>/financials", "<statement>.csv"),
        )
        for file in (table, "report.json")
    ),
)
READING = ("/portal/requests", "/portal/requests/{request}", "/portal/companies/{company}")
ACTING = (
    "/portal/requests/new",
    "/portal/requests/{request}/resend",
    "/portal/requests/{request}/show-link",
    "/portal/requests/{request}/withdraw",
)


def test_the_matrix_has_every_route_of_the_portal_and_no_other(desk: Desk) -> None:
    routed = {
        (method, rule.rule)
        for rule in desk.app.url_map.iter_rules()
        if rule.endpoint.startswith("linkflow_portal.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routed == set(MATRIX)


@pytest.mark.parametrize("role", [None, *ROLES])
def test_every_route_admits_whom_the_matrix_says(desk: Desk, role: str | None) -> None:
    named, browser = everything(desk), desk.browser(role)
    named |= {"slug": "northbank", "token": desk.ctx.signer.sign_invitation(named["invitation_id"], 1)}
    before, wrong = desk.rows(), []
    for (method, rule), least in MATRIX.items():
        path = re.sub(r"<(\w+)>", lambda part: named.get(part[1], "nothing"), rule)
        if rule in TAKEN and role is not None and ROLES.index(role) >= ROLES.index(least or "viewer"):
            continue  # that it was taken is written down
        answer = browser.look(path) if method == "GET" else browser.post(path)  # without a token nothing is done
        may = least is None or (role is not None and ROLES.index(role) >= ROLES.index(least))
        sent_away = answer.location == "/portal/sign-in" and least is not None
        if (sent_away, answer.status_code == 403) != (not may and role is None, not may and role is not None):
            wrong.append((method, rule, answer.status_code))
    assert wrong == []
    assert desk.rows() == before


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
    assert 'href="/portal/companies">Go to the companies' in answer.text
    assert desk.rows() == before


@pytest.mark.parametrize("path", ["/portal/requests/new", "/portal/requests/new/mail/x"])
def test_a_viewer_is_refused_the_pages_of_acting(desk: Desk, path: str) -> None:
    assert desk.browser("viewer").look(path).status_code == 403


def test_a_viewer_is_offered_no_action(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser("viewer")
    for path in READING:
        said = main_text(browser.page(path.format(request=asked.request_id, company=asked.company_id)))
        for word in ("New request", "Request information", "Send again", "Show the link", "Withdraw"):
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
