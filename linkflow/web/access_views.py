"""What the pages behind a fresh code are given: receipts, what was read, disconnecting.

The same rules as `customer_views`: pure frozen values, no wording, one per template.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from linkflow.web.customer_views import PartProgress, PartState
from linkflow.web.page_views import FormView


@dataclass(frozen=True, kw_only=True)
class AccessReading:
    """One reading of the books, `rows` in all its parts together."""

    at: datetime
    state: PartState
    rows: int
    parts: tuple[PartProgress, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AccessConnection:
    """A connection there is (`disconnect_href`) or was (`ended_at`)."""

    software_name: str
    tenant_name: str
    linked_at: datetime
    access: Literal["once", "ongoing"]
    readings: tuple[AccessReading, ...] = ()
    software_logo_url: str | None = None
    access_until: date | None = None
    ended_at: datetime | None = None
    disconnect_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class AccessReceipt:
    """A consent as it was stored, in `language`: the lines of each paragraph, a heading first where it has more."""

    accepted_at: datetime
    declared_name: str
    through_link_of: str
    language: str
    paragraphs: tuple[tuple[str, ...], ...]
    download_href: str
    software_name: str | None = None
    tenant_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class AccessEntity:
    """One entity with all that was agreed to and read."""

    id: str
    name: str
    connections: tuple[AccessConnection, ...] = ()
    receipts: tuple[AccessReceipt, ...] = ()
    upload_name: str | None = None
    uploaded_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AccessPage:
    """`until`: when a fresh code is needed again."""

    entities: tuple[AccessEntity, ...]
    until: datetime
    back_href: str


@dataclass(frozen=True, kw_only=True)
class DisconnectPage:
    """`form` posts `confirmed` = `yes`. `elsewhere` names the entities the same sign-in goes on serving.

    `untold`: the software has no way of being told.
    """

    form: FormView
    software_name: str
    tenant_name: str
    entity_name: str
    linked_at: datetime
    retention_months: int
    back_href: str
    elsewhere: tuple[str, ...] = ()
    untold: bool = False


@dataclass(frozen=True, kw_only=True)
class ReceiptFile:
    """A receipt to keep, as `receipt.txt` writes it."""

    organization: str
    request_name: str
    company_name: str
    entity_name: str
    data_types: tuple[str, ...]
    accepted_at: datetime
    declared_name: str
    through_link_of: str
    text: str
    reference: str
    timezone: str
    software_name: str | None = None
    tenant_name: str | None = None
