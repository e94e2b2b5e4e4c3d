"""The figures of a spend analysis in one currency as tables and charts, each figure with the address of its rows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from linkflow.domain.ageing import AgeBucket
from linkflow.domain.measures import Measures
from linkflow.domain.methods import MethodGroup, group_of
from linkflow.domain.spend_figures import accepted_card
from linkflow.reports import charts, row_charts
from linkflow.reports.chart_columns import Columns
from linkflow.reports.chart_scales import Drawing
from linkflow.services.spending import SUPPLIERS, EntityReport, Section, SpendScope
from linkflow.store.spend_lines import SORTS, SupplierLine
from linkflow.store.spend_reports import Totals
from linkflow.web.company_list_views import SortLink
from linkflow.web.portal.spend_asked import month_key
from linkflow.web.portal.spend_cells import chosen, count, days, gone_from, money, share_cell, spent_by, there
from linkflow.web.portal.spend_leads import Ways
from linkflow.web.spend_views import Cell, Grid, Line, SpendSection

_SPENT = (
    *("suppliers", "suppliers-share", "bills", "bills-share", "billed", "billed-share"),
    *("credited", "billed-net", "expenses", "expensed", "total"),
)
_SETTLED = (
    *("outstanding-bills", "outstanding", "outstanding-share", "late-bills", "late", "late-share"),
    *("payments", "paid", "average-payment", "average-terms", "common-terms", "settlement"),
)
_BOUGHT = (
    *("total", "bills", "bills-share", "billed", "billed-share"),
    *("credited", "billed-net", "expenses", "expensed", "last-bill"),
)
_PAID = (
    *("outstanding-bills", "outstanding", "outstanding-share", "late-bills", "late", "late-share"),
    *("payments", "paid", "average-payment", "terms", "common-terms", "settlement"),
)
_HABITS = (
    *("by-count", "by-amount", "by-field", "card", "last-expense", "first-seen"),
    *("contact", "email", "phone", "tax-number", "registration-number", "addresses"),
)


def section_view(section: Section, scope: SpendScope, ways: Ways) -> SpendSection:
    """Everything in one currency."""
    several, totals, own = len(section.entities) > 1, section.totals, _own(section, scope)
    gone = gone_from(section.entities)
    ageing = () if "all-open" in gone else section.ageing
    first = min((scope.page - 1) * SUPPLIERS + 1, section.listed)
    more, at = section.listed > scope.page * SUPPLIERS, ways.listed_at(section.currency)
    averages = [
        (one.method.value, one.measures.average_terms, one.measures.average_settlement) for one in totals.by_method
    ]
    return SpendSection(
        currency=section.currency,
        headlines=_headlines(section, ways, own, gone),
        by_month=_by_month(section, scope),
        months=_months(section, scope, ways, own),
        leading=row_charts.amounts([(one.name or "–", one.measures.total) for one in section.leading]),
        timing=row_charts.compared([one for one in averages if one[1:] != (None, None)]),
        age=row_charts.amounts([(one.bucket.value, one.outstanding) for one in ageing]),
        methods=_methods(section, ways, own, _SPENT),
        settling=_methods(section, ways, own, _SETTLED),
        entities=_entities(section, scope, ways) if several else None,
        ageing=_ageing(section, ways, own) if ageing else Grid(columns=(), lines=()),
        overdue=sum((one.outstanding for one in section.ageing if one.is_overdue), Decimal(0)),
        suppliers=_suppliers(section, scope, ways, _BOUGHT, several=several),
        paying=_suppliers(section, scope, ways, _PAID, several=several),
        habits=_habits(section, scope, several=several),
        first=first,
        last=min(first + len(section.suppliers) - 1, section.listed),
        listed=section.listed,
        hidden=section.all_suppliers - section.listed,
        unnamed=section.all_suppliers > section.totals.suppliers,
        unprinted=section.listed - len(section.suppliers),
        used=ways.kept.get("used", ""),
        absent_from=gone.get("all-open", ""),
        every_href=ways.here(used="") + at,
        back_href=ways.here(page=str(scope.page - 1)) + at if scope.page > 1 else None,
        on_href=ways.here(page=str(scope.page + 1)) + at if more else None,
    )


def _own(section: Section, scope: SpendScope) -> dict[str, str]:
    """What tells this section's rows from those of the other currencies."""
    return {"currency": section.currency} if len({one.report.currency for one in scope.entities}) > 1 else {}


def _headlines(
    section: Section, ways: Ways, own: dict[str, str], gone: Mapping[str, str]
) -> tuple[tuple[str, Cell], ...]:
    overall = section.totals.overall
    bills = ways.to("bills", **own)
    found = (
        ("total", money(overall.total, _spent(overall, ways, own))),
        ("billed", money(overall.billed, bills)),
        ("outstanding-of-these", money(overall.outstanding, ways.to("bills", only="outstanding", **own))),
        ("all-open", money(_due(section), ways.to_open(only="outstanding", **own))),
        ("late-share", Cell(kind="share", value=overall.late_share, href=ways.to("bills", only="late", **own))),
        ("average-terms", days(overall.average_terms, ways.to("bills", only="with-due-date", **own))),
        ("settlement", days(overall.average_settlement, ways.to("bills", only="settled", **own))),
        ("suppliers", count(section.totals.suppliers, ways.suppliers(**own))),
    )
    return tuple((key, there(key, cell, gone)) for key, cell in found)


