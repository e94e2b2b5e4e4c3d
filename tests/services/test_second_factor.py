"""Codes of an app when signing in: asked for second, each taken once, limited like passwords."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkflow.domain.errors import Refused, TooMany
from linkflow.services import second_factor, signing_in
from linkflow.services.signing_in import HalfSignedIn
from linkflow.services.vault import VaultError
from linkflow.store import throttles, users
from linkflow.store.users import User
from tests.jobs.rig import Rig, make_rig
from tests.services.people import PASSWORD, add, again, code_of, kinds, with_codes

CLIENT = "192.0.2.1"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = make_rig(tmp_path)
    yield made
    made.ctx.database.dispose()


def half(rig: Rig, user: User) -> HalfSignedIn:
    found = signing_in.sign_in(rig.ctx, user.email, PASSWORD, client=CLIENT)
    assert isinstance(found, HalfSignedIn)
    return found


def refusal(rig: Rig, waiting: HalfSignedIn, typed: str) -> str:
    with pytest.raises(Refused) as refused:
        signing_in.finish_sign_in(rig.ctx, waiting, typed, client=CLIENT)
    assert refused.value.field == "app_code"
    return refused.value.reason


def test_a_right_password_alone_signs_nobody_in(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    before = again(rig.ctx, user)
    half(rig, user)
    assert again(rig.ctx, user) == before
    assert "signed-in" not in kinds(rig.ctx)


def test_the_apps_code_signs_in_and_when_is_kept(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    rig.clock.go_on(minutes=1)
    found = signing_in.finish_sign_in(rig.ctx, half(rig, user), code_of(rig.ctx, user), client=CLIENT)
    assert found is not None
    assert again(rig.ctx, user).signed_in_at == rig.clock.time
    assert kinds(rig.ctx)[-1] == "signed-in"


def test_a_wrong_password_is_refused_alike_with_and_without_codes(rig: Rig) -> None:
    with_codes(rig.ctx, add(rig.ctx))
    add(rig.ctx, "viewer")
    said = set()
    for email in ("manager@northbank.example", "viewer@northbank.example", "nobody@northbank.example"):
        with pytest.raises(Refused) as refused:
            signing_in.sign_in(rig.ctx, email, "not the password", client=CLIENT)
        said.add((refused.value.field, refused.value.reason))
    assert said == {("password", "wrong")}


def test_a_code_is_taken_once(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    assert refusal(rig, half(rig, user), code_of(rig.ctx, user)) == "wrong", "it switched codes on"
    rig.clock.go_on(seconds=60)
    code = code_of(rig.ctx, user)
    assert signing_in.finish_sign_in(rig.ctx, half(rig, user), code, client=CLIENT)
    assert refusal(rig, half(rig, user), code) == "wrong"
    assert refusal(rig, half(rig, user), code_of(rig.ctx, user, off=-1)) == "wrong", "nor one before it"


def test_of_two_who_have_the_same_code_one_gets_in(rig: Rig) -> None:
    user, codes = with_codes(rig.ctx, add(rig.ctx))
    rig.clock.go_on(minutes=1)
    code = code_of(rig.ctx, user)
    taken = []
    for typed in (code, code, codes[0], codes[0]):
        with rig.ctx.database.transaction() as tx:
            taken.append(second_factor.take(rig.ctx, tx, user, typed))  # both have read the same row
    assert taken == ["code", None, "recovery-code", None]


def test_a_recovery_code_signs_in_once_however_it_is_typed(rig: Rig) -> None:
    user, codes = with_codes(rig.ctx, add(rig.ctx))
    assert len(set(codes)) == 8
    assert signing_in.finish_sign_in(rig.ctx, half(rig, user), f" {codes[0].upper()} ", client=CLIENT)
    assert refusal(rig, half(rig, user), codes[0]) == "wrong"
    assert signing_in.finish_sign_in(rig.ctx, half(rig, user), codes[1].replace("-", " "), client=CLIENT)
    assert second_factor.codes_left(rig.ctx, user) == 6


def test_anothers_recovery_code_opens_nothing(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    _, others = with_codes(rig.ctx, add(rig.ctx, "viewer"))
    assert refusal(rig, half(rig, user), others[0]) == "wrong"


def test_the_eleventh_wrong_code_within_an_hour_is_too_many_from_wherever(rig: Rig) -> None:
    user, codes = with_codes(rig.ctx, add(rig.ctx))
    waiting = half(rig, user)
    for number in range(10):
        with pytest.raises(Refused):
            signing_in.finish_sign_in(rig.ctx, waiting, "000000", client=f"192.0.2.{number}")
    with pytest.raises(TooMany):
        signing_in.finish_sign_in(rig.ctx, waiting, codes[0], client="198.51.100.7")
    rig.clock.go_on(hours=1)
    assert signing_in.finish_sign_in(rig.ctx, half(rig, user), codes[0], client=CLIENT)


def test_right_passwords_without_a_code_are_held_against_the_address(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    for _ in range(10):
        half(rig, user)
    with pytest.raises(TooMany):
        half(rig, user)


def test_signing_in_with_codes_is_not_held_against_anybody(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    for _ in range(25):
        rig.clock.go_on(minutes=1)
        assert signing_in.finish_sign_in(rig.ctx, half(rig, user), code_of(rig.ctx, user), client=CLIENT)


def test_an_empty_code_is_no_attempt(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    waiting = half(rig, user)
    assert {refusal(rig, waiting, " ") for _ in range(15)} == {"empty"}


def test_a_password_changed_in_between_must_be_entered_anew(rig: Rig) -> None:
    user, codes = with_codes(rig.ctx, add(rig.ctx))
    waiting = half(rig, user)
    with rig.ctx.database.transaction() as tx:
        users.end_sessions(tx, user.id)
    assert signing_in.finish_sign_in(rig.ctx, waiting, codes[0], client=CLIENT) is None


def test_codes_are_asked_for_only_after_the_first_was_right(rig: Rig) -> None:
    user = add(rig.ctx)
    second_factor.make_key(rig.ctx, user)
    waiting = again(rig.ctx, user)
    with pytest.raises(Refused):
        second_factor.switch_on(rig.ctx, waiting, "000000")
    assert isinstance(signing_in.sign_in(rig.ctx, user.email, PASSWORD, client=CLIENT), User)


def test_a_key_in_use_is_neither_shown_nor_replaced(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    assert second_factor.waiting_key(rig.ctx, user) is None
    with pytest.raises(Refused):
        second_factor.make_key(rig.ctx, user)
    assert again(rig.ctx, user).totp_secret == user.totp_secret


def test_a_key_replaced_meanwhile_is_not_switched_on(rig: Rig) -> None:
    user = add(rig.ctx)
    second_factor.make_key(rig.ctx, user)
    first = again(rig.ctx, user)
    second_factor.make_key(rig.ctx, user)
    with pytest.raises(Refused) as refused:
        second_factor.switch_on(rig.ctx, first, code_of(rig.ctx, first))
    assert refused.value.reason == "no-key"


def test_switching_off_leaves_neither_key_nor_codes(rig: Rig) -> None:
    user, codes = with_codes(rig.ctx, add(rig.ctx))
    second_factor.switch_off(rig.ctx, user)
    assert again(rig.ctx, user).totp_secret is None
    assert second_factor.codes_left(rig.ctx, user) == 0
    assert isinstance(signing_in.sign_in(rig.ctx, user.email, PASSWORD, client=CLIENT), User)
    assert kinds(rig.ctx).count("second-factor-off") == 1
    assert codes


def test_no_row_holds_a_key_or_a_recovery_code(rig: Rig) -> None:
    user, codes = with_codes(rig.ctx, add(rig.ctx))
    secret = second_factor._secret(rig.ctx, user)
    with rig.ctx.database.reading() as tx:
        rows = "\n".join(tx.connection.connection.driver_connection.iterdump())
    for code in codes:
        assert code not in rows
        assert code.replace("-", "") not in rows
    assert second_factor.totp.key_text(secret) not in rows
    assert repr(user).count("totp_secret") == 0


def test_a_key_moved_to_another_user_opens_nothing(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    thief = replace(add(rig.ctx, "viewer"), totp_secret=user.totp_secret)
    with pytest.raises(VaultError):
        second_factor.waiting_key(rig.ctx, thief)


def test_counts_are_taken_in_one_order_so_that_two_sign_ins_never_wait_for_each_other(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, (user, _) = add(rig.ctx, "viewer"), with_codes(rig.ctx, add(rig.ctx))
    held: list[list[str]] = []
    monkeypatch.setattr(throttles, "count", _noting(throttles.count, held))
    monkeypatch.setattr(throttles, "give_back", _noting(throttles.give_back, held))
    signing_in.sign_in(rig.ctx, plain.email, PASSWORD, client=CLIENT)
    rig.clock.go_on(minutes=1)
    signing_in.finish_sign_in(rig.ctx, half(rig, user), code_of(rig.ctx, user), client=CLIENT)
    assert max(map(len, held)) == 4
    assert all(keys == sorted(keys) for keys in held)


def _noting(act: Callable[..., Any], held: list[list[str]]) -> Callable[..., Any]:
    """The same, with the keys each transaction holds, in the order it took them."""
    transactions: list[object] = []

    def counted(tx: Any, key: str, **window: Any) -> Any:
        if not transactions or transactions[-1] is not tx:
            transactions.append(tx)
            held.append([])
        held[-1].append(key)
        return act(tx, key, **window)

    return counted
