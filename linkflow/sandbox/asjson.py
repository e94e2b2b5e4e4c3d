"""Records as JSON: money and rates as text, dates as ISO days. What only tests may know is left out."""

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_HIDDEN = frozenset({"true_method", "true_source"})


def as_json(value: Any) -> Any:
    """Turn records, and whatever they hold, into what `json` can write."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_json(getattr(value, each.name)) for each in fields(value) if each.name not in _HIDDEN}
    return value
