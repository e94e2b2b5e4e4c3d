"""A whole journey with every log open: nothing that opens anything is in a log or, readable, in the database."""

import logging
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from linkflow.services import authorizing
from tests.fakes import SECRET
from tests.web.office import BASE, PASSWORD, Office
from tests.web.states import code_in_mail, hand_over


def _walk(office: Office) -> set[str]:
    """Two organizations' journeys to the end, a hand-over, a code and a user; answers everything secret in them."""
    asked, coded = office.ask(), office.ask(organization="harbour")
    customer = office.to_leaving(asked)
    state = parse_qs(urlsplit(customer.authorize_url).query)["state"][0]
    office.returned(customer).press()
    assert customer.name == "connected"
    guest = office.follow(coded)
    code = code_in_mail(office)
    office.returned(office.consent(office.choose(guest.press(code=code)))).press()
    assert guest.name == "connected"
    third = office.choose(office.follow(office.ask(name="Third Ltd")))
    hand_over(office, third)
    third.look("/l/made-up").look("/callback/sandbox?state=made-up&code=a-code-from-nowhere")
    office.browser().post(asked.link.removeprefix(BASE) + "/renew/northbank")
    manager = office.user()
    manager.look(f"/portal/requests/{asked.request_id}")
    narrow = office.values("SELECT id FROM links WHERE kind='hand_over'")[0]
    tokens = {asked.link.rsplit("/", 1)[1], coded.link.rsplit("/", 1)[1], office.ctx.signer.sign_link(narrow, 1)}
    return {*office.software.issued, *office.software.exchanges, state, SECRET, PASSWORD, *tokens, customer.cookie()}


@pytest.fixture
def secrets(office: Office, every_log: pytest.LogCaptureFixture) -> set[str]:
    found = _walk(office)
    assert len([one for one in found if one.startswith("access_token")]) == 2
    return found


def test_no_log_holds_a_secret(office: Office, secrets: set[str], caplog: pytest.LogCaptureFixture) -> None:
    told = caplog.text + "\n".join(str(vars(record)) for record in caplog.records)
    assert not [secret for secret in secrets if secret in told]
    assert "code_verifier" not in told


def test_no_row_holds_a_secret_in_readable_form(office: Office, secrets: set[str]) -> None:
    office.ctx.database.dispose()
    kept = b"".join(path.read_bytes() for path in office.folder.glob("linkflow.db*")) or office.rows().encode()
    secrets.discard("")
    assert not [secret for secret in secrets if secret.encode() in kept]
    assert b"Abra Kebabra" in kept, "it was read where it is kept"


def test_codes_are_not_stored(office: Office) -> None:
    office.follow(office.ask(organization="harbour"))
    digits = code_in_mail(office)
    assert not re.search(rf"\b{digits[:3]} ?{digits[3:]}\b", office.rows())


def test_a_fault_on_the_way_back_logs_no_query(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    customer = office.to_leaving(office.ask())
    answer = office.software.approve(customer.authorize_url)

    def broken(*_: object) -> None:
        raise ValueError("trouble")

    monkeypatch.setattr(authorizing, "_settle", broken)
    caplog.set_level(logging.DEBUG)
    customer.come_back(answer)
    assert customer.page.status_code == 500
    assert "trouble" in caplog.text
    assert answer["code"] not in caplog.text
    assert answer["state"] not in caplog.text
    assert answer["code"] not in customer.page.text
