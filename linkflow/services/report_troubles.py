"""Why the report that counts is not of the latest reading, where nothing is on its way that would change that."""

from collections.abc import Collection, Mapping
from typing import Literal

from linkflow.domain.ports import Transaction
from linkflow.services.reporting import MIXED, NOTHING
from linkflow.store import reports, syncs

Trouble = Literal["not-made", "books-mixed", "nothing-new"]
"""It could not be made, the books are a mixture of two readings, the latest reading held nothing of it."""

_TOLD: Mapping[str, Trouble] = {MIXED: "books-mixed", NOTHING: "nothing-new"}


def troubles_of(tx: Transaction, company_id: str, kind: str) -> dict[str, Trouble]:
    """Connection id → what is wrong with the latest report of a kind."""
    told = {key: _TOLD.get(error, "not-made") for key, error in reports.troubles(tx, company_id, kind).items()}
    return told | dict.fromkeys(syncs.cut_short(tx, company_id, kind), "books-mixed")


def trouble_of(tx: Transaction, company_id: str, kind: str, *, of: Collection[str]) -> Trouble | None:
    """The same of some connections together: the one that a person must know of first."""
    found = {trouble for key, trouble in troubles_of(tx, company_id, kind).items() if key in of}
    ordered: tuple[Trouble, ...] = ("books-mixed", "not-made", "nothing-new")
    return next((one for one in ordered if one in found), None)
