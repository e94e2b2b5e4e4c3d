"""No GET of the portal changes a row, whoever looks; a download is written down, and is the exception."""

import pytest

from linkflow.services import inviting
from linkflow.store import messages
from tests.web.portal.desk import Desk
from tests.web.test_safe_gets import DOWNLOADS


@pytest.mark.parametrize("role", [None, "viewer", "manager", "administrator"])
def test_no_page_changes_a_row(desk: Desk, role: str | None) -> None:
    asked = desk.ask()
    with desk.ctx.database.reading() as tx:
        (mail,) = messages.messages_of_request(tx, asked.request_id)
    named = {"request_id": asked.request_id, "company_id": asked.company_id, "message_id": mail.id, "sealed": "x"}
    invitation = inviting.invite(desk.ctx, desk.account("administrator"), email="new@northbank.example", role="viewer")
    token = desk.ctx.signer.sign_invitation(invitation.id, 1)
    named |= {"user_id": desk.account("viewer").id, "invitation_id": invitation.id, "token": token}
    browser = desk.browser(role)
    before, seen = desk.rows(), 0
    for rule in desk.app.url_map.iter_rules():
        looked_at = rule.endpoint.startswith("linkflow_portal.") and rule.endpoint not in DOWNLOADS
        if looked_at and "GET" in (rule.methods or ()):
            path = rule.rule
            for name, value in named.items():
                path = path.replace(f"<{name}>", value)
            for _ in range(2):  # a thousand times in test_safe_gets.py
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
    before_signing_in = {"sign_in", "organization_sign_in", "set_out", "leaving", "sign_in_code", "forgotten_password"}
    public = {name.partition(".")[2] for name, guard in guards.items() if guard == "public"}
    assert public == before_signing_in | {"new_password", "accept_invitation"}
    assert guards.pop("linkflow_portal.come_back") == "callback"
    assert set(guards.values()) == {"public", "portal:viewer", "portal:manager", "portal:administrator"}
