"""A forgotten password: the same answer for everybody, and a link that works once within the hour."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkflow.domain.errors import LinkWithdrawn, NotFound, Refused, TooMany
from linkflow.services import account_mails, forgotten_passwords, housekeeping, own_account, signing_in
from linkflow.services.signing_in import HalfSignedIn
from linkflow.store import users
from linkflow.store.tables import password_resets
from linkflow.store.users import User
from tests.jobs.rig import Rig, make_rig
from tests.services.people import PASSWORD, add, again, delivered_link, kinds, mails, with_codes

NEW = "another long password"
CLIENT = "192.0.2.1"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = make_rig(tmp_path)
    yield made
    made.ctx.database.dispose()


def ask(rig: Rig, email: str = "manager@northbank.example", client: str = CLIENT) -> None:
    forgotten_passwords.ask(rig.ctx, email, client=client)


def token(rig: Rig, number: int = -1) -> str:
    return delivered_link(rig.ctx, mails(rig.ctx, "new_password")[number]).rsplit("/", 1)[1]


def test_the_mailed_link_takes_a_new_password_and_ends_every_session(rig: Rig) -> None:
    user = add(rig.ctx)
    ask(rig, " MANAGER@northbank.example ")
    assert forgotten_passwords.choose(rig.ctx, token(rig), NEW).id == user.id
    assert signing_in.session_user(rig.ctx, user.id, epoch=user.session_epoch) is None
    assert signing_in.sign_in(rig.ctx, user.email, NEW, client=CLIENT)
    with pytest.raises(Refused):
        signing_in.sign_in(rig.ctx, user.email, PASSWORD, client=CLIENT)
    assert {"new-password-asked", "password-changed"} <= set(kinds(rig.ctx))


def test_nobody_is_told_whether_an_address_is_anybodys(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, abroad = add(rig.ctx, "viewer"), add(rig.ctx, "manager", email="abroad@northbank.example")
    with rig.ctx.database.transaction() as tx:
        users.disable(tx, gone.id, at=rig.ctx.now())
        tx.connection.exec_driver_sql(f"UPDATE users SET password_hash = NULL WHERE id = '{abroad.id}'")
    rendered = []
    real = account_mails.render
    monkeypatch.setattr(account_mails, "render", lambda *a, **k: rendered.append(a[0]) or real(*a, **k))
    for email in ("nobody@northbank.example", "not an address", gone.email, abroad.email):
        ask(rig, email)
    assert mails(rig.ctx, "new_password") == []
    assert len(rendered) == 4, "what takes the time is done for everybody"


def test_an_empty_address_is_no_wish(rig: Rig) -> None:
    for _ in range(30):
        with pytest.raises(Refused, match="refused"):
            ask(rig, " ")


def test_a_link_works_once(rig: Rig) -> None:
    add(rig.ctx)
    ask(rig)
    link = token(rig)
    forgotten_passwords.choose(rig.ctx, link, NEW)
    with pytest.raises(LinkWithdrawn):
        forgotten_passwords.choose(rig.ctx, link, "yet another password")


def test_a_link_works_for_an_hour_to_the_second(rig: Rig) -> None:
    add(rig.ctx)
    ask(rig)
    link = token(rig)
    rig.clock.go_on(minutes=59, seconds=59)
    assert forgotten_passwords.read_reset(rig.ctx, link)
    rig.clock.go_on(seconds=1)
    with pytest.raises(LinkWithdrawn):
        forgotten_passwords.choose(rig.ctx, link, NEW)


def test_choosing_with_one_link_ends_the_others(rig: Rig) -> None:
    add(rig.ctx)
    ask(rig)
    first = token(rig)
    ask(rig)
    forgotten_passwords.choose(rig.ctx, token(rig), NEW)
    with pytest.raises(LinkWithdrawn):
        forgotten_passwords.choose(rig.ctx, first, "yet another password")


def test_a_password_changed_meanwhile_ends_the_link(rig: Rig) -> None:
    user = add(rig.ctx)
    ask(rig)
    link = token(rig)
    own_account.change_password(rig.ctx, user, present=PASSWORD, new=NEW, client=CLIENT)
    with pytest.raises(LinkWithdrawn):
        forgotten_passwords.choose(rig.ctx, link, "yet another password")


def test_a_link_does_not_pass_by_the_second_factor(rig: Rig) -> None:
    user, _ = with_codes(rig.ctx, add(rig.ctx))
    ask(rig)
    forgotten_passwords.choose(rig.ctx, token(rig), NEW)
    assert isinstance(signing_in.sign_in(rig.ctx, user.email, NEW, client=CLIENT), HalfSignedIn)


def test_a_password_that_is_too_short_uses_nothing_up(rig: Rig) -> None:
    user = add(rig.ctx)
    ask(rig)
    link = token(rig)
    with pytest.raises(Refused) as refused:
        forgotten_passwords.choose(rig.ctx, link, "short")
    assert (refused.value.field, refused.value.reason) == ("new_password", "too-short")
    assert forgotten_passwords.choose(rig.ctx, link, NEW)
    assert again(rig.ctx, user).password_hash != user.password_hash


def test_a_fourth_wish_within_the_hour_is_too_many_for_an_address_anybodys_or_not(rig: Rig) -> None:
    add(rig.ctx)
    for email in ("manager@northbank.example", "nobody@northbank.example"):
        for number in range(3):
            ask(rig, email, client=f"192.0.2.{number}")
        with pytest.raises(TooMany):
            ask(rig, email.upper(), client="198.51.100.7")
    assert len(mails(rig.ctx, "new_password")) == 3


def test_a_twenty_first_wish_within_the_hour_is_too_many_for_a_client(rig: Rig) -> None:
    for number in range(20):
        ask(rig, f"nobody{number}@northbank.example")
    with pytest.raises(TooMany):
        ask(rig)


def test_a_token_of_another_purpose_or_made_up_is_not_found(rig: Rig) -> None:
    add(rig.ctx)
    ask(rig)
    reset = mails(rig.ctx, "new_password")[0].reset_id or ""
    signer = rig.ctx.signer
    for other in (signer.sign_state(reset), signer.sign_invitation(reset, 1), signer.sign_reset(reset)[:-2], "x"):
        with pytest.raises(NotFound):
            forgotten_passwords.read_reset(rig.ctx, other)


def test_no_row_opens_an_account_and_old_wishes_go_with_their_mails(rig: Rig) -> None:
    add(rig.ctx)
    ask(rig)
    signature = token(rig).rsplit(".", 1)[1]
    with rig.ctx.database.reading() as tx:
        assert signature not in "\n".join(tx.connection.connection.driver_connection.iterdump())
    rig.clock.go_on(days=3)
    housekeeping.tidy(rig.ctx)
    with rig.ctx.database.reading() as tx:
        assert tx.connection.execute(password_resets.select()).all() == []
    assert mails(rig.ctx, "new_password") == []


def test_a_user_of_an_organization_that_is_gone_gets_nothing(rig: Rig) -> None:
    user: User = add(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE users SET organization = 'elsewhere'")
    ask(rig, user.email)
    assert mails(rig.ctx, "new_password") == []
