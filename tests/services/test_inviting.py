"""Invitations: one address, one account, one week, and the mail holds the only link."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linkflow.domain.errors import LinkWithdrawn, NotFound, Refused
from linkflow.services import delivering, inviting, signing_in, user_upkeep
from linkflow.services.job_steps import DONE
from linkflow.store.invitations import Invitation
from linkflow.store.users import User
from tests.jobs.rig import Rig, make_rig
from tests.services.people import Outbox, add, delivered_link, kinds, mails

EMAIL = "new@northbank.example"
WANTED = {"name": " Nora  New ", "password": "another long password"}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = make_rig(tmp_path)
    yield made
    made.ctx.database.dispose()


@pytest.fixture
def boss(rig: Rig) -> User:
    return add(rig.ctx, "administrator")


def invite(rig: Rig, boss: User, email: str = EMAIL, role: str = "manager") -> Invitation:
    return inviting.invite(rig.ctx, boss, email=email, role=role)


def token(rig: Rig, invitation: Invitation, issue: int = 1) -> str:
    return rig.ctx.signer.sign_invitation(invitation.id, issue)


def reason(rig: Rig, boss: User, email: str = EMAIL, role: str = "manager") -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        invite(rig, boss, email, role)
    return refused.value.field, refused.value.reason


def test_the_mailed_link_makes_an_account_of_that_address_and_role(rig: Rig, boss: User) -> None:
    invite(rig, boss, " New@Northbank.example ")
    (mail,) = mails(rig.ctx, "invitation")
    assert (mail.recipient, mail.reply_to) == (EMAIL, boss.email)
    assert "Administrator of Northbank invites you" in mail.text
    link = delivered_link(rig.ctx, mail)
    made = inviting.accept(rig.ctx, link.rsplit("/", 1)[1], **WANTED)
    assert (made.email, made.name, made.role, made.organization) == (EMAIL, "Nora New", "manager", "northbank")
    assert signing_in.sign_in(rig.ctx, EMAIL, WANTED["password"], client="192.0.2.1")
    assert {"user-invited", "invitation-accepted"} <= set(kinds(rig.ctx))


def test_no_row_opens_an_invitation(rig: Rig, boss: User) -> None:
    made = invite(rig, boss)
    with rig.ctx.database.reading() as tx:
        rows = "\n".join(tx.connection.connection.driver_connection.iterdump())
    assert token(rig, made).rsplit(".", 1)[1] not in rows


def test_it_is_accepted_once(rig: Rig, boss: User) -> None:
    made = invite(rig, boss)
    inviting.accept(rig.ctx, token(rig, made), **WANTED)
    with pytest.raises(LinkWithdrawn):
        inviting.accept(rig.ctx, token(rig, made), **WANTED)


def test_it_ends_after_a_week_to_the_second(rig: Rig, boss: User) -> None:
    made = invite(rig, boss)
    rig.clock.go_on(days=6, hours=23, minutes=59, seconds=59)
    assert inviting.read_invitation(rig.ctx, token(rig, made)).invitation.email == EMAIL
    rig.clock.go_on(seconds=1)
    with pytest.raises(LinkWithdrawn):
        inviting.accept(rig.ctx, token(rig, made), **WANTED)


def test_sent_again_it_has_a_new_link_and_another_week(rig: Rig, boss: User) -> None:
    made = invite(rig, boss)
    rig.clock.go_on(days=8)
    renewed = inviting.send_again(rig.ctx, boss, made.id)
    assert renewed.expires_at == rig.clock.time + timedelta(days=7)
    with pytest.raises(LinkWithdrawn):
        inviting.read_invitation(rig.ctx, token(rig, made))
    newest = mails(rig.ctx, "invitation")[-1]
    assert delivered_link(rig.ctx, newest).endswith(token(rig, made, 2))
    assert inviting.accept(rig.ctx, token(rig, made, 2), **WANTED)


def test_a_fourth_mail_within_the_hour_is_refused(rig: Rig, boss: User) -> None:
    made = invite(rig, boss)
    for _ in range(3):
        inviting.send_again(rig.ctx, boss, made.id)
    with pytest.raises(Refused) as refused:
        inviting.send_again(rig.ctx, boss, made.id)
    assert (refused.value.field, refused.value.reason) == ("invitation", "too-many")
    assert len(mails(rig.ctx, "invitation")) == 4


def test_taken_back_it_opens_nothing_and_a_mail_on_its_way_is_dropped(rig: Rig, boss: User) -> None:
    made = invite(rig, boss)
    inviting.withdraw(rig.ctx, boss, made.id)
    with pytest.raises(LinkWithdrawn):
        inviting.accept(rig.ctx, token(rig, made), **WANTED)
    (mail,) = mails(rig.ctx, "invitation")
    outbox = Outbox()
    assert delivering.deliver(rig.ctx, mail.id, mailer=outbox) == DONE
    assert outbox.sent == []
    assert mails(rig.ctx, "invitation")[0].state == "dropped"
    for again in (inviting.withdraw, inviting.send_again):
        with pytest.raises(NotFound):
            again(rig.ctx, boss, made.id)
    assert invite(rig, boss), "the address can be invited anew"


def test_an_address_that_is_a_user_is_refused_and_says_which_way_on(rig: Rig, boss: User) -> None:
    user = add(rig.ctx, "viewer")
    assert reason(rig, boss, "VIEWER@northbank.example") == ("email", "already-user")
    user_upkeep.disable(rig.ctx, boss, user)
    assert reason(rig, boss, user.email) == ("email", "disabled-user")
    assert mails(rig.ctx, "invitation") == []


def test_an_address_is_invited_once_at_a_time(rig: Rig, boss: User) -> None:
    invite(rig, boss)
    assert reason(rig, boss, EMAIL.upper()) == ("email", "invited")
    assert len(mails(rig.ctx, "invitation")) == 1


@pytest.mark.parametrize(
    ("email", "role", "refused"),
    [
        ("", "viewer", ("email", "empty")),
        ("nobody", "viewer", ("email", "not-an-address")),
        (EMAIL, "owner", ("role", "unknown")),
        (EMAIL, "", ("role", "unknown")),
    ],
)
def test_what_cannot_be_invited_is_refused_by_field(
    rig: Rig, boss: User, email: str, role: str, refused: tuple[str, str]
) -> None:
    assert reason(rig, boss, email, role) == refused


def test_a_hundred_a_day_and_no_more(rig: Rig, boss: User) -> None:
    for number in range(100):
        invite(rig, boss, f"n{number}@northbank.example")
    assert reason(rig, boss) == ("email", "too-many-invitations")


def test_an_address_that_got_an_account_meanwhile_makes_no_second_one(rig: Rig, boss: User) -> None:
    made = invite(rig, boss)
    add(rig.ctx, "viewer", email=EMAIL)
    with pytest.raises(Refused) as refused:
        inviting.accept(rig.ctx, token(rig, made), **WANTED)
    assert (refused.value.field, refused.value.reason) == ("form", "address-taken")


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ({"name": " "}, ("full_name", "empty")),
        ({"name": "x" * 101}, ("full_name", "too-long")),
        ({"password": "eleven char"}, ("new_password", "too-short")),
        ({"password": "x" * 201}, ("new_password", "too-long")),
    ],
)
def test_what_is_typed_wrongly_uses_nothing_up(
    rig: Rig, boss: User, typed: dict[str, str], refused: tuple[str, str]
) -> None:
    made = invite(rig, boss)
    with pytest.raises(Refused) as found:
        inviting.accept(rig.ctx, token(rig, made), **{**WANTED, **typed})
    assert (found.value.field, found.value.reason) == refused
    assert inviting.accept(rig.ctx, token(rig, made), **WANTED)


def test_another_organizations_invitation_is_not_found(rig: Rig, boss: User) -> None:
    made, stranger = invite(rig, boss), replace(boss, organization="harbour")
    for act in (inviting.withdraw, inviting.send_again):
        with pytest.raises(NotFound):
            act(rig.ctx, stranger, made.id)


def test_a_token_of_another_purpose_or_made_up_is_not_found(rig: Rig, boss: User) -> None:
    made, signer = invite(rig, boss), rig.ctx.signer
    for other in (signer.sign_link(made.id, 1), signer.sign_reset(made.id), token(rig, made)[:-2] + "AA", "x", ""):
        with pytest.raises(NotFound):
            inviting.read_invitation(rig.ctx, other)


@pytest.mark.parametrize("why", ["disabled", "demoted"])
def test_the_invitations_of_somebody_who_may_invite_no_more_open_nothing(rig: Rig, boss: User, why: str) -> None:
    other = add(rig.ctx, "administrator", email="other@northbank.example")
    theirs, accepted, mine = (invite(rig, by, f"{n}@northbank.example") for n, by in enumerate((other, other, boss)))
    inviting.accept(rig.ctx, token(rig, accepted), **WANTED)
    if why == "disabled":
        user_upkeep.disable(rig.ctx, boss, other)
    else:
        user_upkeep.change_role(rig.ctx, boss, other.id, "manager")
    with pytest.raises(LinkWithdrawn):
        inviting.accept(rig.ctx, token(rig, theirs), **WANTED)
    assert kinds(rig.ctx).count("invitation-withdrawn") == 1
    assert inviting.accept(rig.ctx, token(rig, mine), **WANTED), "those of others stay"


def test_who_is_an_administrator_no_more_invites_nobody_in_this_very_moment(rig: Rig, boss: User) -> None:
    other = add(rig.ctx, "administrator", email="other@northbank.example")
    made = invite(rig, boss)
    user_upkeep.change_role(rig.ctx, boss, other.id, "manager")
    with pytest.raises(NotFound):
        invite(rig, other, "late@northbank.example")  # with the row read before
    with pytest.raises(NotFound):
        inviting.send_again(rig.ctx, other, made.id)
