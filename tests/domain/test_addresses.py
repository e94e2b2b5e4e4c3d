"""Addresses: what is taken, what is refused and why, what a page shows of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkflow.domain.addresses import InvalidAddress, Mailbox, mask_address, normalise_address, one_line, same_mailbox


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("anna@example.com", "anna@example.com"),
        ("  anna@Example.COM\u00a0", "anna@example.com"),
        ("\u200banna@example.com\ufeff", "anna@example.com"),
        ("Anna.K+books@mail.example.co.uk", "Anna.K+books@mail.example.co.uk"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("o'neill_1@x-y.example", "o'neill_1@x-y.example"),
        ("a@" + "b" * 63 + ".example", "a@" + "b" * 63 + ".example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalise_address(typed) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("anna", "no-at"),
        ("anna.example.com", "no-at"),
        ("@example.com", "bad-name"),
        (".anna@example.com", "bad-name"),
        ("anna.@example.com", "bad-name"),
        ("an..na@example.com", "bad-name"),
        ("an na@example.com", "bad-name"),
        ('"anna"@example.com', "bad-name"),
        ("anna@evil.example@example.com", "bad-name"),
        ("anna,bob@example.com", "bad-name"),
        ("Anna <anna@example.com>", "bad-name"),
        ("anną@example.com", "bad-name"),
        ("a" * 65 + "@example.com", "bad-name"),
        ("anna@", "bad-host"),
        ("anna@localhost", "bad-host"),
        ("anna@example..com", "bad-host"),
        ("anna@-example.com", "bad-host"),
        ("anna@127.0.0.1", "bad-host"),
        ("anna@[127.0.0.1]", "bad-host"),
        ("anna@exam ple.com", "bad-host"),
        ("anna@example.com\r\nBcc: all@example.com", "bad-name"),
        ("anna@straße.example", "bad-host"),
        ("anna@" + "b" * 64 + ".example", "bad-host"),
        ("a@" + "b." * 130 + "example", "too-long"),
    ],
)
def test_what_mail_cannot_reach_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(InvalidAddress) as refused:
        normalise_address(typed)
    assert refused.value.reason == reason


@given(st.text(max_size=80))
def test_nothing_typed_passes_with_a_blank_or_a_line_end_in_it(typed: str) -> None:
    for text in (typed, f"{typed}@example.com", f"anna@{typed}"):
        try:
            kept = normalise_address(text)
        except InvalidAddress:
            continue
        assert kept.isascii()
        assert kept.isprintable()
        assert not set(kept) & set(' <>,;:"()[]\\')
        assert normalise_address(kept) == kept


def test_the_same_mailbox_is_told_whatever_its_case_and_script() -> None:
    assert same_mailbox("Anna@Example.com ", "anna@example.COM")
    assert same_mailbox("anna@bücher.example", "anna@xn--bcher-kva.example")
    assert not same_mailbox("anna@example.com", "anna@example.org")
    assert not same_mailbox("", "")
    assert not same_mailbox("nonsense", "nonsense")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("anna@example.com", "a…@e….com"),
        ("a@b.co.uk", "a…@b….uk"),
        ("anna@localhost", "a…@l…"),
        ("", "…@…"),
    ],
)
def test_a_masked_address_gives_little_away(address: str, shown: str) -> None:
    assert mask_address(address) == shown


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("anna@example.com", Mailbox("anna@example.com")),
        ("Anna K <anna@example.com>", Mailbox("anna@example.com", "Anna K")),
        ('"Kowalska, Anna" <anna@example.com>', Mailbox("anna@example.com", "Kowalska, Anna")),
    ],
)
def test_a_mailbox_is_read_from_its_usual_forms(text: str, mailbox: Mailbox) -> None:
    assert Mailbox.parse(text) == mailbox


def test_a_mailbox_keeps_a_name_of_one_clean_and_bounded_line() -> None:
    assert Mailbox("a@example.com", "Anna\r\nBcc: all@example.com").name == "Anna Bcc: all@example.com"
    assert len(Mailbox("a@example.com", "n" * 500).name) == 100


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert one_line("a\u202eb\u2028c") == "a b c"
