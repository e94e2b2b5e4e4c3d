"""The message as it leaves: its headers, and that nobody can add one."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkflow.domain.addresses import Mailbox
from linkflow.mail import LINK_PLACEHOLDER, RenderedMail, compose, fill, message_id_for, unsubscribe_headers
from tests.mail.examples import LINK, NOW, rendered

SENDER, ANNA = Mailbox("requests@northbank.example", "Northbank"), Mailbox("anna@example.com", "Anna Kowalska")
RM = Mailbox("jordan.lee@northbank.example", "Jordan Lee")
PLAIN = RenderedMail("Subject", "Text\n", "<p>Text</p>")
HEADERS = [
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"),
]


def composed(mail: RenderedMail = PLAIN, **changes: object):  # type: ignore[no-untyped-def]
    given = {"sender": SENDER, "recipient": ANNA, "reply_to": RM, "message_id": "<abc@northbank.example>", "date": NOW}
    return compose(mail, **{**given, **changes})  # type: ignore[arg-type]


def test_a_message_carries_both_twins_and_the_usual_headers() -> None:
    mail = fill(rendered("request-financials"), link=LINK)
    read = message_from_bytes(composed(mail).as_bytes(), policy=default)
    assert sorted(read.keys()) == sorted(HEADERS)
    assert read["From"] == "Northbank <requests@northbank.example>"
    assert read["To"] == "Anna Kowalska <anna@example.com>"
    assert read["Reply-To"] == "Jordan Lee <jordan.lee@northbank.example>"
    assert read["Subject"] == mail.subject
    assert read["Date"].datetime == NOW
    assert read["Message-ID"] == "<abc@northbank.example>"
    text, page = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n") == mail.text
    assert page.get_content().replace("\r\n", "\n").rstrip() == mail.html.rstrip()


def test_every_line_is_seven_bits_and_short_enough_for_any_server() -> None:
    sent = composed(fill(rendered("hand-over"), link=LINK)).as_bytes()
    assert sent.isascii()
    assert max(len(line) for line in sent.split(b"\r\n")) <= 90
    assert b"\n" not in sent.replace(b"\r\n", b"")


def test_the_same_message_id_gives_the_same_bytes() -> None:
    assert composed().as_bytes() == composed().as_bytes()
    assert composed().as_bytes() != composed(message_id="<abd@northbank.example>").as_bytes()
    assert message_id_for("k3jx", SENDER) == "<k3jx@northbank.example>"


@pytest.mark.parametrize("length", range(60, 90))
def test_no_header_begins_with_an_empty_line(length: int) -> None:
    subject = ("word " * 20)[:length].strip()
    sent = composed(RenderedMail(subject, "x", "x")).as_bytes()
    assert b":\r\n" not in sent.partition(b"\r\n\r\n")[0]
    assert message_from_bytes(sent, policy=default)["Subject"] == subject


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_name_and_no_subject_adds_a_header(name: str, other: str, subject: str) -> None:
    message = composed(
        RenderedMail(f"{subject}\r\nBcc: all@example.com", "x", "x"),
        sender=Mailbox("a@example.com", f"{name}\nX-Evil: 1"),
        recipient=Mailbox("b@example.com", f"{other}\r\n\r\nbody"),
        reply_to=Mailbox("c@example.com", f'"{name}" <d@example.com>, '),
    )
    read = message_from_bytes(message.as_bytes(), policy=default)
    assert sorted(read.keys()) == sorted(HEADERS)
    for header, address in (("From", "a@example.com"), ("To", "b@example.com"), ("Reply-To", "c@example.com")):
        assert [each.addr_spec for each in read[header].addresses] == [address]


ENCODED = [
    "=?utf-8?q?Hello=0D=0ABcc:_all@example.com?=",
    "=?utf-8?b?SGVsbG8NCkJjYzogYWxsQGV4YW1wbGUuY29t?=",
    "a =?utf-8?q?b=0ABcc:_all@example.com?= c",
    "=\u202e?utf-8?q?b=0ABcc:_all@example.com?=",
    "=?utf-8*en?q?b=0ABcc:_all@example.com?=",
]


@pytest.mark.parametrize("text", ENCODED)
def test_no_encoded_word_adds_a_header(text: str) -> None:
    message = composed(
        RenderedMail(f"{text}: asks", "x", "x"),
        sender=Mailbox("a@example.com", text),
        recipient=Mailbox("b@example.com", f"x {text}"),
        reply_to=Mailbox("c@example.com", text),
    )
    sent = message.as_bytes().partition(b"\r\n\r\n")[0].decode()
    assert sorted(re.findall(r"^([A-Za-z-]+):", sent, re.MULTILINE)) == sorted(HEADERS)
    with pytest.raises(ValueError, match="no encoded word"):
        composed(extra_headers={"X-Fine": text})


@pytest.mark.parametrize(
    "name", ["From", "to", "BCC", "Reply-To", "Subject", "Content-Type", "X Evil", "X-Evil:", "X\r\nY", "", "é"]
)
def test_a_further_header_with_our_name_or_a_bad_one_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be set"):
        composed(extra_headers={name: "x"})


def test_a_further_header_with_a_line_end_is_refused() -> None:
    with pytest.raises(ValueError, match=r"[Hh]eader values"):
        composed(extra_headers={"X-Fine": "x\r\nBcc: all@example.com"})


def test_a_reminder_can_be_stopped_with_one_click() -> None:
    headers = unsubscribe_headers("https://books.northbank.example/stop/ab-c_d.e?x=1")
    message = composed(extra_headers=headers)
    assert message["List-Unsubscribe"] == "<https://books.northbank.example/stop/ab-c_d.e?x=1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("length", [10, 70, 800])
def test_the_address_for_one_click_stays_readable_however_long_it_is(length: int) -> None:
    """Mail programs take it as it stands: they put no encoded words together."""
    url = f"https://books.northbank.example/stop/{'aB3-_.' * length}"[: 37 + length]
    raw = composed(extra_headers=unsubscribe_headers(url)).as_bytes()
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw


@pytest.mark.parametrize(
    "url", ["http://x.example/", "https://x.example/a>b", "https://x.example/a, b", "mailto:a@b.c"]
)
def test_one_click_needs_a_plain_https_address(url: str) -> None:
    with pytest.raises(ValueError, match="plain https"):
        unsubscribe_headers(url)


def test_an_unfilled_mail_is_refused() -> None:
    with pytest.raises(ValueError, match="placeholder"):
        composed(RenderedMail("s", LINK_PLACEHOLDER, ""))
    with pytest.raises(ValueError, match="placeholder"):
        composed(rendered("code"))


@pytest.mark.parametrize("message_id", ["abc", "<abc>", "<a b@c>", "<a@b>\r\nBcc: x@y.z", "<@>"])
def test_a_message_id_that_is_none_is_refused(message_id: str) -> None:
    with pytest.raises(ValueError, match="message id"):
        composed(message_id=message_id)


def test_a_long_subject_is_cut_and_a_host_in_any_script_is_ascii() -> None:
    message = composed(RenderedMail("s" * 500, "x", "x"), recipient=Mailbox("anna@bücher.example"))
    assert len(message["Subject"]) == 180
    assert re.search(rb"To: anna@xn--bcher-kva\.example\r\n", message.as_bytes())
