"""Local accounts: only the right pair opens one, and no row shows a password."""

from datetime import timedelta
from pathlib import Path

import pytest

from linkflow.domain.errors import NotFound, Refused
from linkflow.services.accounts import account, add_account, check_password
from linkflow.store.tables import users
from tests.jobs.rig import Rig, make_rig

PASSWORD = "correct horse battery"


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def add(rig: Rig, email: str = "Rita@Example.com", password: str = PASSWORD, **changes: str):
    words = {"organization": "northbank", "name": " Rita  Manning ", "role": "manager", **changes}
    return add_account(rig.ctx, email, password, **words)


def test_the_right_pair_opens_the_account_whatever_the_case_of_the_host(rig: Rig) -> None:
    made = add(rig)
    assert (made.name, made.role) == ("Rita Manning", "manager")
    assert check_password(rig.ctx, made.email, PASSWORD) == made


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(rig: Rig) -> None:
    made = add(rig)
    assert check_password(rig.ctx, made.email, "correct horse batterz") is None
    assert check_password(rig.ctx, "nobody@example.com", PASSWORD) is None


def test_no_row_holds_the_password(rig: Rig) -> None:
    made = add(rig)
    assert made.password_hash is not None
    assert made.password_hash.startswith("$argon2id$")
    assert PASSWORD not in made.password_hash


def test_a_disabled_account_opens_nothing(rig: Rig) -> None:
    made = add(rig)
    with rig.ctx.database.transaction() as tx:
        late = rig.ctx.now() + timedelta(minutes=1)
        tx.connection.execute(users.update().where(users.c.id == made.id).values(disabled_at=late))
    assert account(rig.ctx, made.email) is None
    assert check_password(rig.ctx, made.email, PASSWORD) is None


def test_an_account_belongs_to_an_organization_there_is(rig: Rig) -> None:
    with pytest.raises(NotFound):
        add(rig, organization="southbank")


@pytest.mark.parametrize(
    ("changes", "field"), [({"role": "king"}, "role"), ({"password": "short"}, "password")], ids=["role", "password"]
)
def test_what_cannot_be_taken_is_refused_by_field(rig: Rig, changes: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        add(rig, **changes)
    assert refused.value.field == field


def test_an_address_is_taken_once(rig: Rig) -> None:
    add(rig)
    with pytest.raises(Refused, match="refused"):
        add(rig)
