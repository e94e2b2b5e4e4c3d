"""The pulls that data types need of a product that has all of them, in the order they are made."""

from collections.abc import Collection, Mapping

from linkflow.domain.requests import DataType, DataTypes

_PARTS: Mapping[DataType, tuple[str, ...]] = {
    DataType.FINANCIALS: ("company", "accounts", "profit_and_loss", "balance_sheet"),
    DataType.SPEND_ANALYSIS: (
        "company", "accounts", "suppliers", "bills", "credit_notes", "bill_payments", "expenses"
    ),
}  # fmt: skip


def parts_of(data_types: DataTypes, *, without: Collection[str] = ()) -> tuple[str, ...]:
    """Each once, but for what the product has not."""
    wanted = dict.fromkeys(part for kind in DataType if kind in data_types for part in _PARTS[kind])
    return tuple(part for part in wanted if part not in without)
