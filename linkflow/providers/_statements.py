"""One statement of one month, from the figures a product's report prints, whatever its shape."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from linkflow.domain.books import LineKind, Statement, StatementLine, month_end


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure as printed: `section` is the path of headings above it, of a total that of what it adds up.

    Signed so that the lines of a section add up to its total: what is taken off is below zero.
    """

    label: str
    amount: Decimal
    kind: LineKind = LineKind.LINE
    section: tuple[str, ...] = ()
    account_id: str | None = None


def statement_lines(statement: Statement, month: date, figures: Iterable[Figure]) -> Iterator[StatementLine]:
    """Its lines in the order given, each with an id that is the same at the next pull. `month`: any day of it."""
    seen: Counter[str] = Counter()
    for position, figure in enumerate(figures):
        place = figure.account_id or "/".join((figure.kind.value, *figure.section, figure.label))
        seen[place] += 1
        again = f"#{seen[place]}" if seen[place] > 1 else ""
        yield StatementLine(
            external_id=f"{statement.value}:{month:%Y-%m}:{place}{again}",
            statement=statement,
            period_end=month_end(month),
            label=figure.label,
            amount=figure.amount,
            kind=figure.kind,
            section=figure.section,
            account_id=figure.account_id,
            position=position,
        )
