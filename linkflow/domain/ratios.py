"""The ratios of a financial report by month, each with its formula in words and the amounts that went into it.

Days, turn and cover look at the twelve months that end with the one they stand under. With fewer months, without a
statement, or over nothing a ratio is not available: never zero, never infinite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from linkflow.domain.books import Statement
from linkflow.domain.category_sums import Share, gather
from linkflow.domain.financials import FinancialLine, has_month
from linkflow.domain.ratio_rules import RULES, Input, Rule, Sums, Unit

A_YEAR = 12


class Missing(StrEnum):
    """Why a ratio is not available."""

    NO_STATEMENT = "no-statement"
    FEWER_MONTHS = "fewer-months"
    OVER_NOTHING = "over-nothing"


@dataclass(frozen=True)
class RatioValue:
    """A ratio in one month: a percentage as 40 for 40 %. `missing` says why there is none."""

    value: Decimal | None
    inputs: tuple[Input, ...] = ()
    missing: Missing | None = None


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """One ratio, `values` by the report's months."""

    key: str
    name: str
    formula: str
    unit: Unit
    values: tuple[RatioValue, ...]


def ratios(lines: Sequence[FinancialLine], *, months: int, full_months: int) -> tuple[Ratio, ...]:
    """Every ratio of every month; the months from `full_months` on are not over, so no year ends with them."""
    given = _given(lines, months, full_months)
    return tuple(
        Ratio(
            key=rule.key,
            name=rule.name,
            formula=rule.formula,
            unit=rule.unit,
            values=tuple(_value(rule, month) for month in given),
        )
        for rule in RULES
    )


@dataclass(frozen=True)
class Given:
    """One month: its profit and loss, the twelve months that end with it, its sheet, and that of a year before."""

    made: Sums | None
    year: Sums | None
    held: Sums | None
    opening: Sums | None


def _given(lines: Sequence[FinancialLine], months: int, full_months: int) -> list[Given]:
    shares = gather(lines)
    made, held = (
        [_sums(shares, statement, place) if has_month(lines, statement, place) else None for place in range(months)]
        for statement in (Statement.PROFIT_AND_LOSS, Statement.BALANCE_SHEET)
    )
    found = []
    for place in range(months):
        first = place + 1 - A_YEAR
        twelve = made[first : place + 1] if first >= 0 and place < full_months else [None]
        year = None if None in twelve else Sums(pair for one in twelve if one for pair in one.pairs)
        opening = held[first - 1] if first >= 1 else None
        found.append(Given(made[place], year, held[place], opening))
    return found


def _sums(shares: Mapping[str, Sequence[Share]], statement: Statement, place: int) -> Sums:
    return Sums(
        (category, amount)
        for category, its in shares.items()
        for share in its
        if share.line.statement is statement and (amount := share.amounts[place]) is not None
    )


def _value(rule: Rule, month: Given) -> RatioValue:
    figures = [getattr(month, name) for name in rule.needs]
    if None in figures:
        told = month.made if "year" in rule.needs else None
        return RatioValue(None, missing=Missing.FEWER_MONTHS if told else Missing.NO_STATEMENT)
    value, inputs = rule.work(*figures)
    return RatioValue(value, inputs, None if value is not None else Missing.OVER_NOTHING)
