"""Charts as geometry: as high as what is drawn, on zero, inside the frame, whatever the amounts."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkflow.reports.chart_columns import Columns
from linkflow.reports.chart_scales import LETTER, NARROW, WIDE, Drawing, scale_of, shortened
from linkflow.reports.charts import REST, TONES, Series, Sides, composition, largest, profit_and_loss, stacked
from linkflow.reports.row_charts import MOST, Rows, amounts, compared

TENTH = Decimal("0.1")
AMOUNTS = st.integers(-(9 * 10**14), 9 * 10**14).map(lambda number: Decimal(number) / 100)


def months(count: int, last: date = date(2026, 10, 1)) -> tuple[date, ...]:
    number = last.year * 12 + last.month - 1
    return tuple(date(n // 12, n % 12 + 1, 1) for n in range(number - count + 1, number + 1))


def series(key: str, *values: int | str) -> Series:
    return Series(key, tuple(Decimal(value) for value in values))


def both(drawing: Drawing[Columns]) -> tuple[Columns, Columns]:
    return drawing.wide, drawing.narrow


def assert_sound(chart: Columns) -> None:
    """Inside the frame, on zero, no name on top of another, every tick at its height."""
    for bar in chart.bars:
        assert 0 <= chart.left <= bar.x + TENTH
        assert bar.x + bar.width <= chart.right + TENTH
        assert bar.height >= 0
        assert bar.y >= 0
        assert bar.y + bar.height <= chart.height
        assert (bar.y + bar.height <= chart.zero) if bar.value >= 0 else (bar.y >= chart.zero)
    assert Decimal(0) in [tick.value for tick in chart.ticks]
    assert all(upper.at < lower.at for lower, upper in pairwise(chart.ticks))
    for anchor in ("start", "end"):
        heights = sorted(label.y for label in chart.labels if label.anchor == anchor)
        assert all(below - above >= 16 for above, below in pairwise(heights))
        assert all(0 <= y <= chart.height for y in heights)


def test_a_stack_is_as_high_as_the_sum_of_its_parts() -> None:
    chart = stacked(months(2), [series("card", 30, 10), series("transfer", 50, 20), series("cash", 20, 0)]).wide
    first = [bar for bar in chart.bars if bar.month == date(2026, 9, 1)]
    # 0 to 100 is drawn over 210 units.
    assert [bar.height for bar in first] == [Decimal("63.0"), Decimal("105.0"), Decimal("42.0")]
    assert [bar.y + bar.height for bar in first] == [chart.zero, first[0].y, first[1].y]
    assert chart.zero - first[-1].y == Decimal(210)


def test_what_is_below_zero_hangs_from_the_zero_line() -> None:
    for chart in both(stacked(months(1), [series("bills", 100), series("credits", -50), series("more", -25)])):
        bills, credits_, more = chart.bars
        assert bills.y + bills.height == chart.zero == credits_.y
        assert credits_.y + credits_.height == more.y
        assert abs(bills.height - 2 * credits_.height) <= TENTH
        assert_sound(chart)


def test_amounts_that_are_all_zero_are_nothing_to_draw() -> None:
    drawing = stacked(months(3), [series("card", 0, 0, 0)])
    assert drawing.is_empty
    assert drawing.wide.bars == ()
    assert [tick.value for tick in drawing.wide.ticks] == [0]
    zeros = (Decimal(0),) * 3
    assert profit_and_loss(months(3), income=zeros, costs=zeros, net=zeros).is_empty
    assert composition([Sides(date(2026, 10, 1), (("current", Decimal(0)),), (("equity", Decimal(0)),))]).is_empty
    assert amounts([]).is_empty
    assert amounts([("A", Decimal(0))]).is_empty


@pytest.mark.parametrize("count", [1, 2, 11, 12, 24, 36, 60])
def test_months_are_named_as_far_as_there_is_room_the_last_one_always(count: int) -> None:
    for chart in both(stacked(months(count), [Series("card", tuple(Decimal(n + 1) for n in range(count)))])):
        shown = [mark for mark in chart.months if mark.shown]
        assert len(chart.months) == count
        assert shown[-1].month == date(2026, 10, 1)
        assert all(after.x - before.x >= 30 for before, after in pairwise(shown))
        dated = [mark for mark in shown if mark.with_year]
        assert dated
        assert all(after.x - before.x >= 40 for before, after in pairwise(dated))
        assert dated[-1].month.year == 2026
        assert_sound(chart)


def test_income_stands_beside_costs_and_the_line_goes_through_what_is_left() -> None:
    income, costs = [Decimal(100), Decimal(60)], [Decimal(80), Decimal(90)]
    chart = profit_and_loss(months(2), income=income, costs=costs, net=[Decimal(20), Decimal(-30)]).wide
    assert [(bar.key, bar.tone, bar.value) for bar in chart.bars[:2]] == [("income", 1, 100), ("costs", 2, 80)]
    assert chart.bars[0].x + chart.bars[0].width == chart.bars[1].x
    profit, loss = chart.line
    assert profit.y < chart.zero < loss.y
    assert profit.y - chart.bars[0].y == chart.bars[0].height - (chart.zero - profit.y)
    assert chart.path == f"{profit.x},{profit.y} {loss.x},{loss.y}"
    assert {label.key for label in chart.labels} == {"income", "costs", "net"}
    assert_sound(chart)


def test_both_sides_of_a_balance_sheet_end_at_the_same_height() -> None:
    left = (("non_current", Decimal(500)), ("current", Decimal(400)))
    right = (("equity", Decimal(-100)), ("long", Decimal(700)), ("short", Decimal(300)), ("none", Decimal(0)))
    for chart in both(composition([Sides(month, left, right) for month in months(3)])):
        latest = {bar.key: bar for bar in chart.bars if bar.month == date(2026, 10, 1)}
        assert latest["equity"].y == chart.zero
        # 900 on the left; 1,000 above and 100 below zero on the right.
        assert abs(latest["current"].y - latest["equity"].height - latest["short"].y) <= TENTH
        assert "none" not in latest
        assert len({bar.tone for bar in latest.values()}) == 5
        assert [label.key for label in chart.labels if label.anchor == "end"] == ["current", "non_current"]
        assert_sound(chart)
    assert len({bar.month for bar in composition([Sides(m, left, right) for m in months(3)]).narrow.bars}) == 1


def test_more_series_than_can_be_told_apart_are_added_up_as_the_rest() -> None:
    many = [series(str(size), size, size) for size in (1, 60, 2, 50, 40, 3, 30)] + [series("none", 0, 0)]
    found = largest(many)
    assert [one.key for one in found] == ["60", "50", "40", "30", REST]
    assert found[-1].values == (Decimal(6), Decimal(6))
    drawn = stacked(months(2), many).wide.bars
    assert {bar.key: bar.tone for bar in drawn}[REST] == TONES + 1
    assert sum(bar.value for bar in drawn) == 2 * 186


@pytest.mark.parametrize(
    ("largest_value", "unit", "steps"),
    [
        ("0.04", "one", ["0", "0.01", "0.02", "0.03", "0.04"]),
        ("7999", "one", ["0", "2000", "4000", "6000", "8000"]),
        ("10001", "thousand", ["0", "2.5", "5", "7.5", "10", "12.5"]),
        ("84000000", "million", ["0", "20", "40", "60", "80", "100"]),
        ("899999999999999", "trillion", ["0", "200", "400", "600", "800", "1000"]),
    ],
)
def test_steps_are_round_and_their_figures_short(largest_value: str, unit: str, steps: list[str]) -> None:
    scale = scale_of([Decimal(largest_value)], start=100, end=0)
    assert scale.unit == unit
    assert [f"{tick.value:f}" for tick in scale.ticks] == steps


def test_the_smallest_loss_beside_a_large_profit_stays_below_the_line() -> None:
    chart = profit_and_loss(
        months(2), income=[Decimal(10), Decimal(0)], costs=[Decimal(0), Decimal(1)], net=[Decimal(10), Decimal(-1)]
    ).wide
    assert chart.ticks[0].value < 0
    assert chart.line[1].y > chart.zero


@given(st.lists(st.lists(AMOUNTS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_whatever_the_amounts_a_chart_is_sound(columns: list[list[Decimal]]) -> None:
    for chart in both(stacked(months(3), [Series(str(n), tuple(values)) for n, values in enumerate(columns)])):
        assert_sound(chart)
        tall = [bar for bar in chart.bars if bar.value]
        for one, other in pairwise(tall):
            if (one.value >= 0) == (other.value >= 0) and abs(one.value) > 2 * abs(other.value):
                assert one.height + TENTH >= other.height


def rows(drawing: Drawing[Rows]) -> Iterator[Rows]:
    yield from (drawing.wide, drawing.narrow)


def test_bars_of_rows_are_as_long_as_their_amounts_and_end_before_their_figures() -> None:
    for chart in rows(amounts([("Bidfood", Decimal(400)), ("Amazon", Decimal(100)), ("Refunds", Decimal(-100))])):
        longest, shorter, refund = (row.bars[0] for row in chart.rows)
        assert longest.x == shorter.x == chart.zero == refund.x + refund.width
        assert abs(longest.width - 4 * shorter.width) <= 4 * TENTH
        assert abs(shorter.width - refund.width) <= TENTH
        assert longest.figure_x + 8 * LETTER <= chart.frame.width + LETTER
        assert refund.figure_x > chart.zero
    assert (chart.frame, chart.names_end) == (NARROW, False)


def test_rows_beyond_the_most_are_left_to_the_table() -> None:
    chart = amounts([(f"Supplier {n}", Decimal(100 - n)) for n in range(40)]).wide
    assert [row.key for row in chart.rows] == [f"Supplier {n}" for n in range(MOST)]
    assert all(after.y - before.y >= 16 for before, after in pairwise(chart.rows))
    assert chart.rows[-1].bars[-1].y < chart.height


def test_a_name_longer_than_its_room_is_cut_and_kept_whole_as_the_key() -> None:
    name = "Wholesale & Cash and Carry (Northern Region) " * 4
    for chart in rows(amounts([(name, Decimal(5)), ("株式会社" * 20, Decimal(4))])):
        for row, key in zip(chart.rows, (name, "株式会社" * 20), strict=True):
            assert row.key == key
            assert row.name.endswith("…")
            assert key.startswith(row.name[:-1])
    assert len(chart.rows[1].name) < len(chart.rows[0].name)  # each of its letters is twice as wide
    assert shortened("Short", WIDE.width) == "Short"


def test_two_that_are_compared_stand_one_above_the_other_and_what_is_not_known_has_no_bar() -> None:
    for chart in rows(compared([("card", Decimal("52.5"), Decimal("48.75")), ("cash", None, Decimal(2))])):
        agreed, taken = chart.rows[0].bars
        assert (agreed.tone, taken.tone) == (2, 1)
        assert agreed.y + agreed.height <= taken.y
        assert abs(agreed.width * Decimal("48.75") - taken.width * Decimal("52.5")) < 10
        assert (chart.rows[1].bars[0].width, chart.rows[1].bars[0].value) == (0, None)


def test_the_largest_amount_money_can_hold_still_has_room_for_a_bar_on_a_phone() -> None:
    chart = amounts([("Everything", Decimal("899999999999999.9999")), ("Little", Decimal("0.01"))]).narrow
    assert chart.rows[0].bars[0].width > 100
    assert chart.rows[1].bars[0].width == 0
