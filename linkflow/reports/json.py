"""A whole report for programs: JSON written piece by piece. Money and exact numbers are strings, days ISO 8601."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.reports.tables import Absent, Table, Value, key_of

Json = str | int | bool | None | Sequence[Any] | Mapping[str, Any]


def json_pieces(facts: Mapping[str, Json], tables: Iterable[Table[Any]]) -> Iterator[bytes]:
    """An object of the facts, and under `tables` a list of objects for each table."""
    begun = json.dumps(facts, ensure_ascii=False)[:-1]
    yield f'{begun}{", " if facts else ""}"tables": {{'.encode()
    for number, table in enumerate(tables):
        yield f"{',' if number else ''}\n{json.dumps(key_of(table.name))}: [".encode()
        keys = [column.key for column in table.columns]
        rows = (cells for cells in table.cells() if not _says_nothing(cells))
        for place, cells in enumerate(rows):
            row = {key: _plain(cell) for key, cell in zip(keys, cells, strict=True)}
            yield f"{',' if place else ''}\n{json.dumps(row, ensure_ascii=False)}".encode(errors="replace")
        yield b"]"
    yield b"}}\n"


def _says_nothing(cells: Sequence[Value]) -> bool:
    """Whether a row only has words in place of what there cannot be."""
    return any(isinstance(cell, Absent) for cell in cells) and not any(map(_plain, cells))


def _plain(value: Value) -> str | int | None:
    if isinstance(value, Absent):
        return None
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value
