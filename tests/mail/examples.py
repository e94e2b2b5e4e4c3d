"""One of everything a mail is made from, for the tests of this folder."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from linkflow.domain.requests import DataType
from linkflow.images import Image
from linkflow.mail import (
    CodeMail,
    CompanyNews,
    ConnectedMail,
    CorrectionMail,
    DigestMail,
    DisconnectedMail,
    HandedOverMail,
    InvitationMail,
    LinkMail,
    MailContext,
    MailKind,
    NewPasswordMail,
    NoticeMail,
    ReconnectMail,
    RenderedMail,
    render,
)
from linkflow.organization_model import Feel, Help, Look, Organization

NOW = datetime(2026, 11, 23, 16, 40, tzinfo=UTC)
LINK = "https://books.northbank.example/l/MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U.4nXk2mQ7"
STOP = "https://books.northbank.example/stop-reminders/MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U.4nXk2mQ7"
CHECK = "https://northbank.example/check"
LOGO_URL = "https://books.northbank.example/brand/northbank/0123.png"
FINANCIALS, SPEND = frozenset({DataType.FINANCIALS}), frozenset({DataType.SPEND_ANALYSIS})
BOTH = FINANCIALS | SPEND

NORTHBANK = Organization(
    slug="northbank",
    name="Northbank",
    look=Look(
        primary="#1f4e9c",
        secondary="#0f7b8a",
        radius=6,
        logo=Image(content=b"", media_type="image/png", suffix=".png", alt="Northbank, to the start page"),
    ),
    help=Help(phone="+44 20 7946 0000"),
    privacy_url="https://northbank.example/privacy",
    phrase_check_url=CHECK,
    operated_by="Northbank plc, 1 North Street, London",
    timezone="Europe/London",
)
HARBOUR = Organization(
    slug="harbour",
    name="Harbour & Finch",
    look=Look(primary="#f2b134", secondary="#2f6b4f", radius=12, font_stack='Charter, "Sitka Text", serif'),
    help=Help(email="help@harbour.example"),
    privacy_url="https://harbour.example/privacy",
    feel=Feel(upload=False, multi_entity=False),
)


def link_mail(**changes: object) -> LinkMail:
    """What a request mail is about."""
    return LinkMail(
        **{  # type: ignore[arg-type]
            "contact_name": "Anna Kowalska",
            "company_name": "Abra Kebabra Ltd",
            "request_name": "Virtual card application",
            "data_types": FINANCIALS,
            "rm_name": "Jordan Lee",
            "rm_email": "jordan.lee@northbank.example",
            "phrase": "amber lantern",
            "expires_at": datetime(2026, 12, 23, 23, 30, tzinfo=UTC),
            "purpose": "Northbank uses them to set the limit of your card.",
            "due_on": date(2026, 12, 5),
            "note": "We spoke on Thursday.\nThis is the request I told you about.",
            "logo_url": LOGO_URL,
            **changes,
        }
    )


PERSON = {"contact_name": "Anna Kowalska", "rm_name": "Jordan Lee", "rm_email": "jordan.lee@northbank.example"}
ASKED = {"company_name": "Abra Kebabra Ltd", "request_name": "Virtual card application"}
NOTICE = NoticeMail(
    **ASKED,
    user_name="Jordan",
    portal_url="https://books.northbank.example/portal/companies/abc",
    happened_at=NOW,
    data_types=FINANCIALS,
    reason="We no longer need the card.",
)
BY_LINK = {**PERSON, **ASKED, "phrase": "amber lantern", "expires_at": datetime(2026, 12, 23, 23, 30, tzinfo=UTC)}
LOST = ReconnectMail(
    **BY_LINK,  # type: ignore[arg-type]
    software_name="Sandbox Books",
    tenant_names=("ABRA KEBABRA LIMITED",),
    entity_names=("Abra Kebabra Ltd",),
    why="lost",
)
DISCONNECTED = DisconnectedMail(
    **PERSON,
    **ASKED,
    software_name="Sandbox Books",
    tenant_name="ABRA KEBABRA LIMITED",
    disconnected_at=NOW,
    retention_months=24,
    entity_name="Poznań",
)
EXAMPLES: MappingProxyType[str, tuple[MailKind, MailContext]] = MappingProxyType(
    {
        "request-financials": (MailKind.REQUEST, link_mail()),
        "request-spend": (MailKind.REQUEST, link_mail(data_types=SPEND, due_on=None)),
        "request-both": (MailKind.REQUEST, link_mail(data_types=BOTH, note=None, purpose="", logo_url=None)),
        "reminder": (MailKind.REMINDER, link_mail()),
        "fresh-link": (MailKind.FRESH_LINK, link_mail(note=None)),
        "hand-over": (
            MailKind.HAND_OVER,
            link_mail(data_types=SPEND, contact_name="", handed_over_by="Anna Kowalska", entity_name="Poznań"),
        ),
        "code": (MailKind.CODE, CodeMail(**PERSON, **ASKED)),
        "connected": (
            MailKind.CONNECTED,
            ConnectedMail(
                **PERSON,
                **ASKED,
                software_name="Sandbox Books",
                tenant_name="ABRA KEBABRA LIMITED",
                through_link_of="a…@e….com",
                connected_at=NOW,
                receipt="Northbank may read:\n- profit and loss\n- balance sheet\n\nKept for 24 months.",
                receipt_language="en-GB",
                entity_name="Poznań",
            ),
        ),
        "code-for-access": (MailKind.CODE, CodeMail(**PERSON, **ASKED, for_access=True)),
        "handed-over": (
            MailKind.HANDED_OVER,
            HandedOverMail(
                **PERSON, **ASKED, colleague="b…@e….com", handed_over_at=NOW, expires_at=NOW + timedelta(days=7)
            ),
        ),
        "not-handed-over": (
            MailKind.NOT_HANDED_OVER,
            HandedOverMail(
                **PERSON, **ASKED, colleague="b…@e….com", handed_over_at=NOW, expires_at=NOW + timedelta(days=7)
            ),
        ),
        "disconnected": (MailKind.DISCONNECTED, DISCONNECTED),
        "disconnected-by-organization": (
            MailKind.DISCONNECTED,
            replace(DISCONNECTED, by_organization=True, reason="The card was cancelled.\nThank you all the same."),
        ),
        "disconnected-listed": (MailKind.DISCONNECTED, replace(DISCONNECTED, stays_listed=True)),
        "reconnect-lost": (MailKind.NEEDS_RECONNECTING, LOST),
        "reconnect-lost-several": (
            MailKind.NEEDS_RECONNECTING,
            replace(LOST, tenant_names=("ABRA KEBABRA LIMITED", "The Codfather"), entity_names=("Poznań", "Łódź")),
        ),
        "reconnect-asked": (MailKind.NEEDS_RECONNECTING, replace(LOST, why="asked")),
        "reconnect-ends": (MailKind.NEEDS_RECONNECTING, replace(LOST, why="ends", by=LOST.expires_at, reminder=True)),
        "reconnect-access": (MailKind.NEEDS_RECONNECTING, replace(LOST, why="access", by=LOST.expires_at)),
        "reconnect-scope": (MailKind.NEEDS_RECONNECTING, replace(LOST, why="scope")),
        "reconnect-kept": (MailKind.NEEDS_RECONNECTING, replace(LOST, why="kept", chosen_name="The Codfather")),
        "reconnect-approved": (MailKind.NEEDS_RECONNECTING, replace(LOST, why="approved", chosen_name="The Codfather")),
        "correction": (
            MailKind.CORRECTION,
            CorrectionMail(
                **BY_LINK,  # type: ignore[arg-type]
                filename="Our books.xlsx",
                received_at=NOW,
                reason="The month of May is missing.\nPlease add it.",
                entity_name="Poznań",
            ),
        ),
        "declined": (MailKind.DECLINED, NOTICE),
        "passed-on": (MailKind.PASSED_ON, replace(NOTICE, named="b…@e….com")),
        "software-missing": (MailKind.SOFTWARE_MISSING, replace(NOTICE, named="Abacus 3 & Co")),
        "company-mismatch": (MailKind.COMPANY_MISMATCH, replace(NOTICE, named="The Codfather")),
        "different-company": (MailKind.DIFFERENT_COMPANY, replace(NOTICE, named="The Codfather")),
        "available": (MailKind.AVAILABLE, NOTICE),
        "file-arrived": (MailKind.FILE_ARRIVED, NOTICE),
        "failed": (MailKind.FAILED, NOTICE),
        "undeliverable": (MailKind.UNDELIVERABLE, replace(NOTICE, named="anna@abra.example")),
        "digest": (
            MailKind.DIGEST,
            DigestMail(
                user_name="Jordan",
                portal_url="https://books.northbank.example/portal",
                news=(
                    CompanyNews(
                        company_name="Abra Kebabra Ltd",
                        portal_url="https://books.northbank.example/portal/companies/abc",
                        sentences=("The financial statements can be read.", "The Codfather was connected."),
                    ),
                ),
                left_out=3,
                logo_url=LOGO_URL,
            ),
        ),
        "invitation": (
            MailKind.INVITATION,
            InvitationMail(invited_by="Jordan Lee", role="manager", expires_at=NOW + timedelta(days=7)),
        ),
        "new-password": (
            MailKind.NEW_PASSWORD,
            NewPasswordMail(user_name="Jordan", expires_at=NOW + timedelta(hours=1)),
        ),
    }
)


def rendered(name: str, organization: Organization = NORTHBANK, *, language: str = "en-GB") -> RenderedMail:
    """One of the examples, as that organization would send it."""
    kind, context = EXAMPLES[name]
    return render(kind, organization, language=language, context=context)
