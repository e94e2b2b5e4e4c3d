"""What the vault opens, and everything it must not."""

import base64
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkflow.services.vault import Place, Vault, VaultError, key_id

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
HERE = Place("northbank", "grants", "row-1", "access_token")
VAULT = Vault({"a": OLD})
SECRET = "at-" + "x" * 40


@given(st.text())
def test_what_is_sealed_opens_again(secret: str) -> None:
    assert VAULT.open(VAULT.seal(secret, HERE), HERE) == secret


def test_the_same_secret_is_sealed_differently_each_time_and_never_readable() -> None:
    first, second = VAULT.seal(SECRET, HERE), VAULT.seal(SECRET, HERE)
    assert first != second
    assert first.startswith("v1:a:")
    assert SECRET.encode() not in base64.urlsafe_b64decode(first.split(":")[2])


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("harbour", "grants", "row-1", "access_token"),
        Place("northbank", "attempts", "row-1", "access_token"),
        Place("northbank", "grants", "row-2", "access_token"),
        Place("northbank", "grants", "row-1", "refresh_token"),
    ],
)
def test_a_ciphertext_moved_to_another_field_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(VaultError):
        VAULT.open(VAULT.seal(SECRET, HERE), elsewhere)


def test_every_flipped_bit_is_noticed() -> None:
    head, name, body = VAULT.seal(SECRET, HERE).split(":")
    raw = base64.urlsafe_b64decode(body)
    for place in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(VaultError):
            VAULT.open(f"{head}:{name}:{base64.urlsafe_b64encode(flipped).decode()}", HERE)


def test_every_cut_and_every_addition_is_noticed() -> None:
    sealed = VAULT.seal(SECRET, HERE)
    for changed in [sealed[:end] for end in range(len(sealed))] + [sealed + more for more in ("A", "=", " ", "\n")]:
        with pytest.raises(VaultError):
            VAULT.open(changed, HERE)


@pytest.mark.parametrize("text", ["", "v1::", "v2:a:AAAA", "v1:a:", "v1:a:AAAA", "v1:a:====", "v1:a:!!!!", SECRET])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(VaultError):
        VAULT.open(text, HERE)


def test_only_one_spelling_of_a_ciphertext_opens() -> None:
    sealed = Vault({"a": OLD}, random_bytes=lambda size: b"\xff" * size).seal("x", HERE)
    body = sealed.split(":")[2]
    assert body.endswith("=")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    at = len(body.rstrip("=")) - 1
    opened = 0
    for letter in letters:
        try:
            VAULT.open(f"v1:a:{body[:at]}{letter}{body[at + 1 :]}", HERE)
            opened += 1
        except VaultError:
            continue
    assert opened == 1


def test_a_new_key_seals_while_the_old_one_still_opens() -> None:
    sealed = VAULT.seal(SECRET, HERE)
    both = Vault({"a": OLD, "b": NEW})
    assert both.open(sealed, HERE) == SECRET
    assert (key_id(sealed), both.is_current(sealed)) == ("a", False)
    again = both.seal(SECRET, HERE)
    assert (key_id(again), both.is_current(again)) == ("b", True)
    with pytest.raises(VaultError):
        Vault({"b": NEW}).open(sealed, HERE)


def test_a_key_under_another_keys_id_opens_nothing() -> None:
    with pytest.raises(VaultError):
        Vault({"a": NEW}).open(VAULT.seal(SECRET, HERE), HERE)
    same_key = Vault({"a": OLD, "b": OLD})
    with pytest.raises(VaultError):
        same_key.open(VAULT.seal(SECRET, HERE).replace("v1:a:", "v1:b:"), HERE)


@pytest.mark.parametrize("keys", [{}, {"a": b"short"}, {"": OLD}, {"a:b": OLD}, {"a|b": OLD}])
def test_a_vault_without_good_keys_is_not_made(keys: dict[str, bytes]) -> None:
    with pytest.raises(ValueError):
        Vault(keys)


@pytest.mark.parametrize("parts", [("", "t", "r", "c"), ("o|t", "r", "c", "d"), ("o", "t", "r", "")])
def test_a_place_cannot_be_written_two_ways(parts: tuple[str, str, str, str]) -> None:
    with pytest.raises(ValueError):
        Place(*parts)


def test_a_refusal_shows_neither_secret_nor_ciphertext_nor_key() -> None:
    sealed = VAULT.seal(SECRET, HERE)
    with pytest.raises(VaultError) as caught:
        VAULT.open(sealed, Place("o", "t", "r", "c"))
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(VAULT)
    assert SECRET not in told
    assert sealed.split(":")[2][:12] not in told
    assert base64.b64encode(OLD).decode() not in told
    assert "InvalidTag" not in told


FILE_PLACE = Place("northbank", "uploads", "row-1", "content")
FILE = b"PK\x03\x04" + bytes(range(256))


@given(st.binary())
def test_a_file_that_is_sealed_opens_again(content: bytes) -> None:
    assert VAULT.open_bytes(VAULT.seal_bytes(content, FILE_PLACE), FILE_PLACE) == content


def test_a_sealed_file_is_different_each_time_and_hardly_longer() -> None:
    first, second = VAULT.seal_bytes(FILE, FILE_PLACE), VAULT.seal_bytes(FILE, FILE_PLACE)
    assert first != second
    assert first.startswith(b"v1:a:")
    assert FILE not in first
    assert len(first) - len(FILE) < 40


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("harbour", "uploads", "row-1", "content"),
        Place("northbank", "grants", "row-1", "content"),
        Place("northbank", "uploads", "row-2", "content"),
        Place("northbank", "uploads", "row-1", "reason"),
    ],
)
def test_a_sealed_file_moved_to_another_field_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(VaultError):
        VAULT.open_bytes(VAULT.seal_bytes(FILE, FILE_PLACE), elsewhere)


def test_a_sealed_file_with_any_byte_changed_or_missing_does_not_open() -> None:
    sealed = VAULT.seal_bytes(FILE[:20], FILE_PLACE)
    for place in range(len(sealed)):
        for changed in (sealed[:place], sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]):
            with pytest.raises(VaultError):
                VAULT.open_bytes(changed, FILE_PLACE)


def test_a_file_sealed_with_a_key_that_is_gone_does_not_open() -> None:
    sealed = VAULT.seal_bytes(FILE, FILE_PLACE)
    assert Vault({"a": OLD, "b": NEW}).open_bytes(sealed, FILE_PLACE) == FILE
    with pytest.raises(VaultError):
        Vault({"b": NEW}).open_bytes(sealed, FILE_PLACE)
