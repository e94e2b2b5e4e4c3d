"""What stands in each category, month by month: the report's lines gathered into the tree, with a subtotal everywhere.

Amounts stay as the statements print them, so that every subtotal is the sum of what is below it and the tree adds up to
the statement; what is taken off its group (`sign = -1`) stands there below zero. No line leaves its class, but for the
months in which a bank is overdrawn, or a card in credit: then it stands on the other side, and both sides are larger.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from linkflow.domain.books import AccountClass, Statement
from linkflow.domain.categories import FALLBACKS, Categories
from linkflow.domain.financials import BANK, CARD, CARD_IN_CREDIT, CLASSES, OVERDRAFT, FinancialLine
from linkflow.domain.software import plain

_NO_BANK = re.compile(
    r"\b(petty cash|cash (on|in) hand|cash (drawer|register)|tills?|change fund|kasse|caisse|caja|kas|caixa)\b"
)
"""Money in a drawer, which nobody lends to."""
_AS_BANK = (BANK, "asset.current.cash_equivalents")
_NET_REVENUE, _COST_OF_SALES = ("income.revenue", "income.sales_reductions"), "expense.cost_of_sales"
"""What gross profit is made of; sales reductions stand below zero."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """A line beside the tree: the parts of the tree it adds up, each with its sign, and how in words."""

    key: str
    name: str
    formula: str
    signs: Mapping[str, int]


GROSS = Result(
    key="gross-profit",
    name="Gross profit",
    formula="Revenue after discounts and returns less cost of sales, which stands below zero here.",
    signs={**dict.fromkeys(_NET_REVENUE, 1), _COST_OF_SALES: -1},
)
NET = Result(
    key="net-profit",
    name="Net profit",
    formula="Income less expenses, which stand below zero here.",
    signs={"income": 1, "expense": -1},
)
FUNDING = Result(
    key="liabilities-and-equity",
    name="Liabilities and equity",
    formula="Liabilities and equity together.",
    signs={"liability": 1, "equity": 1},
)
RESULTS: Mapping[str, Result] = {one.key: one for one in (GROSS, NET, FUNDING)}
Amounts = tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Share:
    """A line's part of a category: `amounts` of the months in which it stands there, None in the others."""

    line: FinancialLine
    amounts: Amounts


@dataclass(frozen=True)
class Group:
    """A part of the tree with its sum by month: parts below it, or at a leaf the accounts it is made of."""

    slug: str
    name: str
    amounts: Amounts
    groups: tuple["Group", ...] = ()
    shares: tuple[Share, ...] = ()

    @property
    def depth(self) -> int:
        """0 for a class."""
        return self.slug.count(".")

    def walk(self) -> Iterator["Group"]:
        """It and everything below it, in order."""
        yield self
        for group in self.groups:
            yield from group.walk()


def gather(lines: Iterable[FinancialLine]) -> dict[str, tuple[Share, ...]]:
    """Category → what stands in it."""
    found: defaultdict[str, list[Share]] = defaultdict(list)
    for line in lines:
        if line.is_counted and line.category:
            for category, amounts in _sides(line, line.category):
                found[category].append(Share(line, amounts))
    return {category: tuple(shares) for category, shares in found.items()}


def below_zero(line: FinancialLine) -> str | None:
    """Where an account stands in the months its balance is below zero, if not where it stands in the others."""
    category = line.category or ""
    if line.marked == "card" and category.startswith("asset.current."):
        return CARD
    if category == CARD:
        return CARD_IN_CREDIT
    if line.marked == "bank" and category == OVERDRAFT:
        return BANK
    is_bank = category in _AS_BANK or (line.marked == "bank" and category == "asset.current.undeposited")
    return OVERDRAFT if is_bank and not _NO_BANK.search(plain(line.label)) else None


