"""The ratios of a report as rows by month, and what went into one of them."""

from linkflow.domain.ratios import Ratio, ratios
from linkflow.web.financial_views import InputRow, RatioView
from linkflow.web.portal.financial_paths import ratio_path
from linkflow.web.portal.financial_rows import Window
from linkflow.web.portal.paths import with_query
from linkflow.web.running import href


def ratios_of(window: Window) -> tuple[Ratio, ...]:
    """Every ratio, in every month of the report."""
    found = window.found
    return ratios(found.lines, months=len(found.months), full_months=found.full_months)


def inputs_of(ratio: Ratio, window: Window) -> tuple[InputRow, ...]:
    """The amounts of a ratio's formula in the months that are shown; None in a month that has none of it."""
    values = ratio.values[window.start :]
    names = dict.fromkeys(each.name for value in values for each in value.inputs)
    told = [{each.name: each.amount for each in value.inputs} for value in values]
    return tuple(InputRow(name=name, amounts=tuple(one.get(name) for one in told)) for name in names)


def ratio_view(ratio: Ratio, window: Window) -> RatioView:
    """A ratio in the months that are shown."""
    return RatioView(
        key=ratio.key,
        name=ratio.name,
        formula=ratio.formula,
        unit=ratio.unit.value,
        href=href(with_query(ratio_path(window.company_id, window.entity_id, ratio.key), months=window.span)),
        values=tuple(value.value for value in ratio.values[window.start :]),
    )
