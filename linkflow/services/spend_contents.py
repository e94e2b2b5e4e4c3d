"""A spend report as its workbook and files are given it: read from the rows of its reports and of the books behind."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from linkflow.domain.book_rows import BillLineRow, BillRow, CreditNoteRow, ExpenseRow, PaymentRow
from linkflow.domain.books import PaymentMethod, Period, Supplier
from linkflow.domain.ports import Transaction
from linkflow.domain.spend_figures import accepted_card, months_covered
from linkflow.domain.unavailable import figures_without, missing_of
from linkflow.organization_model import Organization
from linkflow.reports.spend_contents import EntitySpend, Group, SpendContents, SupplierGroup, Together
from linkflow.reports.spend_notes import spend_notes
from linkflow.reports.spend_words import AGES, NO_SUPPLIER
from linkflow.services.context import Context
from linkflow.services.report_sources import Source
from linkflow.store import book_rows, spend_reports
from linkflow.store.companies import Company
from linkflow.store.spend_lines import SupplierLine, supplier_lines
from linkflow.store.spend_reports import Totals

_Row = TypeVar("_Row")


def spend_contents(
    ctx: Context,
    tx: Transaction,
    company: Company,
    sources: Sequence[Source],
    *,
    period: Period,
    threshold: Decimal,
) -> SpendContents:
    """The report of some entities for a period; what it reads later it reads in the same transaction."""
    organization = ctx.organizations()[company.organization]
    found = {one.report.id: spend_reports.totals(tx, [one.report.id], period=period) for one in sources}
    return SpendContents(
        organization=organization.name,
        company=company.name,
        period=period,
        threshold=threshold,
        entities=tuple(_entity(ctx, tx, one, found[one.report.id], period) for one in sources),
        rows=_Rows(tx, {one.connection.id: one for one in sources}, period, organization),
        taken_at=ctx.now(),
        consolidated=_consolidated(tx, sources, period) if len(sources) > 1 else {},
    )


def _entity(ctx: Context, tx: Transaction, source: Source, found: Totals, period: Period) -> EntitySpend:
    software, missing = ctx.catalogue.get(source.connection.software), missing_of(source.report.findings)
    named, together = software.name if software else "A file", _together(found)
    return EntitySpend(
        connection_id=source.connection.id,
        name=source.name,
        software=named,
        currency=source.report.currency or "",
        read_at=source.report.read_at,
        made_at=source.report.made_at or source.report.created_at,
        months=months_covered(period, source.report.first_month, source.report.last_month),
        overall=together.overall,
        by_method=together.by_method,
        ageing=() if "all-open" in figures_without(missing) else _ageing(tx, source),
        notes=spend_notes(
            source.report.findings,
            months=(source.report.first_month, source.report.last_month),
            without_due_date=found.overall.bills_without_due_date,
            software=named,
        ),
        missing=missing,
    )


def _ageing(tx: Transaction, source: Source) -> tuple[tuple[str, int, Decimal], ...]:
    return tuple((AGES[one.bucket], one.bills, one.outstanding) for one in spend_reports.ageing(tx, [source.report.id]))


def _consolidated(tx: Transaction, sources: Sequence[Source], period: Period) -> dict[str, Together]:
    currencies = dict.fromkeys(one.report.currency or "" for one in sources)
    return {
        currency: _together(
            spend_reports.totals(
                tx, [one.report.id for one in sources if (one.report.currency or "") == currency], period=period
            )
        )
        for currency in currencies
    }


def _together(found: Totals) -> Together:
    overall = Group(measures=found.overall, suppliers=found.suppliers, usual_terms=found.common_terms)
    by_method: dict[PaymentMethod, Group] = {
        one.method: Group(measures=one.measures, suppliers=one.suppliers, usual_terms=one.common_terms)
        for one in found.by_method
    }
    return Together(overall=overall, by_method=by_method)


@dataclass(frozen=True)
class _Rows:
    """The rows, a few hundred at a time."""

    tx: Transaction
    sources: dict[str, Source]
    period: Period
    organization: Organization

    def suppliers(self, connection_id: str) -> Iterator[SupplierGroup]:
        report = self.sources[connection_id].report
        read_on = self.organization.day_of(report.read_at)
        for line in supplier_lines(self.tx, [report.id], period=self.period):
            yield _supplier(line, read_on)

    def bills(self) -> Iterator[BillRow]:
        return self._each(book_rows.bill_rows)

    def bill_lines(self) -> Iterator[BillLineRow]:
        return self._each(book_rows.bill_line_rows)

    def credit_notes(self) -> Iterator[CreditNoteRow]:
        return self._each(book_rows.credit_note_rows)

    def payments(self) -> Iterator[PaymentRow]:
        return self._each(book_rows.payment_rows)

    def expenses(self) -> Iterator[ExpenseRow]:
        return self._each(book_rows.expense_rows)

    def _each(self, read: Callable[..., Iterator[_Row]]) -> Iterator[_Row]:
        """Those of one entity after the other."""
        for connection_id in self.sources:
            yield from read(self.tx, connection_id, period=self.period)


def _supplier(line: SupplierLine, read_on: date) -> SupplierGroup:
    facts = line.facts
    contact = Supplier(
        external_id=line.supplier_id,
        name=line.name,
        contact_name=line.contact_name,
        email=line.email,
        phone=line.phone,
        tax_number=line.tax_number,
        registration_number=line.registration_number,
        addresses=line.addresses,
    )
    return SupplierGroup(
        measures=line.measures,
        usual_terms=line.common_terms,
        supplier_id=line.supplier_id or None,
        name=line.name if line.supplier_id else NO_SUPPLIER,
        methods=(facts.by_count, facts.by_amount, facts.by_field),
        last_bill_on=facts.last_bill_on,
        last_expense_on=facts.last_expense_on,
        accepted_card=accepted_card(facts.last_card_on, on=read_on),
        first_seen_on=facts.first_seen_on,
        contact=contact,
    )
