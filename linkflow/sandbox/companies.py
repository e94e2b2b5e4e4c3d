"""The companies whose books are kept here, and what makes each of them different."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from linkflow.sandbox.records import Address, Company


@dataclass(frozen=True)
class Profile:
    """The seed of one company's books. `turnover` is a month's sales in whole base units."""

    company: Company
    trade: str
    turnover: int
    tax_percent: int
    profit_tax_percent: int
    foreign: tuple[tuple[str, Decimal], ...]
    bills_a_month: int = 38
    suppliers: int = 64

    @property
    def year_end_month(self) -> int:
        """The month in which the financial year ends, 1 to 12."""
        return int(self.company.financial_year_end[:2])


def _company(key: str, names: tuple[str, str, str], numbers: tuple[str, str], **more: str) -> Company:
    name, legal_name, trading_name = names
    country = more["country"]
    return Company(
        id=key,
        name=name,
        legal_name=legal_name,
        trading_name=trading_name,
        registration_number=numbers[0],
        tax_number=numbers[1],
        base_currency=more["currency"],
        country=country,
        address=Address(more["street"], more["city"], more["postcode"], country),
        phone=more["phone"],
        website=f"https://{key}.example",
        financial_year_end=more["year_end"],
    )


_GBP = (("EUR", Decimal("0.8420")), ("USD", Decimal("0.7810")))
_EUR = (("GBP", Decimal("1.1730")), ("USD", Decimal("0.9240")))
_USD = (("EUR", Decimal("1.0830")), ("GBP", Decimal("1.2740")))

_PROFILES = (
    Profile(
        _company(
            "abra-kebabra",
            ("Abra Kebabra Ltd", "ABRA KEBABRA LIMITED", "Abra Kebabra"),
            ("09812345", "GB217834561"),
            currency="GBP",
            country="GB",
            street="14 Cauldron Street",
            city="Leeds",
            postcode="LS1 4DY",
            phone="+44 113 496 0114",
            year_end="03-31",
        ),
        trade="food",
        turnover=118_000,
        tax_percent=20,
        profit_tax_percent=19,
        foreign=_GBP,
    ),
    Profile(
        _company(
            "the-codfather",
            ("The Codfather", "The Codfather Fish & Chips Ltd", "The Codfather"),
            ("11204467", "GB304918227"),
            currency="GBP",
            country="GB",
            street="2 Harbour Parade",
            city="Whitby",
            postcode="YO21 1DN",
            phone="+44 1632 960 402",
            year_end="12-31",
        ),
        trade="food",
        turnover=86_000,
        tax_percent=20,
        profit_tax_percent=19,
        foreign=_GBP,
        bills_a_month=36,
    ),
    Profile(
        _company(
            "hairosmith",
            ("Hairosmith Ltd", "HAIROSMITH LIMITED", "Hairosmith"),
            ("642178", "IE6421789T"),
            currency="EUR",
            country="IE",
            street="31 Comb Lane",
            city="Cork",
            postcode="T12 X7Y2",
            phone="+353 20 912 0031",
            year_end="12-31",
        ),
        trade="hair",
        turnover=94_000,
        tax_percent=23,
        profit_tax_percent=13,
        foreign=_EUR,
    ),
    Profile(
        _company(
            "planet-of-the-grapes",
            ("Planet of the Grapes, Inc.", "Planet of the Grapes, Inc.", "Planet of the Grapes"),
            ("C4418820", "84-5550147"),
            currency="USD",
            country="US",
            street="880 Vine Avenue",
            city="Portland",
            postcode="97209",
            phone="+1 503 555 0147",
            year_end="12-31",
        ),
        trade="wine",
        turnover=164_000,
        tax_percent=0,
        profit_tax_percent=21,
        foreign=_USD,
        bills_a_month=41,
        suppliers=72,
    ),
    Profile(
        _company(
            "blank-canvas",
            ("Blank Canvas Ltd", "BLANK CANVAS LTD", "Blank Canvas"),
            ("15550199", "GB455501991"),
            currency="GBP",
            country="GB",
            street="1 Easel Yard",
            city="Bath",
            postcode="BA1 1AA",
            phone="+44 1632 960 199",
            year_end="03-31",
        ),
        trade="food",
        turnover=0,
        tax_percent=20,
        profit_tax_percent=19,
        foreign=_GBP,
        bills_a_month=0,
        suppliers=0,
    ),
)

PROFILES: Mapping[str, Profile] = {profile.company.id: profile for profile in _PROFILES}
