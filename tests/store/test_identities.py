"""Who somebody is at an issuer, on both databases."""

import threading
from datetime import UTC, datetime

import pytest

from linkflow.domain.connections import AttemptState
from linkflow.domain.errors import Conflict
from linkflow.store import identities, sign_in_attempts, users
from linkflow.store.database import Database
from linkflow.store.identities import LinkedIdentity
from linkflow.store.sign_in_attempts import SignInAttempt
from linkflow.store.users import User

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ISSUER = "https://login.example"


def user(name: str, organization: str = "northbank") -> User:
    return User(
        id=name,
        organization=organization,
        email=f"{name}@{organization}.example",
        name=name,
        password_hash=None,
        role="viewer",
        created_at=NOW,
    )


def identity(
    user_id: str, subject: str = "s1", issuer: str = ISSUER, organization: str = "northbank"
) -> LinkedIdentity:
    return LinkedIdentity(organization=organization, issuer=issuer, subject=subject, user_id=user_id, linked_at=NOW)


def add(database: Database, *added: User | LinkedIdentity) -> None:
    with database.transaction() as tx:
        for one in added:
            if isinstance(one, User):
                users.add_user(tx, one)
            else:
                identities.link(tx, one)


def test_somebody_is_found_by_organization_issuer_and_subject_together(database: Database) -> None:
    rita, olaf = user("rita"), user("olaf", "harbour")
    add(database, rita, olaf, identity("rita"), identity("olaf", organization="harbour"))
    with database.reading() as tx:
        assert identities.user_of(tx, "northbank", issuer=ISSUER, subject="s1") == rita
        assert identities.user_of(tx, "harbour", issuer=ISSUER, subject="s1") == olaf
        assert identities.user_of(tx, "northbank", issuer=ISSUER + "/", subject="s1") is None
        assert identities.user_of(tx, "northbank", issuer=ISSUER, subject="S1") is None
        assert identities.is_linked(tx, "rita", issuer=ISSUER)
        assert not identities.is_linked(tx, "rita", issuer=ISSUER + "/")


@pytest.mark.parametrize("second", [identity("olaf"), identity("rita", "s2")])
def test_a_subject_has_one_user_and_a_user_one_subject_of_an_issuer(database: Database, second: LinkedIdentity) -> None:
    add(database, user("rita"), user("olaf"), identity("rita"))
    with pytest.raises(Conflict):
        add(database, second)
    add(database, identity("rita", issuer="https://next.example"))


def test_an_address_that_is_somebodys_is_not_followed(database: Database) -> None:
    add(database, user("rita"), user("olaf"))
    with pytest.raises(Conflict), database.transaction() as tx:
        identities.set_email(tx, "rita", "olaf@northbank.example")


def test_a_role_is_changed_only_from_what_it_was(database: Database) -> None:
    add(database, user("rita"))
    with database.transaction() as tx:
        assert not identities.set_role(tx, "rita", old="manager", new="administrator")
        assert identities.set_role(tx, "rita", old="viewer", new="manager")


def test_of_many_who_claim_a_try_one_gets_it(database: Database) -> None:
    attempt = SignInAttempt(
        id="a" * 26,
        organization="northbank",
        issuer=ISSUER,
        redirect_uri="https://data.example/portal/sign-in/northbank/callback",
        browser_hash="b" * 64,
        verifier="v",
        nonce="n",
        created_at=NOW,
        expires_at=NOW,
    )
    with database.transaction() as tx:
        sign_in_attempts.add_attempt(tx, attempt)
    claimed: list[bool] = []

    def claim() -> None:
        with database.transaction() as tx:
            moved = sign_in_attempts.move(tx, attempt.id, old=AttemptState.STARTED, new=AttemptState.EXCHANGING)
        claimed.append(moved)

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == [False] * 7 + [True]
    with pytest.raises(ValueError, match="does not go"), database.transaction() as tx:
        sign_in_attempts.move(tx, attempt.id, old=AttemptState.DONE, new=AttemptState.STARTED)
