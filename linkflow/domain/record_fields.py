"""The fields of records by name, for what goes through all of them: judging and writing them down."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, get_args

from linkflow.domain.books import Allocation, BillLine, ExpenseLine, Record

FIELDS: Mapping[type[Any], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in (*get_args(Record), BillLine, Allocation, ExpenseLine)
}
"""The names of the fields of every kind of record, and of what hangs below one."""
_VALUES = {kind: attrgetter(*names) for kind, names in FIELDS.items()}


def named_values(thing: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a record, or of what hangs below one, in their order."""
    kind = type(thing)
    return zip(FIELDS[kind], _VALUES[kind](thing), strict=True)
