"""Codes of an authenticator app, held to the examples of RFC 6238."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from linkflow.domain import totp

SECRET = b"12345678901234567890"
# RFC 6238, appendix B, SHA-1; of its eight digits apps show the last six.
EXAMPLES = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), EXAMPLES)
def test_a_code_is_that_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code_at(SECRET, seconds // 30) == code[-6:]


@pytest.mark.parametrize(("seconds", "code"), EXAMPLES)
def test_the_present_code_is_taken_however_it_is_spaced(seconds: int, code: str) -> None:
    typed = f" {code[2:5]} {code[5:]} "
    assert totp.matching_step(SECRET, typed, now=at(seconds), after=0) == seconds // 30


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_taken_one_period_early_or_late_and_no_more(off: int, taken: bool) -> None:
    step = 1000
    found = totp.matching_step(SECRET, totp.code_at(SECRET, step + off), now=at(step * 30 + 29.9), after=0)
    assert found == (step + off if taken else None)


@pytest.mark.parametrize("used", [1000, 1001, 5000])
def test_a_code_used_before_and_those_before_it_are_not_taken(used: int) -> None:
    assert totp.matching_step(SECRET, totp.code_at(SECRET, 1000), now=at(30_000), after=used) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "0" * 10_000])
def test_what_is_no_code_is_not_taken(typed: str) -> None:
    assert totp.matching_step(SECRET, typed, now=at(59), after=0) is None


def test_the_key_reads_as_apps_expect_it() -> None:
    address = urlsplit(totp.key_address(SECRET, issuer="Harbour & Finch", account="rita+x@harbour.example"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/Harbour%20%26%20Finch:rita%2Bx@harbour.example"
    assert parse_qs(address.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Harbour & Finch"],
    }
