"""What `linkflow doctor` says of mail: a whole conversation with a real server, and nothing that arrives."""

import ssl
from pathlib import Path
from typing import Any

import pytest

from linkflow.doctor import mail
from linkflow.doctor.findings import Level
from tests.config_factories import make_settings
from tests.jobs.rig import make_context
from tests.mail.conftest import Script, Start, only_anna

SENDER = "Data requests <requests@northbank.co>"


@pytest.fixture
def told(tmp_path: Path) -> Any:
    def examined(url: str | None, *, offline: bool = False, sender: str = SENDER) -> dict[Level, str]:
        given: dict[str, Any] = {"mail_from": sender}
        given |= {"smtp_url": url, "mailbox_dir": None} if url else {"smtp_url": None}
        ctx = make_context(make_settings(tmp_path, **given))
        section = mail.examine(ctx, offline=offline)
        ctx.http.close()
        ctx.database.dispose()
        return {level: "\n".join(one.text for one in section.findings if one.level is level) for level in Level}

    return examined


def test_a_server_that_would_take_mail_is_told_from_what_it_says_and_gets_none(smtp: Start, told: Any) -> None:
    server = smtp(Script())
    found = told(f"smtp://127.0.0.1:{server.port}?starttls=off&timeout=2")
    assert f"127.0.0.1:{server.port} takes mail from requests@northbank.co" in found[Level.OK]
    assert "without encryption" in found[Level.WARNING]
    assert "stands in DNS alone" in found[Level.NOTE]
    assert found[Level.FAILURE] == ""
    assert server.script.received == []


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(mail="550 no such sender"), "does not take requests@northbank.co as a sender (reply 550)"),
        (Script(mail="530 sign in first"), "does not let us in: look at user and password (reply 530)"),
        (Script(mail="421 too busy"), "is too busy (reply 421)"),
        (Script(delay={"mail": 1.0}), "did not answer in time"),
    ],
    ids=["another sender", "no password", "busy", "slow"],
)
@pytest.mark.hasty
def test_a_server_that_would_not_is_told_with_its_reason(smtp: Start, told: Any, script: Script, words: str) -> None:
    server = smtp(script)
    found = told(f"smtp://127.0.0.1:{server.port}?starttls=off&timeout=0.5")
    assert words in found[Level.FAILURE]
    assert server.script.received == []


def test_signing_in_is_part_of_it_and_no_password_is_told(
    smtp: Start, told: Any, server_tls: ssl.SSLContext, certificate: Path
) -> None:
    server = smtp(Script(), tls_context=server_tls, authenticator=only_anna, require_starttls=True)
    place, options = f"localhost:{server.port}", f"?ca_file={certificate}&timeout=5"
    assert "(encrypted, nothing was sent)" in told(f"smtp://anna:p%3Aw%2Fd@{place}{options}")[Level.OK]
    wrong = told(f"smtp://anna:hush-hush@{place}{options}")
    assert "look at user and password" in wrong[Level.FAILURE]
    assert "hush" not in "".join(wrong.values())


def test_nobody_there_is_told_and_offline_nobody_is_asked(told: Any) -> None:
    assert "127.0.0.1:9 cannot be reached" in told("smtp://127.0.0.1:9?starttls=off")[Level.FAILURE]
    assert told("smtp://127.0.0.1:9?starttls=off", offline=True)[Level.FAILURE] == ""


def test_a_sender_of_another_domain_than_who_signs_in_is_pointed_out(told: Any) -> None:
    found = told("smtp://mailer%40provider.co:x@mail.provider.co", offline=True)
    assert "somebody of provider.co and sends as requests@northbank.co" in found[Level.WARNING]
    assert "belongs to nobody" in told(None, sender="data@bank.example")[Level.WARNING]
    found = told("smtp://mailer%40northbank.co:x@mail.provider.co", offline=True)
    assert found[Level.WARNING] == ""