def _sides(line: FinancialLine, category: str) -> Iterator[tuple[str, Amounts]]:
    amounts, other = line.amounts, below_zero(line)
    crosses = [other is not None and amount is not None and amount < 0 for amount in amounts]
    if not all(crosses):
        yield category, tuple(None if over else amount for over, amount in zip(crosses, amounts, strict=True))
    if other and any(crosses):
        yield (
            other,
            tuple(
                -amount if over and amount is not None else None for over, amount in zip(crosses, amounts, strict=True)
            ),
        )


def by_category(lines: Sequence[FinancialLine], categories: Categories, statement: Statement) -> tuple[Group, ...]:
    """The classes of a statement that anything stands in, each with its parts in the order of the tree."""
    shares = _known(gather(line for line in lines if line.statement is statement), categories)
    months = len(lines[0].amounts) if lines else 0
    tree = (_group(one.value, categories, shares, months) for one in CLASSES[statement])
    return tuple(group for group in tree if group is not None)


def standing_in(lines: Sequence[FinancialLine], categories: Categories, signs: Mapping[str, int]) -> tuple[Share, ...]:
    """Everything in some parts of the tree, with the sign of its part: what comes out adds up to all of them."""
    parts = (
        group for statement in Statement for top in by_category(lines, categories, statement) for group in top.walk()
    )
    return tuple(
        Share(share.line, _times(signs[part.slug], share.amounts))
        for part in parts
        if part.slug in signs
        for group in part.walk()
        for share in group.shares
    )


def signed(tops: Sequence[Group], signs: Mapping[str, int]) -> Amounts:
    """Some parts of the tree added up by month, each with its sign: a line beside the tree, in none of its sums."""
    parts = (group for top in tops for group in top.walk() if group.slug in signs)
    return sums((_times(signs[part.slug], part.amounts) for part in parts), len(tops[0].amounts) if tops else 0)


def gross_profit(tops: Sequence[Group]) -> Amounts:
    """Revenue less sales reductions and the cost of sales, by month."""
    return signed(tops, GROSS.signs)


def gross_profit_after(tops: Sequence[Group]) -> str | None:
    """The part of the tree it stands behind; None where there is neither revenue nor a cost of sales."""
    parts = {group.slug for top in tops for group in top.walk()}
    if _COST_OF_SALES in parts:
        return _COST_OF_SALES
    return "income" if parts.intersection(_NET_REVENUE) else None


def _times(sign: int, amounts: Amounts) -> Amounts:
    # Added to 0, nothing is not below zero.
    return tuple(None if amount is None else amount * sign + 0 for amount in amounts)


def _known(shares: Mapping[str, tuple[Share, ...]], categories: Categories) -> dict[str, tuple[Share, ...]]:
    """What stands in a category that the tree no longer has is in the fallback of its class until the next report."""
    found = dict(shares)
    for slug in [one for one in shares if categories.leaf(one) is None]:
        fallback = FALLBACKS[AccountClass(slug.partition(".")[0])]
        found[fallback] = (*found.get(fallback, ()), *found.pop(slug))
    return found


def _group(part: str, categories: Categories, shares: Mapping[str, tuple[Share, ...]], months: int) -> Group | None:
    if categories.leaf(part):
        its = shares.get(part, ())
        return (
            Group(part, categories.name(part), sums((one.amounts for one in its), months), shares=its) if its else None
        )
    below = tuple(
        group for one in _children(part, categories) if (group := _group(one, categories, shares, months)) is not None
    )
    if not below:
        return None
    return Group(part, categories.name(part), sums((one.amounts for one in below), months), below)


def _children(part: str, categories: Categories) -> Iterable[str]:
    depth = part.count(".") + 2
    return dict.fromkeys(".".join(leaf.slug.split(".")[:depth]) for leaf in categories if leaf.is_in(part))


def sums(rows: Iterable[Amounts], months: int) -> Amounts:
    """Month by month; None where no row has an amount."""
    columns = list(zip(*rows, strict=True)) or [()] * months
    return tuple(
        sum((one for one in column if one is not None), Decimal(0)) if any(one is not None for one in column) else None
        for column in columns
    )
