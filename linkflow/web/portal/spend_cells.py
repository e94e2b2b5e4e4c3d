"""The cells of a spend analysis: a figure with the way to its rows, or the software it is not available from."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from linkflow.domain.books import PaymentMethod
from linkflow.domain.measures import share
from linkflow.domain.methods import MethodGroup, group_of
from linkflow.domain.unavailable import Of, figures_gone, missing_of
from linkflow.services.spending import EntityReport, Section
from linkflow.web.portal.connection_views import software_name
from linkflow.web.spend_views import Cell


def gone_from(entities: Sequence[EntityReport], *, of: Of = "all") -> Mapping[str, str]:
    """The figures some entities cannot have: by their columns the software they are not available from."""
    gone = figures_gone([missing_of(one.report.findings) for one in entities], of=of)
    names = [software_name(one.connection) for one in entities]
    return {key: ", ".join(dict.fromkeys(names[place] for place in those)) for key, those in gone.items()}


def spent_by(section: Section) -> list[PaymentMethod]:
    """The methods there can be spending by."""
    known = "total" not in gone_from(section.entities, of="method")
    return [one.method for one in section.totals.by_method if known or group_of(one.method) is MethodGroup.UNKNOWN]


def chosen(figures: dict[str, Cell], columns: tuple[str, ...], gone: Mapping[str, str]) -> tuple[Cell, ...]:
    return tuple(there(column, figures[column], gone) for column in columns)


def there(column: str, cell: Cell, gone: Mapping[str, str]) -> Cell:
    """The figure, unless there cannot be one."""
    return Cell(kind=cell.kind, value=None, absent=gone[column]) if column in gone else cell


def count(value: int, leads: str | None = None) -> Cell:
    return Cell(kind="count", value=value, href=leads if value else None)


def money(value: Decimal | None, leads: str | None = None) -> Cell:
    return Cell(kind="money", value=value, href=leads if value else None)


def share_cell(part: Decimal | int, whole: Decimal | int, leads: str | None = None) -> Cell:
    return Cell(kind="share", value=share(part, whole), href=leads)


def days(value: Decimal | int | None, leads: str) -> Cell:
    return Cell(kind="days", value=value, href=leads)
