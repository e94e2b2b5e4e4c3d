"""What a report leaves out because it could not be understood: how many records of its parts a pull set aside."""

from collections.abc import Mapping
from typing import Any

from linkflow.domain.books import Statement
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataType
from linkflow.store import syncs

_OF_BOTH = frozenset({"company", "accounts"})


def set_aside(tx: Transaction, sync_id: str, kind: DataType) -> list[Mapping[str, Any]]:
    """One finding with their number, or none."""
    counted = syncs.count_set_aside(tx, sync_id)
    rows = sum(count for part, count in counted.items() if part in _OF_BOTH or _kind_of(part) is kind)
    return [{"kind": "set-aside", "rows": rows, "amount": "0.00"}] if rows else []


def _kind_of(part: str) -> DataType:
    return DataType.FINANCIALS if part in set(Statement) else DataType.SPEND_ANALYSIS