def _by_month(section: Section, scope: SpendScope) -> Drawing[Columns]:
    found = {(one.month, one.method): one.measures.total for one in section.totals.by_month}
    methods = spent_by(section)
    months = scope.period.months
    series = [
        charts.Series(way.value, tuple(found.get((month, way), Decimal(0)) for month in months)) for way in methods
    ]
    return charts.stacked(months, series)


def _months(section: Section, scope: SpendScope, ways: Ways, own: dict[str, str]) -> Grid:
    """Months down, methods across: bills and expenses together; a month leads to this page of it alone."""
    found = {(one.month, one.method): one.measures for one in section.totals.by_month}
    methods = spent_by(section)
    lines = []
    for month in scope.period.months:
        alone = {"from": month_key(month), "to": month_key(month)}
        each = [(found.get((month, way), Measures()), own | alone | {"method": way.value}) for way in methods]
        each.append((sum((of for of, _ in each), Measures()), own | alone))
        cells = tuple(money(of.total, _spent(of, ways, mine)) for of, mine in each)
        lines.append(Line(month=month, href=ways.here(**alone), cells=cells))
    return Grid(columns=(*(way.value for way in methods), "total"), lines=tuple(lines))


def _methods(section: Section, ways: Ways, own: dict[str, str], columns: tuple[str, ...]) -> Grid:
    """The methods below their groups, and all of them together."""
    totals, lines, of_all = section.totals, [], gone_from(section.entities)
    of_one = gone_from(section.entities, of="method")
    for group in totals.by_group:
        members = [one for one in totals.by_method if group_of(one.method) is group.group]
        if not members:
            continue
        gone = of_all if group.group is MethodGroup.UNKNOWN else of_one
        theirs = own | {"method": group.group.value}
        figures = _figures(group.measures, group.suppliers, group.common_terms, totals, ways, theirs)
        lines.append(Line(key=group.group.value, kind="group", cells=chosen(figures, columns, gone)))
        for one in members:
            mine = own | {"method": one.method.value}
            figures = _figures(one.measures, one.suppliers, one.common_terms, totals, ways, mine)
            lines.append(Line(key=one.method.value, cells=chosen(figures, columns, gone)))
    figures = _figures(totals.overall, totals.suppliers, totals.common_terms, totals, ways, own)
    lines.append(Line(key="total", kind="total", cells=chosen(figures, columns, of_all)))
    return Grid(columns=columns, lines=tuple(lines))


def _entities(section: Section, scope: SpendScope, ways: Ways) -> Grid:
    totals, lines, columns = section.totals, [], (*_SPENT, *_SETTLED)
    for one in section.entities:
        own = totals.by_report[one.report.id]
        mine = {"entity": one.entity.id}
        figures = _figures(own.measures, own.suppliers, own.common_terms, totals, ways, mine)
        figures |= _counted(own.suppliers, totals, ways.suppliers_of(one))
        leads = ways.here(entity=one.entity.id)
        cells = chosen(figures, columns, gone_from([one]))
        lines.append(Line(name=one.entity.name or scope.company.name, href=leads, cells=cells))
    figures = _figures(totals.overall, totals.suppliers, totals.common_terms, totals, ways, _own(section, scope))
    cells = chosen(figures, columns, gone_from(section.entities))
    lines.append(Line(key="subtotal", kind="total", cells=cells))
    return Grid(columns=columns, lines=tuple(lines))


def _figures(
    of: Measures,
    suppliers: int,
    common: int | None,
    whole: Totals,
    ways: Ways,
    own: dict[str, str],
) -> dict[str, Cell]:
    """Every measure by its column; those of rows lead to them, averages and shares to those they are of."""

    def to(kind: str, **more: str) -> str:
        return ways.to(kind, **own, **more)

    bills, late, due = to("bills"), to("bills", only="late"), to("bills", only="outstanding")
    overall = whole.overall
    return {
        **_counted(suppliers, whole, ways.suppliers(**own)),
        "bills": count(of.bills, bills),
        "bills-share": share_cell(of.bills, overall.bills, bills),
        "billed": money(of.billed, bills),
        "billed-share": share_cell(of.billed, overall.billed, bills),
        "credited": money(of.credited, to("credit-notes")),
        "billed-net": money(of.billed_net, to("bills", besides="credit-notes") if of.credit_notes else bills),
        "expenses": count(of.expenses, to("expenses")),
        "expensed": money(of.expensed, to("expenses")),
        "total": money(of.total, _spent(of, ways, own)),
        "outstanding-bills": count(of.outstanding_bills, due),
        "outstanding": money(of.outstanding, due),
        "outstanding-share": Cell(kind="share", value=of.outstanding_share, href=due),
        "late-bills": count(of.late_bills, late),
        "late": money(of.late, late),
        "late-share": Cell(kind="share", value=of.late_share, href=late),
        "payments": count(of.payments, to("payments")),
        "paid": money(of.paid, to("payments")),
        "average-payment": Cell(kind="average", value=of.average_payment, href=to("payments")),
        "average-terms": days(of.average_terms, to("bills", only="with-due-date")),
        "terms": days(of.average_terms, to("bills", only="with-due-date")),
        "common-terms": days(common, to("bills", only="with-due-date")),
        "settlement": days(of.average_settlement, to("bills", only="settled")),
    }


