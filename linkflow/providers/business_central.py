"""Microsoft Dynamics 365 Business Central: reads its standard API v2.0, a company of an environment of a tenant.

A document says neither at what rate its currency was taken nor what is left to be paid of it. The rate is that of
Business Central's own table for its day.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.outbound.errors import BadAnswer
from linkflow.providers import _business_central_payments as payments
from linkflow.providers import _business_central_rows as rows
from linkflow.providers._business_central_balances import balance_sheet, chart_rows, profit_and_loss
from linkflow.providers._business_central_lists import api_of, company_of, every_row, one_page
from linkflow.providers._business_central_rows import Around
from linkflow.providers._parts import parts_of
from linkflow.providers._rows import Row, page, read, text, word

INCREMENTAL: frozenset[str] = frozenset()
"""What changed could be asked for; what was deleted could not."""
_PRODUCTION = "Production"


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """Every company of every environment of production; of the others where there is none, such as at a developer's."""
    listed = [row for row in every_row(session, "environments/v1.2") if isinstance(row, dict) and word(row, "name")]
    real = [row for row in listed if word(row, "type") == _PRODUCTION]
    return tuple(one for row in real or listed for one in _companies(session, row))


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need, each once."""
    return parts_of(data_types, without={"expenses"})


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of a company's books."""
    return _PULLS[part](session, asked)


def _companies(session: ApiSession, environment: Row) -> tuple[Tenant, ...]:
    tenant, name = word(environment, "aadTenantId") or session.claim("tid"), text(environment, "name")
    if not tenant:
        raise BadAnswer(reason="an environment of no tenant")

    def one(row: Row) -> Tenant:
        return Tenant(
            id=f"{tenant}/{name}/{text(row, 'id')}",
            name=word(row, "displayName") or text(row, "name"),
            country=word(environment, "countryCode"),
        )

    found, _ = read(every_row(session, f"{api_of(tenant, name)}/companies"), one, kind="companies")
    return found


def _company(session: ApiSession, asked: Asked) -> Page:
    return page(_cards(session, asked), rows.company, kind="company")


def _accounts(session: ApiSession, asked: Asked) -> Page:
    return page(chart_rows(session, asked), rows.account, kind="accounts")


def _suppliers(session: ApiSession, asked: Asked) -> Page:
    found, following = _next(session, asked, "vendors")
    listed = every_row(session, f"{company_of(asked.tenant_id)}/paymentTerms")
    terms, _ = read(listed, rows.terms, kind="terms")
    around = Around(terms={one.id: one.name for one in terms})
    return page(found, partial(rows.supplier, around=around), kind="suppliers", following=following)


def _bills(session: ApiSession, asked: Asked) -> Page:
    wanted = {"$expand": "purchaseInvoiceLines", "$filter": f"invoiceDate ge {asked.period.first_month}"}
    found, following = _next(session, asked, "purchaseInvoices", wanted)
    around = _around(session, asked, found)
    return page(found, partial(rows.bill, around=around), kind="bills", following=following)


def _credit_notes(session: ApiSession, asked: Asked) -> Page:
    wanted = {"$filter": f"creditMemoDate ge {asked.period.first_month}"}
    found, following = _next(session, asked, "purchaseCreditMemos", wanted)
    around = _around(session, asked, found)
    return page(found, partial(rows.credit_note, around=around), kind="credit_notes", following=following)


def _bill_payments(session: ApiSession, asked: Asked) -> Page:
    return payments.bill_payments(session, asked, base=_base(session, asked))


_PULLS: Mapping[str, Callable[[ApiSession, Asked], Page]] = {
    "company": _company,
    "accounts": _accounts,
    "profit_and_loss": profit_and_loss,
    "balance_sheet": balance_sheet,
    "suppliers": _suppliers,
    "bills": _bills,
    "credit_notes": _credit_notes,
    "bill_payments": _bill_payments,
}


def _next(
    session: ApiSession, asked: Asked, path: str, params: Mapping[str, str] | None = None
) -> tuple[list[Any], str | None]:
    return one_page(session, f"{company_of(asked.tenant_id)}/{path}", params, cursor=asked.cursor)


def _cards(session: ApiSession, asked: Asked) -> list[Any]:
    """The company's own card, in a list of one."""
    found, _ = one_page(session, f"{company_of(asked.tenant_id)}/companyInformation")
    return found


def _base(session: ApiSession, asked: Asked) -> str:
    told = next((word(row, "currencyCode") for row in _cards(session, asked) if isinstance(row, dict)), None)
    if told is None:
        raise BadAnswer(reason="no currency of the company")
    return told


def _around(session: ApiSession, asked: Asked, found: list[Any]) -> Around:
    """What documents do not say. Rates are asked for where a document is in another currency."""
    base = _base(session, asked)
    others = {word(row, "currencyCode") for row in found if isinstance(row, dict)} - {base, None}
    if not others:
        return Around(base)
    listed = every_row(session, f"{company_of(asked.tenant_id)}/currencyExchangeRates")
    rates, _ = read(listed, rows.rate, kind="rates")
    return Around(base, rates)
