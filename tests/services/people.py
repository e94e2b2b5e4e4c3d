"""Users of the rig's organization, and the mails they are sent."""

import re
from typing import Any

from linkflow.domain import totp
from linkflow.services import accounts, delivering, second_factor
from linkflow.services.context import Context
from linkflow.store import messages, users
from linkflow.store.messages import Message
from linkflow.store.tables import events
from linkflow.store.tables import messages as table
from linkflow.store.users import User

PASSWORD = "three plain words here"


def add(ctx: Context, role: str = "manager", *, email: str | None = None) -> User:
    """A user of this role."""
    address = email or f"{role}@northbank.example"
    return accounts.add_account(
        ctx, address, PASSWORD, organization="northbank", name=f"{role.title()} of Northbank", role=role
    )


def again(ctx: Context, user: User) -> User:
    """The user as stored now."""
    with ctx.database.reading() as tx:
        found = users.user(tx, user.id)
    assert found is not None
    return found


def mails(ctx: Context, kind: str) -> list[Message]:
    """Every mail of a kind, oldest first."""
    with ctx.database.reading() as tx:
        ids = tx.connection.execute(table.select().with_only_columns(table.c.id).where(table.c.kind == kind)).scalars()
        found = [messages.message(tx, one) for one in ids]
    return sorted((one for one in found if one is not None), key=lambda one: one.created_at)


def kinds(ctx: Context) -> list[str]:
    """Every kind of event, in the order written."""
    with ctx.database.reading() as tx:
        return list(
            tx.connection.execute(events.select().with_only_columns(events.c.kind).order_by(events.c.at)).scalars()
        )


class Outbox:
    """Takes every mail."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, message: Any) -> None:
        self.sent.append(message)


def delivered_link(ctx: Context, message: Message) -> str:
    """The link in a mail as it leaves."""
    outbox = Outbox()
    delivering.deliver(ctx, message.id, mailer=outbox)
    assert len(outbox.sent) == 1, "the mail was dropped"
    text = outbox.sent[0].get_body(("plain",)).get_content()
    found = re.search(r"http\S+/portal/\S+", text)
    assert found is not None
    return found[0]


def with_codes(ctx: Context, user: User) -> tuple[User, tuple[str, ...]]:
    """The user, of whom codes are asked from now on, and their recovery codes."""
    second_factor.make_key(ctx, user)
    waiting = again(ctx, user)
    codes = second_factor.switch_on(ctx, waiting, code_of(ctx, waiting)).codes
    return again(ctx, user), codes


def code_of(ctx: Context, user: User, *, off: int = 0) -> str:
    """What the user's app shows now, or some periods before or after."""
    return totp.code_at(second_factor._secret(ctx, user), int(ctx.now().timestamp()) // totp.PERIOD + off)
