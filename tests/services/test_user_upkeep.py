"""What administrators do to others: never to themselves, and never so that nobody is left to do it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from linkflow.domain.errors import LinkflowError, NotFound, Refused
from linkflow.services import forgotten_passwords, signing_in, user_upkeep
from linkflow.services.context import Context
from linkflow.store import users
from linkflow.store.database import Database
from linkflow.store.migrating import upgrade
from linkflow.store.users import User
from tests.jobs.rig import Rig, make_rig
from tests.services.people import PASSWORD, add, again, kinds, mails, with_codes


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = make_rig(tmp_path)
    yield made
    made.ctx.database.dispose()


def lives(ctx: Context, user: User) -> bool:
    return signing_in.session_user(ctx, user.id, epoch=user.session_epoch) is not None


def reason(act: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.field, refused.value.reason


def test_another_role_counts_at_once_and_ends_every_session(rig: Rig) -> None:
    boss, user = add(rig.ctx, "administrator"), add(rig.ctx, "viewer")
    user_upkeep.change_role(rig.ctx, boss, user.id, "manager")
    assert again(rig.ctx, user).role == "manager"
    assert not lives(rig.ctx, user)
    assert kinds(rig.ctx)[-1] == "role-changed"


def test_the_same_role_changes_nothing(rig: Rig) -> None:
    boss, user = add(rig.ctx, "administrator"), add(rig.ctx, "viewer")
    user_upkeep.change_role(rig.ctx, boss, user.id, "viewer")
    assert again(rig.ctx, user) == user
    assert "role-changed" not in kinds(rig.ctx)


@pytest.mark.parametrize("role", ["", "owner", "Administrator"])
def test_a_role_nobody_knows_is_refused(rig: Rig, role: str) -> None:
    boss, user = add(rig.ctx, "administrator"), add(rig.ctx, "viewer")
    assert reason(lambda: user_upkeep.change_role(rig.ctx, boss, user.id, role)) == ("role", "unknown")


def test_a_disabled_user_is_out_at_once_until_enabled(rig: Rig) -> None:
    boss, user = add(rig.ctx, "administrator"), add(rig.ctx)
    user_upkeep.disable(rig.ctx, boss, user)
    assert not lives(rig.ctx, user)
    with pytest.raises(Refused):
        signing_in.sign_in(rig.ctx, user.email, PASSWORD, client="192.0.2.1")
    user_upkeep.enable(rig.ctx, boss, user)
    assert signing_in.sign_in(rig.ctx, user.email, PASSWORD, client="192.0.2.1")
    assert not lives(rig.ctx, user), "a cookie from before stays dead"


def test_disabling_ends_the_link_of_a_forgotten_password(rig: Rig) -> None:
    boss, user = add(rig.ctx, "administrator"), add(rig.ctx)
    forgotten_passwords.ask(rig.ctx, user.email, client="192.0.2.1")
    reset = mails(rig.ctx, "new_password")[0].reset_id
    user_upkeep.disable(rig.ctx, boss, user)
    user_upkeep.enable(rig.ctx, boss, user)
    with pytest.raises(LinkflowError, match="link-withdrawn"):
        forgotten_passwords.choose(rig.ctx, rig.ctx.signer.sign_reset(reset or ""), "another long password")


def test_everything_pressed_twice_happens_once(rig: Rig) -> None:
    boss, user = add(rig.ctx, "administrator"), add(rig.ctx)
    for _ in range(2):
        user_upkeep.disable(rig.ctx, boss, user)
    for _ in range(2):
        user_upkeep.enable(rig.ctx, boss, user)
    assert [kind for kind in kinds(rig.ctx) if kind.startswith("user-")] == ["user-disabled", "user-enabled"]


def test_a_lost_device_is_forgotten(rig: Rig) -> None:
    boss, (user, _) = add(rig.ctx, "administrator"), with_codes(rig.ctx, add(rig.ctx))
    user_upkeep.remove_second_factor(rig.ctx, boss, user)
    assert isinstance(signing_in.sign_in(rig.ctx, user.email, PASSWORD, client="192.0.2.1"), User)
    assert not lives(rig.ctx, user)


def test_nobody_does_anything_to_themselves(rig: Rig) -> None:
    add(rig.ctx, "administrator", email="second@northbank.example")
    boss = add(rig.ctx, "administrator")
    acts: list[Callable[[], object]] = [
        lambda: user_upkeep.change_role(rig.ctx, boss, boss.id, "viewer"),
        lambda: user_upkeep.change_role(rig.ctx, boss, boss.id, "administrator"),
        lambda: user_upkeep.disable(rig.ctx, boss, boss),
        lambda: user_upkeep.enable(rig.ctx, boss, boss),
        lambda: user_upkeep.end_sessions(rig.ctx, boss, boss.id),
        lambda: user_upkeep.remove_second_factor(rig.ctx, boss, boss),
    ]
    assert {reason(act) for act in acts} == {("user", "yourself")}
    assert again(rig.ctx, boss) == boss


def test_another_organizations_user_is_not_found(rig: Rig) -> None:
    boss, user = add(rig.ctx, "administrator"), add(rig.ctx)
    stranger = replace(boss, organization="harbour")
    for act in (
        lambda: user_upkeep.seen_user(rig.ctx, stranger, user.id),
        lambda: user_upkeep.change_role(rig.ctx, stranger, user.id, "viewer"),
        lambda: user_upkeep.disable(rig.ctx, stranger, user),
        lambda: user_upkeep.end_sessions(rig.ctx, stranger, user.id),
    ):
        with pytest.raises(NotFound):
            act()
    assert again(rig.ctx, user) == user


def test_who_is_no_longer_an_administrator_does_nothing_more(rig: Rig) -> None:
    boss, other = add(rig.ctx, "administrator"), add(rig.ctx, "administrator", email="other@northbank.example")
    user_upkeep.change_role(rig.ctx, other, boss.id, "manager")
    with pytest.raises(NotFound):
        user_upkeep.disable(rig.ctx, boss, other)  # with the row read before
    assert again(rig.ctx, other).disabled_at is None


def test_the_last_administrator_is_not_disabled_by_the_operator_either(rig: Rig) -> None:
    boss = add(rig.ctx, "administrator")
    gone = add(rig.ctx, "administrator", email="gone@northbank.example")
    user_upkeep.disable(rig.ctx, None, gone)
    assert reason(lambda: user_upkeep.disable(rig.ctx, None, boss)) == ("user", "last-administrator")
    assert again(rig.ctx, boss) == boss


@pytest.mark.parametrize("change", ["role", "disable"])
def test_of_two_administrators_who_end_each_other_one_stays(rig: Rig, change: str) -> None:
    _end_each_other(rig.ctx, change)


@pytest.mark.postgres
@pytest.mark.parametrize("change", ["role", "disable"])
def test_of_two_administrators_who_end_each_other_one_stays_on_postgresql(
    rig: Rig, change: str, postgres_url: str
) -> None:
    upgrade(postgres_url)
    database = Database(postgres_url)
    _end_each_other(replace(rig.ctx, database=database), change)
    database.dispose()


def _end_each_other(ctx: Context, change: str) -> None:
    for round_ in range(8):
        pair = [add(ctx, "administrator", email=f"{side}{round_}@northbank.example") for side in "ab"]
        start, outcomes = threading.Barrier(2), list[str]()

        def end(by: User, whom: User) -> None:
            start.wait()  # noqa: B023 - both threads end within this round
            try:
                if change == "role":
                    user_upkeep.change_role(ctx, by, whom.id, "manager")
                else:
                    user_upkeep.disable(ctx, by, whom)
                outcomes.append("done")  # noqa: B023 - as above
            except (Refused, NotFound) as refused:
                outcomes.append(type(refused).__name__)  # noqa: B023 - as above

        threads = [threading.Thread(target=end, args=two) for two in (pair, pair[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        left = [
            one for one in (again(ctx, user) for user in pair) if one.role == "administrator" and not one.disabled_at
        ]
        assert len(left) == 1, outcomes
        assert outcomes.count("done") == 1
        with ctx.database.transaction() as tx:  # the next round begins without administrators
            tx.connection.execute(users.users.delete().where(users.users.c.id == left[0].id))
