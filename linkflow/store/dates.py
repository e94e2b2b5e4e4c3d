"""Whole days between two dates, and the month of one, in either database's words."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class days_between(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it is
    """Days from the first date to the second, negative when it comes earlier."""

    type = Integer()
    inherit_cache = True

    def __init__(self, earlier: ColumnElement[Any], later: ColumnElement[Any]) -> None:
        """Both are dates."""
        super().__init__(type_coerce(earlier, Date), type_coerce(later, Date))


@compiles(days_between, "postgresql")
def _postgresql(element: days_between, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({later} - {earlier})"


@compiles(days_between, "sqlite")
def _sqlite(element: days_between, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(clause, **options) for clause in element.clauses)
    # Midnights: both Julian days end in .5, so their difference is a whole number, exactly.
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


class month_of(FunctionElement[Any]):  # noqa: N801 - reads as the SQL function it is
    """The first day of a date's month."""

    type = Date()
    inherit_cache = True


@compiles(month_of, "postgresql")
def _month_in_postgresql(element: month_of, compiler: Any, **options: Any) -> str:
    return f"CAST(date_trunc('month', {compiler.process(element.clauses, **options)}) AS date)"


@compiles(month_of, "sqlite")
def _month_in_sqlite(element: month_of, compiler: Any, **options: Any) -> str:
    return f"(substr({compiler.process(element.clauses, **options)}, 1, 8) || '01')"
