"""An account and its place in the categories, for whatever page shows it."""

from linkflow.domain.books import AccountClass
from linkflow.domain.categories import Categories, Reason
from linkflow.domain.financials import FinancialLine
from linkflow.web.financial_views import CategoryGroup, PlacedView


def placed(line: FinancialLine, categories: Categories, href: str) -> PlacedView:
    """Of an account's line."""
    category = line.category or ""
    was = line.suggested if line.reason is Reason.CORRECTED and line.suggested != category else None
    return PlacedView(
        id=line.account_id or "",
        name=line.label,
        code=line.account_code,
        category=categories.name(category) if category else "",
        within=within(category, categories),
        reason=line.reason.value if line.reason else None,
        confidence=line.confidence.value if line.confidence else None,
        because=line.because,
        suggested=full_name(was, categories) if was else None,
        href=href,
    )


def within(part: str, categories: Categories) -> str:
    """The parts of the tree above one, the outermost first; nothing for a class."""
    names = part.split(".")
    return " – ".join(categories.name(".".join(names[:depth])) for depth in range(1, len(names)))


def full_name(part: str, categories: Categories) -> str:
    """A part of the tree with all that is above it."""
    above = within(part, categories)
    return f"{above} – {categories.name(part)}" if above else categories.name(part)


def choices(categories: Categories, part: str = "") -> tuple[CategoryGroup, ...]:
    """Every category, or those of one class, by the part of the tree they lie in."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for leaf in categories:
        if not part or leaf.account_class.value == part:
            groups.setdefault(leaf.slug.rpartition(".")[0], []).append((leaf.slug, leaf.name))
    return tuple(CategoryGroup(name=full_name(above, categories), options=tuple(its)) for above, its in groups.items())


def classes(categories: Categories) -> tuple[tuple[str, str], ...]:
    """The five classes, key and name."""
    return tuple((one.value, categories.name(one.value)) for one in AccountClass if one is not AccountClass.OTHER)
