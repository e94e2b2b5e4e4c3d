"""Links, states and mailed codes: what is accepted, and that nothing else ever is."""

import os
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkflow.domain.errors import LinkInvalid
from linkflow.domain.links import new_id
from linkflow.services.signing import LinkToken, Signer, StateInvalid, mailed_code

OLD, NEW = "o" * 40, "n" * 40
SIGNER = Signer([NEW])
ID = new_id(lambda size: bytes(range(size)))
IDS = st.binary(min_size=16, max_size=16).map(lambda raw: new_id(lambda _: raw))
ISSUES = st.integers(1, 999_999_999)
URL_LETTERS = string.ascii_letters + string.digits + "-_"


@given(IDS, ISSUES)
def test_a_link_says_its_id_and_issue_again(link_id: str, issue: int) -> None:
    token = SIGNER.sign_link(link_id, issue)
    assert SIGNER.read_link(token) == LinkToken(link_id, issue)
    assert set(token) <= set(URL_LETTERS + ".")
    assert len(token) <= 80


@given(IDS)
def test_a_state_says_its_attempt_again(attempt_id: str) -> None:
    assert SIGNER.read_state(SIGNER.sign_state(attempt_id)) == attempt_id


def test_a_link_is_the_same_text_each_time_so_it_need_not_be_stored() -> None:
    assert SIGNER.sign_link(ID, 1) == Signer([OLD, NEW]).sign_link(ID, 1)
    assert SIGNER.sign_link(ID, 1) != SIGNER.sign_link(ID, 2)


@given(st.text(max_size=200) | st.text(URL_LETTERS + ".=", max_size=120))
def test_no_other_text_is_a_link_or_a_state(text: str) -> None:
    with pytest.raises(LinkInvalid):
        SIGNER.read_link(text)
    with pytest.raises(StateInvalid):
        SIGNER.read_state(text)


@given(IDS, ISSUES, st.data())
def test_one_changed_letter_is_refused(link_id: str, issue: int, data: st.DataObject) -> None:
    token = SIGNER.sign_link(link_id, issue)
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from(URL_LETTERS + ".=").filter(lambda one: one != token[at]))
    with pytest.raises(LinkInvalid):
        SIGNER.read_link(token[:at] + letter + token[at + 1 :])


def test_only_one_of_64_last_letters_is_accepted() -> None:
    token = SIGNER.sign_link(ID, 1)
    accepted = []
    for letter in URL_LETTERS:
        try:
            SIGNER.read_link(token[:-1] + letter)
            accepted.append(letter)
        except LinkInvalid:
            continue
    assert accepted == [token[-1]]


@pytest.mark.parametrize("tail", ["=", "==", "\n", " ", ".", "A", "\x00"])
def test_nothing_may_follow_a_token(tail: str) -> None:
    with pytest.raises(LinkInvalid):
        SIGNER.read_link(SIGNER.sign_link(ID, 1) + tail)
    with pytest.raises(StateInvalid):
        SIGNER.read_state(SIGNER.sign_state(ID) + tail)


def test_a_token_of_one_purpose_means_nothing_for_another() -> None:
    with pytest.raises(LinkInvalid):
        SIGNER.read_link(SIGNER.sign_state(ID))
    with pytest.raises(StateInvalid):
        SIGNER.read_state(SIGNER.sign_link(ID, 1))
    moved = ID + "." + SIGNER.sign_link(ID, 1).rsplit(".", 1)[1]
    with pytest.raises(StateInvalid):
        SIGNER.read_state(moved)
    for other in (SIGNER.sign_state(ID), SIGNER.sign_reset(ID), SIGNER.sign_link(ID, 1), moved):
        with pytest.raises(LinkInvalid):
            SIGNER.read_reminder(other)
    assert SIGNER.read_reminder(SIGNER.sign_reminder(ID)) == ID


def test_a_new_key_signs_while_the_old_one_is_still_read() -> None:
    old = Signer([OLD])
    both = Signer([OLD, NEW])
    assert both.read_link(old.sign_link(ID, 3)) == LinkToken(ID, 3)
    assert both.read_state(old.sign_state(ID)) == ID
    assert both.sign_link(ID, 3) == SIGNER.sign_link(ID, 3)
    with pytest.raises(LinkInvalid):
        SIGNER.read_link(old.sign_link(ID, 3))


@pytest.mark.parametrize(("link_id", "issue"), [("", 1), ("x", 1), (ID.upper(), 1), (ID, 0), (ID, -1), (ID + "a", 1)])
def test_what_is_no_id_is_not_signed(link_id: str, issue: int) -> None:
    with pytest.raises(ValueError):
        SIGNER.sign_link(link_id, issue)


@pytest.mark.parametrize("keys", [[], [""], ["a", ""]])
def test_a_signer_without_keys_is_not_made(keys: list[str]) -> None:
    with pytest.raises(ValueError):
        Signer(keys)


@given(IDS)
def test_a_mailed_code_is_six_digits_that_follow_from_its_row(code_id: str) -> None:
    code = SIGNER.mailed_code(code_id)
    assert len(code) == 6
    assert code.isdigit()
    assert code == mailed_code([OLD, NEW], code_id)
    assert SIGNER.code_matches(code_id, f" {code[:3]} {code[3:]} ")
    assert not SIGNER.code_matches(code_id, f"{(int(code) + 1) % 1_000_000:06d}")


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "é"])
def test_what_is_no_code_does_not_match(typed: str) -> None:
    assert not SIGNER.code_matches(ID, typed)


def test_a_code_mailed_before_a_rotation_still_matches() -> None:
    assert Signer([OLD, NEW]).code_matches(ID, Signer([OLD]).mailed_code(ID))
    assert not SIGNER.code_matches(ID, Signer([OLD]).mailed_code(ID))


def test_codes_spread_over_all_digits() -> None:
    codes = {SIGNER.mailed_code(new_id(os.urandom)) for _ in range(1000)}
    assert len(codes) > 990
    assert {code[0] for code in codes} == set(string.digits)


def test_a_signer_does_not_show_its_keys() -> None:
    assert NEW not in repr(SIGNER) + str(LinkInvalid()) + str(StateInvalid())
