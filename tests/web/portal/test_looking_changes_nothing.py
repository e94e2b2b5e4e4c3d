"""No GET of the portal changes a row, whoever looks; a download is written down, and is the exception."""

import pytest

from linkflow.store import messages
from tests.web.portal.desk import Desk
from tests.web.test_safe_gets import DOWNLOADS


@pytest.mark.parametrize("role", [None, "viewer", "manager", "administrator"])
def test_no_page_changes_a_row(desk: Desk, role: str | None) -> None:
    asked = desk.ask()
    with desk.ctx.database.reading() as tx:
        (mail,) = messages.messages_of_request(tx, asked.request_id)
    named = {"request_id": asked.request_id, "company_id": asked.company_id, "message_id": mail.id, "sealed": "x"}
    browser = desk.browser(role)
    before, seen = desk.rows(), 0
    for rule in desk.app.url_map.iter_rules():
        looked_at = rule.endpoint.startswith("linkflow_portal.") and rule.endpoint not in DOWNLOADS
        if looked_at and "GET" in (rule.methods or ()):
            path = rule.rule
            for name, value in named.items():
                path = path.replace(f"<{name}>", value)
            for _ in range(20):
                assert browser.look(path).status_code < 500
            seen += 1
    assert seen >= 8
    assert desk.rows() == before


def test_every_view_says_which_guard_it_stands_behind(desk: Desk) -> None:
    guards = {
        name: getattr(view, "guard", None)
        for name, view in desk.app.view_functions.items()
        if name.startswith("linkflow_portal.")
    }
    before_signing_in = ("sign_in", "organization_sign_in", "set_out", "leaving")
    assert {guards.pop(f"linkflow_portal.{name}") for name in before_signing_in} == {"public"}
    assert guards.pop("linkflow_portal.come_back") == "callback"
    assert set(guards.values()) == {"portal:viewer", "portal:manager", "portal:administrator"}
