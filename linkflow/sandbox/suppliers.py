"""The suppliers of one company, made up from its seed; the same every time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from linkflow.sandbox.chance import seeded
from linkflow.sandbox.companies import Profile
from linkflow.sandbox.records import Address, Supplier

METHODS = ("bank_transfer", "direct_debit", "credit_card", "debit_card", "cheque", "cash", "other")
_METHOD_WEIGHTS = (34, 18, 24, 9, 7, 4, 4)
_GOODS: Mapping[str, tuple[str, ...]] = {
    "food": ("Meats", "Produce", "Bakery", "Fisheries", "Spices", "Beverages", "Dairy", "Oils"),
    "hair": ("Hair Care", "Salon Supplies", "Colour Lab", "Scissors", "Towels", "Cosmetics", "Mirrors", "Wax"),
    "wine": ("Vineyards", "Cellars", "Glassware", "Importers", "Corks", "Cheeses", "Barrels", "Orchards"),
}
_OVERHEADS = (
    ("Packaging", "5100", 7), ("Lettings", "6100", 9), ("Energy", "6110", 6), ("Water", "6130", 2),
    ("Cleaning", "6140", 3), ("Media", "6200", 5), ("Software", "6300", 4), ("Telecom", "6310", 3),
    ("Motors", "6400", 4), ("Travel", "6410", 3), ("Accountants", "6500", 4), ("Solicitors", "6510", 3),
    ("Stationery", "6600", 2), ("Insurance", "6610", 4), ("Repairs", "6620", 4), ("Events", "6420", 2),
)  # fmt: skip
_NAMES = (
    "Ashdown", "Birchwood", "Calder", "Dunmore", "Elmfield", "Fairway", "Glenside", "Hartley", "Ivybridge",
    "Jubilee", "Kestrel", "Larkhill", "Mossgate", "Northgate", "Oakley", "Penrose", "Quayside", "Redfern",
    "Stonebrook", "Thornton", "Underhill", "Valley", "Westbrook", "Yarrow",
)  # fmt: skip
_PEOPLE = ("Ada Lowe", "Ben Akin", "Cara Finn", "Dev Rao", "Eve Stone", "Femi Cole", "Gil Marsh", "Hana Webb")


@dataclass(frozen=True)
class Habit:
    """How a supplier sends bills and how it is paid; never shown to anybody.

    `lateness` is in days past due (negative: early), `weight` the size of its bills against the others'.
    """

    code: str
    weight: int
    method: str
    fills_method: bool
    lateness: int
    on_statement: bool


def make_suppliers(profile: Profile) -> tuple[tuple[Supplier, Habit], ...]:
    """Every supplier with its habit; the last one is archived and never sends anything."""
    rng = seeded(profile.company.id, "suppliers")
    return tuple(_supplier(profile, index, rng) for index in range(profile.suppliers))


def _supplier(profile: Profile, index: int, rng: Random) -> tuple[Supplier, Habit]:
    goods = _GOODS[profile.trade]
    if index % 5 < 2:
        kind, code, weight = goods[index // 5 % len(goods)], "5000", 16
    else:
        kind, code, weight = _OVERHEADS[(index * 3 // 5) % len(_OVERHEADS)]
    name = f"{_NAMES[index % len(_NAMES)]}{(' & Sons', '', ' Direct')[index // len(_NAMES) % 3]} {kind}"
    currency = rng.choice(profile.foreign)[0] if index % 8 == 7 else profile.company.base_currency
    slug = name.lower().replace(" & ", "-and-").replace(" ", "-")
    contact = rng.choice(_PEOPLE)
    habit = Habit(
        code=code,
        weight=weight,
        method=METHODS[index] if index < len(METHODS) else rng.choices(METHODS, _METHOD_WEIGHTS)[0],
        fills_method=index < len(METHODS) or rng.random() < 0.62,
        lateness=rng.choice((-8, -3, 0, 0, 2, 9, 16, 33)),
        on_statement=index % 9 == 4,
    )
    country = profile.company.country
    supplier = Supplier(
        id=f"sup-{index + 1:03d}",
        name=name,
        contact=contact,
        email=f"accounts@{slug}.example",
        phone=f"+44 1632 960{index:03d}",
        tax_number=f"{country}{rng.randrange(10**8, 10**9)}" if rng.random() < 0.8 else "",
        registration_number=f"{rng.randrange(10**7, 10**8)}" if rng.random() < 0.7 else "",
        address=Address(f"{rng.randrange(1, 200)} Mill Road", "Market Town", f"MT{index % 90 + 1} 1AA", country),
        status="archived" if index == profile.suppliers - 1 else "active",
        currency=currency,
        terms_days=rng.choice((0, 7, 14, 14, 30, 30, 30, 45, 60)),
        first_seen=date(rng.randrange(2016, 2022), rng.randrange(1, 13), rng.randrange(1, 28)),
    )
    return supplier, habit
