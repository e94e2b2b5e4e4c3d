"""One organization never sees or touches another's anything, on any route and method of the portal."""

import re
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from linkflow.services import inviting
from linkflow.store import messages
from tests.web.portal.desk import Browser, Desk, data_page
from tests.web.portal.furnished import everything
from tests.web.portal.test_roles import ROLES

SHARED = {"sample"}
"""What names nothing of anybody's: the samples of the gallery, which each organization has in its own look."""
_IDS = ("company_id", "request_id", "connection_id", "entity_id", "upload_id", "note_id", "change_id", "import_id")


def routes(app: Flask) -> list[tuple[str, str]]:
    """Every route of the portal that names something, with each of its methods; pages to sign in on are anybody's."""
    return sorted(
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("linkflow_portal.")
        and rule.arguments - SHARED
        and str(getattr(app.view_functions[rule.endpoint], "guard", "")).startswith("portal:")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def at(rule: str, names: dict[str, str]) -> str:
    """The rule's address with those names; every argument must have one."""
    return re.sub(r"<(\w+)>", lambda part: quote(names[part[1]], safe=":="), rule)


def ask(browser: Browser, method: str, path: str) -> TestResponse:
    """Look, or post with a good token."""
    return browser.look(path) if method == "GET" else browser.send(path, on="/portal/requests")


def test_nothing_named_by_another_organizations_id_is_found(desk: Desk) -> None:
    theirs = desk.ask("Secret Harbour Ltd", organization="harbour")
    with desk.ctx.database.reading() as tx:
        (mail,) = messages.messages_of_request(tx, theirs.request_id)
    names = {
        "request_id": theirs.request_id,
        "company_id": theirs.company_id,
        "message_id": mail.id,
        "sealed": "v1:k1:AAAA",
        "report": "profit-and-loss",
        "category": "income.revenue.goods",
        "account_key": "made-up",
        "ratio": "revenue",
        "table": "bills",
        "statement": "accounts",
        "user_id": desk.account("manager", "harbour").id,
        "invitation_id": inviting.invite(
            desk.ctx, desk.account("administrator", "harbour"), email="new@harbour.example", role="viewer"
        ).id,
    } | dict.fromkeys(
        (
            *("connection_id", "entity_id", "upload_id", "note_id", "change_id", "import_id", "correction_id"),
            "workbook_id",
            "batch_id",
        ),
        desk.ctx.new_id(),
    )
    browser, seen = desk.browser("administrator"), 0
    before = desk.rows()
    for rule, method in routes(desk.app):
        path = at(rule, names)
        answer, seen = ask(browser, method, path), seen + 1
        assert answer.status_code == 404, (method, path)
        assert data_page(answer.text) == "page-not-found"
        assert "Secret Harbour" not in answer.text
        assert "anna@abra.example" not in answer.text
    assert seen >= 7
    assert desk.rows() == before


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_another_organizations_company_is_found_by_its_true_ids(desk: Desk, role: str) -> None:
    names = everything(desk)
    browser, before = desk.browser(role, "harbour"), desk.rows()
    for rule, method in routes(desk.app):
        for path in (at(rule, names), at(rule, {**names, **dict.fromkeys(_IDS, desk.ctx.new_id())})):
            answer = ask(browser, method, path)
            # A sealed preview names nothing: it is refused to whoever may not ask, and opens to nobody else.
            refused = 403 if role == "viewer" and "<sealed>" in rule else 404
            assert answer.status_code == refused, (role, method, path)
            assert "Abra Kebabra" not in answer.text
    assert desk.rows() == before


def test_all_of_it_is_found_by_whose_it_is(desk: Desk) -> None:
    """So what is not found above is not found because it is another's."""
    names, browser = everything(desk), desk.browser("administrator")
    for rule, method in routes(desk.app):
        if method == "GET":
            assert browser.look(at(rule, names)).status_code < 400, rule
    looked_at = {name for rule, method in routes(desk.app) if method == "GET" for name in names if f"<{name}>" in rule}
    pressed = {
        "note_id": "/portal/notes/<note_id>/delete",
        "change_id": "/portal/tenant-changes/<change_id>/keep",
        "invitation_id": "/portal/users/invitations/<invitation_id>/resend",
        "correction_id": "/portal/companies/<company_id>/entities/<entity_id>/categories/<correction_id>/undo",
    }
    assert looked_at | set(pressed) == set(names) - SHARED
    for rule in pressed.values():
        assert ask(browser, "POST", at(rule, names)).status_code == 303, rule


@pytest.mark.parametrize(
    "path", ["/portal/requests", "/portal/requests?q=secret", "/portal/requests/new", "/portal/requests/new?q=secret"]
)
def test_no_list_shows_another_organizations_companies(desk: Desk, path: str) -> None:
    desk.ask("Secret Harbour Ltd", organization="harbour")
    assert "Secret" not in desk.browser("administrator").page(path).replace('value="secret"', "")


def test_a_page_does_not_begin_at_another_organizations_request(desk: Desk) -> None:
    mine = desk.ask()
    desk.clock.go_on(minutes=1)
    theirs = desk.ask("Secret Harbour Ltd", organization="harbour")
    desk.clock.go_on(minutes=1)
    newer = desk.ask("Hairosmith")
    page = desk.browser().page(f"/portal/requests?before={theirs.request_id}")
    assert mine.request_id in page
    assert newer.request_id in page


def test_a_request_is_not_made_to_another_organizations_company(desk: Desk) -> None:
    theirs = desk.ask("Secret Harbour Ltd", organization="harbour")
    browser, before = desk.browser(), desk.rows()
    for pressed in ("preview", "send", "link"):
        answer = browser.send(
            "/portal/requests/new",
            do=pressed,
            company=theirs.company_id,
            data_types="both",
            request_name="Working capital review",
        )
        assert answer.status_code == 404
        assert "Secret" not in answer.text
    assert browser.look(f"/portal/requests/new?company={theirs.company_id}").status_code == 404
    assert desk.rows() == before


def test_every_page_wears_the_look_of_the_users_organization(desk: Desk) -> None:
    assert "– Harbour</title>" in desk.browser("viewer", "harbour").page("/portal/requests")
    assert "– Northbank</title>" in desk.browser("viewer").page("/portal/requests")