def _counted(suppliers: int, whole: Totals, leads: str) -> dict[str, Cell]:
    """Suppliers lead to the list of them."""
    return {
        "suppliers": count(suppliers, leads),
        "suppliers-share": share_cell(suppliers, whole.suppliers, leads if suppliers else None),
    }


def _ageing(section: Section, ways: Ways, own: dict[str, str]) -> Grid:
    whole = _due(section)
    lines = [
        Line(
            key=one.bucket.value,
            cells=(
                count(one.bills, ways.to_open(age=one.bucket.value, **own)),
                money(one.outstanding, ways.to_open(age=one.bucket.value, **own)),
                share_cell(one.outstanding, whole),
            ),
        )
        for one in section.ageing
        if one.bills or one.bucket is not AgeBucket.NO_DUE_DATE
    ]
    every = ways.to_open(only="outstanding", **own)
    cells = (count(sum(one.bills for one in section.ageing), every), money(whole, every), share_cell(whole, whole))
    lines.append(Line(key="total", kind="total", cells=cells))
    return Grid(columns=("bills", "outstanding", "outstanding-part"), lines=tuple(lines))


def _due(section: Section) -> Decimal:
    """On every open bill."""
    return sum((one.outstanding for one in section.ageing), Decimal(0))


def _suppliers(section: Section, scope: SpendScope, ways: Ways, columns: tuple[str, ...], *, several: bool) -> Grid:
    held = {one.report.id: one for one in section.entities}
    lines = []
    for one in section.suppliers:
        own = {"supplier": one.supplier_id, "entity": held[one.report_id].entity.id}
        cells = _figures(one.measures, 0, one.common_terms, section.totals, ways, own)
        cells["last-bill"] = Cell(kind="date", value=one.facts.last_bill_on)
        gone = gone_from([held[one.report_id]], of="supplier" if one.supplier_id else "all")
        lines.append(_named(one, held, scope, chosen(cells, columns, gone), several=several))
    return Grid(columns=columns, lines=tuple(lines), sorts=tuple(_sort_link(key, ways) for key in SORTS))


def _habits(section: Section, scope: SpendScope, *, several: bool) -> Grid:
    held = {one.report.id: one for one in section.entities}
    lines = []
    for one in section.suppliers:
        facts, named, on = one.facts, bool(one.supplier_id), held[one.report_id].read_on
        cells = (
            *(Cell(kind="method", value=way.value) for way in (facts.by_count, facts.by_amount, facts.by_field)),
            Cell(kind="yes", value=accepted_card(facts.last_card_on, on=on) if named else None),
            *(Cell(kind="date", value=day) for day in (facts.last_expense_on, facts.first_seen_on)),
            *(Cell(kind="text", value=text) for text in (one.contact_name, one.email, one.phone)),
            *(Cell(kind="text", value=text) for text in (one.tax_number, one.registration_number)),
            Cell(kind="text", value=", ".join(" ".join(each.split()) for each in one.addresses) or None),
        )
        gone = gone_from([held[one.report_id]], of="supplier" if one.supplier_id else "all")
        cells = tuple(there(key, cell, gone) for key, cell in zip(_HABITS, cells, strict=True))
        lines.append(_named(one, held, scope, cells, several=several))
    return Grid(columns=_HABITS, lines=tuple(lines))


def _named(
    one: SupplierLine, held: dict[str, EntityReport], scope: SpendScope, cells: tuple[Cell, ...], *, several: bool
) -> Line:
    entity = held[one.report_id].entity
    note = (entity.name or scope.company.name) if several else ""
    return Line(name=one.name, key="" if one.supplier_id else "no-supplier", note=note, cells=cells)


def _sort_link(key: str, ways: Ways) -> SortLink:
    present = ways.sort.removeprefix("-") == key
    falling = not ways.sort.startswith("-") if present else key != "name"
    now: Literal["ascending", "descending"] = "descending" if ways.sort.startswith("-") else "ascending"
    leads = ways.here(sort=f"{'-' if falling else ''}{key}") + "#suppliers"
    return SortLink(key=key, href=leads, sorted=now if present else None)


def _spent(of: Measures, ways: Ways, own: dict[str, str]) -> str:
    """Where spend leads: to the bills or the expenses that it is, or to the bills with the expenses besides."""
    if not of.expenses:
        return ways.to("bills", **own)
    return ways.to("bills", besides="expenses", **own) if of.bills else ways.to("expenses", **own)
