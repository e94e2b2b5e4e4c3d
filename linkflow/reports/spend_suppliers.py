"""The suppliers of a spend report looked through once: a number for each, and how many are not on the sheet."""

from collections import Counter
from dataclasses import dataclass, field

from linkflow.domain.books import PaymentMethod
from linkflow.reports.spend_contents import SpendContents


@dataclass
class SupplierIndex:
    """`numbers` by connection and id, in the order of the sheet; `listed` are on it, `unlisted` below the threshold.

    What names no supplier has no number and is not counted as one.
    """

    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    listed: int = 0
    unlisted: Counter[tuple[str, PaymentMethod]] = field(default_factory=Counter)


def index_suppliers(contents: SpendContents) -> SupplierIndex:
    """Look through all of them."""
    found = SupplierIndex()
    for entity in contents.entities:
        for supplier in contents.rows.suppliers(entity.connection_id):
            shown = contents.is_shown(entity, supplier)
            found.listed += shown
            if supplier.supplier_id:
                found.numbers[entity.connection_id, supplier.supplier_id] = len(found.numbers) + 1
                found.unlisted[entity.connection_id, supplier.methods[0]] += not shown
    return found
