"""Recovery codes, for who has lost the device that shows codes: kept as hashes, each used once."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import change
from linkflow.store.tables import recovery_codes


def replace_codes(tx: Transaction, user_id: str, hashes: Iterable[str]) -> None:
    """These and no others are the user's codes."""
    forget_codes(tx, user_id)
    rows = [{"user_id": user_id, "code_hash": one, "used_at": None} for one in hashes]
    tx.connection.execute(insert(recovery_codes), rows)


def forget_codes(tx: Transaction, user_id: str) -> None:
    """The user has none any more."""
    tx.connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))


def use_code(tx: Transaction, user_id: str, code_hash: str, *, at: datetime) -> bool:
    """Use one up; False when the user has no such code, or no longer."""
    here = recovery_codes.c.user_id == user_id, recovery_codes.c.code_hash == code_hash
    return change(tx, recovery_codes, *here, recovery_codes.c.used_at.is_(None), used_at=at) == 1


def codes_left(tx: Transaction, user_id: str) -> int:
    """How many the user still has."""
    here = recovery_codes.c.user_id == user_id, recovery_codes.c.used_at.is_(None)
    return int(tx.connection.execute(select(func.count()).select_from(recovery_codes).where(*here)).scalar_one())
