"""Local accounts: how passwords are kept, who gets in, and how often one may try."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from linkflow.domain.errors import NotFound, Refused, TooMany
from linkflow.domain.roles import ROLES
from linkflow.organizations import Organizations
from linkflow.services import accounts, signing_in
from linkflow.services.context import Context
from linkflow.store import users
from linkflow.store.tables import events
from linkflow.store.users import User
from tests.dump import everything_in
from tests.jobs.rig import Rig, make_rig

PASSWORD = "three plain words here"
EMAIL = "rita@northbank.example"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = make_rig(tmp_path)
    yield made
    made.ctx.database.dispose()


def add(ctx: Context, email: str = EMAIL, password: str = PASSWORD, **over: str) -> User:
    said = {"organization": "northbank", "name": "Rita Manning", "role": "manager", **over}
    return accounts.add_account(ctx, email, password, **said)


def sign_in(ctx: Context, email: str = EMAIL, password: str = PASSWORD, client: str = "192.0.2.1") -> User:
    return signing_in.sign_in(ctx, email, password, client=client)


def refusal(ctx: Context, email: str = EMAIL, password: str = "wrong", client: str = "192.0.2.1") -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        sign_in(ctx, email, password, client)
    return refused.value.field, refused.value.reason


def test_a_password_is_kept_as_argon2id_of_at_least_19_mib_and_2_passes(rig: Rig) -> None:
    kept = add(rig.ctx).password_hash or ""
    found = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+", kept)
    assert found is not None
    assert int(found[1]) >= 19 * 1024
    assert int(found[2]) >= 2
    assert int(found[3]) == 1


def test_two_accounts_with_one_password_are_kept_differently(rig: Rig) -> None:
    assert add(rig.ctx).password_hash != add(rig.ctx, "other@northbank.example").password_hash


def test_the_right_password_signs_in_however_the_address_is_written(rig: Rig) -> None:
    user = add(rig.ctx, "Rita@Northbank.Example")
    assert user.email == EMAIL
    assert sign_in(rig.ctx, " RITA@northbank.example ").id == user.id


def test_every_refusal_reads_the_same(rig: Rig) -> None:
    user = add(rig.ctx)
    add(rig.ctx, "gone@northbank.example")
    with rig.ctx.database.transaction() as tx:
        users.disable(tx, users.user_by_email(tx, "gone@northbank.example").id, at=rig.ctx.now())  # type: ignore[union-attr]
    assert {
        refusal(rig.ctx),
        refusal(rig.ctx, "nobody@northbank.example"),
        refusal(rig.ctx, "not an address"),
        refusal(rig.ctx, "gone@northbank.example", PASSWORD),
        refusal(rig.ctx, user.email, PASSWORD + " "),
        refusal(rig.ctx, user.email, "x" * 100_000),
    } == {("password", "wrong")}


@pytest.mark.parametrize(("email", "password"), [("", PASSWORD), (EMAIL, ""), ("  ", "x")])
def test_an_empty_field_is_no_attempt(rig: Rig, email: str, password: str) -> None:
    add(rig.ctx)
    for _ in range(30):
        assert refusal(rig.ctx, email, password) == ("password", "empty")
    assert sign_in(rig.ctx)


def test_an_unknown_address_costs_as_much_as_a_known_one(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    add(rig.ctx)
    checked: list[str] = []
    verify = accounts._hasher.verify
    monkeypatch.setattr(
        type(accounts._hasher), "verify", lambda _self, kept, typed: checked.append(kept) or verify(kept, typed)
    )
    refusal(rig.ctx)
    refusal(rig.ctx, "nobody@northbank.example")
    assert len(checked) == 2
    assert len({kept.rsplit("$", 2)[0] for kept in checked}) == 1


def test_the_eleventh_failure_within_an_hour_is_refused_for_an_address(rig: Rig) -> None:
    add(rig.ctx)
    for number in range(10):
        refusal(rig.ctx, client=f"192.0.2.{number}")
    with pytest.raises(TooMany):
        sign_in(rig.ctx, client="198.51.100.7")
    rig.clock.go_on(hours=1)
    assert sign_in(rig.ctx)


def test_an_address_nobody_has_is_limited_just_the_same(rig: Rig) -> None:
    for number in range(10):
        refusal(rig.ctx, "nobody@northbank.example", client=f"192.0.2.{number}")
    with pytest.raises(TooMany):
        sign_in(rig.ctx, "NOBODY@northbank.example", client="198.51.100.7")


def test_the_twenty_first_failure_within_an_hour_is_refused_for_a_client(rig: Rig) -> None:
    add(rig.ctx)
    for number in range(20):
        refusal(rig.ctx, f"nobody{number}@northbank.example")
    with pytest.raises(TooMany):
        sign_in(rig.ctx)
    assert sign_in(rig.ctx, client="198.51.100.7")


def test_signing_in_rightly_is_not_held_against_anybody(rig: Rig) -> None:
    add(rig.ctx)
    for _ in range(25):
        sign_in(rig.ctx)


def test_no_row_holds_the_address_or_the_client_that_failed(rig: Rig) -> None:
    refusal(rig.ctx, "nobody@northbank.example", client="192.0.2.99")
    dump = everything_in(rig.ctx.database)
    assert "nobody@" not in dump
    assert "192.0.2.99" not in dump


def test_signing_out_ends_every_session_and_is_written_down(rig: Rig) -> None:
    user = add(rig.ctx)
    sign_in(rig.ctx)
    assert signing_in.session_user(rig.ctx, user.id, epoch=user.session_epoch) is not None
    signing_in.sign_out(rig.ctx, user)
    assert signing_in.session_user(rig.ctx, user.id, epoch=user.session_epoch) is None
    with rig.ctx.database.reading() as tx:
        rows = tx.connection.execute(events.select().order_by(events.c.at, events.c.kind)).mappings().all()
    assert {(row["kind"], row["actor"]) for row in rows} == {
        ("account-added", "linkflow"),
        ("signed-in", f"user:{user.id}"),
        ("signed-out", f"user:{user.id}"),
    }


def test_a_session_ends_with_a_new_password_and_with_the_account(rig: Rig) -> None:
    user = add(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        users.set_password(tx, user.id, user.password_hash or "")
    assert signing_in.session_user(rig.ctx, user.id, epoch=0) is None
    assert signing_in.session_user(rig.ctx, user.id, epoch=1) is not None
    with rig.ctx.database.transaction() as tx:
        users.disable(tx, user.id, at=rig.ctx.now())
    assert signing_in.session_user(rig.ctx, user.id, epoch=1) is None


@pytest.mark.parametrize(
    ("over", "field", "reason"),
    [
        ({"email": "nobody"}, "email", "not-an-address"),
        ({"email": " "}, "email", "empty"),
        ({"password": "eleven char"}, "password", "too-short"),
        ({"password": "x" * 201}, "password", "too-long"),
        ({"role": "owner"}, "role", "unknown"),
        ({"name": "  "}, "name", "empty"),
        ({"name": "x" * 101}, "name", "too-long"),
    ],
)
def test_an_account_is_refused_by_field(rig: Rig, over: dict[str, str], field: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        add(rig.ctx, **over)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_an_address_belongs_to_one_account(rig: Rig) -> None:
    add(rig.ctx)
    with pytest.raises(Refused) as refused:
        add(rig.ctx, "RITA@northbank.example")
    assert (refused.value.field, refused.value.reason) == ("email", "taken")


def test_an_account_of_an_unknown_organization_is_refused(rig: Rig) -> None:
    with pytest.raises(NotFound):
        add(rig.ctx, organization="elsewhere")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("viewer", (True, False, False)),
        ("manager", (True, True, False)),
        ("administrator", (True, True, True)),
    ],
)
def test_each_role_may_what_those_below_it_may(rig: Rig, role: str, may: tuple[bool, ...]) -> None:
    user = add(rig.ctx, role=role)
    assert tuple(signing_in.may(user, wanted) for wanted in ROLES) == may


def failures(ctx: Context) -> list[tuple[str, str, str]]:
    """Organization, actor and detail of every failed sign-in written down, the oldest first."""
    with ctx.database.reading() as tx:
        rows = tx.connection.execute(events.select().where(events.c.kind == "sign-in-failed").order_by(events.c.at))
        return [(row.organization, row.actor, row.detail) for row in rows]


def test_a_wrong_password_is_written_down_with_whose_account_it_was_for(rig: Rig) -> None:
    user = add(rig.ctx)
    refusal(rig.ctx)
    assert failures(rig.ctx) == [("northbank", "linkflow", f"{user.id} wrong-password")]


def test_a_disabled_account_that_is_tried_is_written_down_by_name(rig: Rig) -> None:
    user = add(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        users.disable(tx, user.id, at=rig.ctx.now())
    refusal(rig.ctx, password=PASSWORD)
    assert failures(rig.ctx) == [("northbank", "linkflow", f"{user.id} account-disabled")]


def test_an_address_nobody_has_is_written_down_without_it(rig: Rig) -> None:
    refusal(rig.ctx, "nobody@northbank.example")
    assert failures(rig.ctx) == [("northbank", "linkflow", "nobody wrong-password")]


def test_where_several_are_served_an_address_nobody_has_is_in_no_organizations_log(rig: Rig) -> None:
    served = rig.ctx.organizations()
    both = Organizations({**served, "harbour": replace(served["northbank"], slug="harbour")})
    refusal(replace(rig.ctx, organizations=lambda: both), "nobody@northbank.example")
    assert failures(rig.ctx) == [("", "linkflow", "nobody wrong-password")]


def test_too_many_tries_are_written_down(rig: Rig) -> None:
    user = add(rig.ctx)
    for _ in range(10):
        refusal(rig.ctx)
    with pytest.raises(TooMany):
        sign_in(rig.ctx)
    assert failures(rig.ctx)[-1] == ("northbank", "linkflow", f"{user.id} too-many-tries")


def test_failures_are_written_down_forty_times_an_hour_at_most(rig: Rig) -> None:
    add(rig.ctx)
    for _ in range(60):
        with pytest.raises((Refused, TooMany)):
            sign_in(rig.ctx, password="wrong")
    assert len(failures(rig.ctx)) == 40


def test_a_failure_costs_the_database_the_same_for_an_address_nobody_has(rig: Rig) -> None:
    add(rig.ctx)
    with rig.ctx.database.counted() as known:
        refusal(rig.ctx)
    with rig.ctx.database.counted() as unknown:
        refusal(rig.ctx, "nobody@northbank.example")
    assert known == unknown


def test_a_wrong_password_of_somebody_signed_in_is_written_down(rig: Rig) -> None:
    user = add(rig.ctx)
    with pytest.raises(Refused):
        signing_in.prove(rig.ctx, user, "wrong", client="192.0.2.1")
    assert failures(rig.ctx) == [("northbank", "linkflow", f"{user.id} wrong-password")]


def test_a_failure_is_in_the_log_too_and_names_no_address(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    user = add(rig.ctx)
    refusal(rig.ctx)
    refusal(rig.ctx, "nobody@northbank.example")
    said = [record.getMessage() for record in caplog.records if record.name.startswith("linkflow")]
    assert said == [f"sign-in failed: {user.id} wrong-password", "sign-in failed: nobody wrong-password"]
