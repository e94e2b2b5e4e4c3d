"""Tables as files are given them."""

from decimal import Decimal

from linkflow.reports.tables import Column, Kind, Table


def test_what_was_divided_has_six_places_and_what_is_exact_has_all_of_its_own() -> None:
    third, rate = Decimal(1) / 3, Decimal("1.123456789")
    kinds = Kind.MONEY, Kind.DAYS, Kind.SHARE, Kind.RATIO, Kind.NUMBER
    columns = tuple(
        Column[None](kind, kind, lambda _, kind=kind: rate if kind is Kind.NUMBER else third) for kind in kinds
    )
    (cells,) = Table("Figures", columns, lambda: [None]).cells()
    assert cells == [Decimal("0.333333")] * 4 + [rate]
    exact = Column[None]("Paid", Kind.MONEY, lambda _: Decimal("12.50"))
    assert [*Table("Figures", (exact,), lambda: [None]).cells()] == [[Decimal("12.50")]]
    assert str(next(Table("Figures", (exact,), lambda: [None]).cells())[0]) == "12.50"
