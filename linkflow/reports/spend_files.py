"""A spend report as tables for CSV files and JSON: what the sheets of its workbook say, as plain values."""

from typing import Any

from linkflow.reports.json import Json
from linkflow.reports.spend_contents import SpendContents
from linkflow.reports.spend_measured import SpendLines
from linkflow.reports.spend_suppliers import index_suppliers
from linkflow.reports.spend_tables import SpendTables
from linkflow.reports.tables import Table

TABLES = (
    *("entities", "payment-methods", "suppliers", "bills"),
    *("bill-lines", "credit-notes", "bill-payments", "expenses"),
)
"""What there is to take; entities only of several together."""


def spend_files(contents: SpendContents) -> tuple[Table[Any], ...]:
    """Every table, in the order of the sheets."""
    suppliers = index_suppliers(contents)
    blocks = (block.table() for block in SpendLines(contents, suppliers).blocks())
    return (*blocks, *SpendTables(contents, suppliers.numbers).all())


def spend_facts(contents: SpendContents) -> dict[str, Json]:
    """What a report is of."""
    return {
        "report": "spend_analysis",
        "company": contents.company,
        "asked_for_by": contents.organization,
        "first_day": contents.period.first_month.isoformat(),
        "last_day": contents.period.ends_on.isoformat(),
        "supplier_threshold": format(contents.threshold, "f"),
        "taken_at": contents.taken_at.isoformat(timespec="seconds"),
        "entities": [
            {
                "name": entity.name,
                "software": entity.software,
                "base_currency": entity.currency,
                "read_at": entity.read_at.isoformat(timespec="seconds"),
                "made_at": entity.made_at.isoformat(timespec="seconds"),
                "not_available": sorted(one.value for one in entity.missing),
                "outstanding_by_age": [
                    {"age": age, "bills": bills, "amount": format(amount, "f")} for age, bills, amount in entity.ageing
                ],
                "notes": list(entity.notes),
            }
            for entity in contents.entities
        ],
    }
