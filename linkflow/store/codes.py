"""Mailed codes: a row each, with its tries and its end; the six digits themselves are derived, never stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, first
from linkflow.store.tables import codes

TRIES = 5


class Purpose(StrEnum):
    """What a code is good for, and for nothing else: to enter the journey, or to see and end what is shared."""

    ENTER = "enter"
    ACCESS = "access"


@dataclass(frozen=True, kw_only=True)
class Code:
    """One mailed code and the browser that asked for it."""

    id: str
    link_id: str
    purpose: str
    browser_hash: str
    created_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None


def add_code(tx: Transaction, code: Code) -> None:
    """A fresh code."""
    add(tx, codes, code)


def live_code(
    tx: Transaction, link_id: str, *, purpose: Purpose, browser_hash: str | None, now: datetime
) -> Code | None:
    """The youngest code of this browser (None: of any), for this purpose, that can still be tried."""
    rows = [codes.c.link_id == link_id, codes.c.purpose == purpose.value]
    if browser_hash is not None:
        rows.append(codes.c.browser_hash == browser_hash)
    open_ = codes.c.used_at.is_(None), codes.c.expires_at > now, codes.c.tries < TRIES
    statement = select(codes).where(*rows, *open_).order_by(codes.c.created_at.desc()).limit(1)
    return first(tx, Code, statement)


def spend_try(tx: Transaction, code_id: str) -> bool:
    """Take one of the five tries before looking at what was typed; False when none is left."""
    return change(tx, codes, codes.c.id == code_id, codes.c.tries < TRIES, tries=codes.c.tries + 1) == 1


def use(tx: Transaction, code_id: str, *, at: datetime) -> bool:
    """Use a code; only the first to do so may go on."""
    return change(tx, codes, codes.c.id == code_id, codes.c.used_at.is_(None), used_at=at) == 1
