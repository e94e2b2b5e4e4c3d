"""The mailbox of files."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from linkflow.domain.addresses import Mailbox
from linkflow.mail import FileMailbox, MailRefused, compose, fill
from tests.mail.examples import LINK, NOW, rendered


def message(number: int = 0):  # type: ignore[no-untyped-def]
    return compose(
        fill(rendered("request-financials"), link=LINK),
        sender=Mailbox("requests@northbank.example", "Northbank"),
        recipient=Mailbox("anna@example.com"),
        message_id=f"<m{number}@northbank.example>",
        date=NOW,
    )


def test_a_mail_is_one_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    box = FileMailbox(tmp_path / "new" / "box")
    box.send(message())
    (file,) = (tmp_path / "new" / "box").iterdir()
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.read_bytes() == message().as_bytes()


def test_mails_come_back_in_the_order_they_were_sent(tmp_path: Path) -> None:
    times = iter([NOW, NOW + timedelta(microseconds=1), NOW + timedelta(days=40)])
    box = FileMailbox(tmp_path, clock=lambda: next(times))
    for number in range(3):
        box.send(message(number))
    assert [each["Message-ID"] for each in box.messages()] == [f"<m{n}@northbank.example>" for n in range(3)]
    assert LINK in box.messages()[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_two_mails_of_the_same_instant_and_id_are_two_files(tmp_path: Path) -> None:
    box = FileMailbox(tmp_path, clock=lambda: NOW)
    box.send(message())
    box.send(message())
    assert len(box.messages()) == 2


def test_a_mail_that_is_half_written_is_not_there(tmp_path: Path) -> None:
    box = FileMailbox(tmp_path)
    (tmp_path / ".20261123T164000.000000Z-x.eml.part").write_bytes(b"From: ")
    (tmp_path / ".hidden.eml").write_bytes(b"From: ")
    assert box.messages() == ()


def test_a_disk_that_will_not_take_it_is_worth_another_try_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MailRefused) as refused:
        FileMailbox(tmp_path / "file").send(message())
    assert not refused.value.permanent
    assert refused.value.reason == "storage"


def test_a_rename_that_fails_leaves_no_part_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(MailRefused):
        FileMailbox(tmp_path).send(message())
    assert list(tmp_path.iterdir()) == []
