"""Exact money: what fits, what is refused, how a foreign amount becomes a base one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkflow.domain.money import CURRENCIES, LARGEST, UnstorableMoney, from_scaled, in_base, to_base, to_scaled


@given(st.decimals(min_value=-LARGEST, max_value=LARGEST, places=4))
def test_an_amount_of_four_decimals_comes_back_as_it_went_in(amount: Decimal) -> None:
    assert from_scaled(to_scaled(amount)) == amount


@pytest.mark.parametrize(
    "amount", ["0.00001", "900000000000000.0001", "-900000000000001", "NaN", "Infinity", "1E-9999"]
)
def test_an_amount_that_does_not_fit_is_refused(amount: str) -> None:
    with pytest.raises(UnstorableMoney):
        to_scaled(Decimal(amount))


def test_a_binary_float_is_no_money() -> None:
    with pytest.raises(TypeError):
        to_scaled(0.1)  # type: ignore[arg-type]


def test_trailing_zeros_are_no_decimals() -> None:
    assert to_scaled(Decimal("1.500000")) == 15_000


def test_a_dollar_bill_of_100_at_0_80_is_80_pounds() -> None:
    assert in_base(Decimal("100.00"), currency="USD", rate=Decimal("0.80"), base="GBP") == Decimal("80.00")


@pytest.mark.parametrize(
    ("amount", "rate", "currency", "base"),
    [
        ("0.125", "1", "GBP", "0.13"),
        ("-0.125", "1", "GBP", "-0.13"),
        ("10.00", "151.25", "JPY", "1513"),
        ("1.00", "0.37551", "KWD", "0.376"),
    ],
)
def test_a_base_amount_is_rounded_half_up_to_the_minor_unit(amount: str, rate: str, currency: str, base: str) -> None:
    assert str(to_base(Decimal(amount), Decimal(rate), currency=currency)) == base


def test_a_unit_of_account_keeps_four_decimals_and_older_rows_their_currencies() -> None:
    assert in_base(Decimal(2), currency="CLP", rate=Decimal("0.00002549"), base="CLF") == Decimal("0.0001")
    assert {"CLF", "HRK", "SLL", "ZWL"} <= CURRENCIES


def test_a_foreign_row_without_a_rate_has_no_base_amount() -> None:
    with pytest.raises(UnstorableMoney, match="no exchange rate from USD to GBP"):
        in_base(Decimal(1), currency="USD", rate=None, base="GBP")
