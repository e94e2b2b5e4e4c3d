"""The lists of companies follow what becomes of the users in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from linkflow.services import housekeeping, own_account, relisting, user_upkeep
from linkflow.store import companies
from linkflow.store.tables import company_listings
from linkflow.store.turns import take_turn
from linkflow.store.users import User
from tests.jobs.rig import Rig, ask, make_rig
from tests.services.people import add, again

NOBODY = "none:northbank"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = make_rig(tmp_path)
    yield made
    made.ctx.database.dispose()


def assign(rig: Rig, *users: User) -> str:
    """A company of these users."""
    company_id = ask(rig.ctx).company_id
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, company_id)
        companies.assign(tx, company_id, [user.id for user in users])
    return company_id


def scopes(rig: Rig) -> list[str]:
    """The lists of each company, that of all left out."""
    with rig.ctx.database.reading() as tx:
        ordered = select(company_listings.c.scope).order_by(company_listings.c.number, company_listings.c.scope)
        return [scope for scope in tx.connection.execute(ordered).scalars() if not scope.startswith("all:")]


def test_the_companies_of_somebody_shut_out_are_assigned_to_nobody_until_they_are_back(rig: Rig) -> None:
    boss, user, other = add(rig.ctx, "administrator"), add(rig.ctx), add(rig.ctx, "viewer")
    assign(rig, user)
    assign(rig, user, other)
    before = scopes(rig)
    assert len(before) == 3
    user_upkeep.disable(rig.ctx, boss, user)
    assert scopes(rig) == [NOBODY, f"user:{other.id}"]
    user_upkeep.enable(rig.ctx, boss, user)
    assert scopes(rig) == before


def test_of_very_many_companies_the_rest_follows_the_next_day(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relisting, "MOST", 2)
    monkeypatch.setattr(relisting, "_AT_ONCE", 1)
    boss, user = add(rig.ctx, "administrator"), add(rig.ctx)
    for _ in range(5):
        assign(rig, user)
    user_upkeep.disable(rig.ctx, boss, user)
    assert scopes(rig).count(NOBODY) == 2
    housekeeping.tidy(rig.ctx)
    assert scopes(rig) == [NOBODY] * 5


def test_a_new_name_sorts_every_company_of_its_user_a_few_in_each_transaction(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relisting, "_AT_ONCE", 2)
    user = add(rig.ctx)
    for _ in range(5):
        assign(rig, user)
    own_account.rename(rig.ctx, again(rig.ctx, user), "Zita")
    with rig.ctx.database.reading() as tx:
        keys = tx.connection.execute(select(company_listings.c.users_key)).scalars().all()
    assert [key[:4] for key in keys] == ["zita"] * 10
