"""What each mail is about, as plain values; templates read these names and nothing else of the database.

Dates are dates, times are aware; how they read is the template's business. `logo_url` is the absolute address of
the organization's logo, or None for its name in letters.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from linkflow.domain.requests import DataTypes, request_kind


@dataclass(frozen=True, kw_only=True)
class CustomerMail:
    """What every mail to a customer opens with: to whom, about what, and who asks.

    `entity_name` is None where it is about the company itself.
    """

    contact_name: str
    company_name: str
    request_name: str
    rm_name: str
    rm_email: str
    entity_name: str | None = None
    logo_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class LinkMail(CustomerMail):
    """A mail with the link in it: `request`, `reminder`, `fresh_link`, `hand_over`.

    `phrase` is the request's two words. `handed_over_by` is the name of the contact through whose link a
    colleague was named; set for `hand_over` only, where `contact_name` is the colleague's, if it is known.
    """

    data_types: DataTypes
    phrase: str
    expires_at: datetime
    purpose: str = ""
    minutes: int = 5
    due_on: date | None = None
    note: str | None = None
    handed_over_by: str | None = None

    @property
    def variant(self) -> str:
        """`financials`, `spend_analysis` or `both`: picks the words."""
        return request_kind(self.data_types)


@dataclass(frozen=True, kw_only=True)
class CodeMail(CustomerMail):
    """Six digits to type on the page that asked for them: `code`.

    `for_access`: they let through to receipts and disconnecting, and go to the company's contact.
    """

    minutes: int = 10
    for_access: bool = False


@dataclass(frozen=True, kw_only=True)
class ConnectedMail(CustomerMail):
    """What was shared, through which link, and what to do if it was not you: `connected`.

    `through_link_of` is a masked address. `receipt` is the accepted consent in plain text, paragraphs apart, in
    the language it was read in.
    """

    software_name: str
    tenant_name: str
    through_link_of: str
    connected_at: datetime
    receipt: str
    receipt_language: str


@dataclass(frozen=True, kw_only=True)
class DisconnectedMail(CustomerMail):
    """What ended, and what happens to what was read: `disconnected`. `reason` is the organization's, if it ended it.

    `stays_listed`: the software cannot be told, so the access may be listed there until the customer removes it.
    """

    software_name: str
    tenant_name: str
    disconnected_at: datetime
    retention_months: int
    by_organization: bool = False
    reason: str | None = None
    stays_listed: bool = False


@dataclass(frozen=True, kw_only=True)
class ReconnectMail(CustomerMail):
    """A sign-in at the software is needed once more, with the link to it: `needs_reconnecting`.

    `tenant_names` are the companies connected there until now, each for the entity in the same place of `entity_names`.
    `why`: `lost` (it ended by itself), `asked` (by the organization), what the organization says to `chosen_name`,
    which was chosen in place of the one connected: `kept` (no) or `approved` (yes); or what is still to come: `ends`
    (the sign-in, `by` a day), `access` (the time agreed, `by` a day), `scope` (it allows less than is needed).
    """

    phrase: str
    expires_at: datetime
    software_name: str
    tenant_names: tuple[str, ...]
    entity_names: tuple[str, ...]
    why: Literal["lost", "asked", "kept", "approved", "ends", "access", "scope"]
    chosen_name: str | None = None
    by: datetime | None = None
    reminder: bool = False


@dataclass(frozen=True, kw_only=True)
class CorrectionMail(CustomerMail):
    """A file has to be sent once more, with the organization's reason and the link to do it: `correction`."""

    phrase: str
    expires_at: datetime
    filename: str
    received_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class HandedOverMail(CustomerMail):
    """To the contact, that a colleague was given a link, or that it came back: `handed_over`, `not_handed_over`.

    `colleague` is a masked address.
    """

    colleague: str
    handed_over_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class NoticeMail:
    """A short note to a user of the organization; `portal_url` is the company's page.

    `declined`, `available`, `file_arrived`, `failed`; `passed_on`, `software_missing`, `company_mismatch`,
    `different_company` and `undeliverable`, where `named` is the masked address of the colleague, the product the
    customer uses, the company that was connected, the one chosen in its place, or the address that cannot be reached.
    """

    user_name: str
    company_name: str
    request_name: str
    portal_url: str
    happened_at: datetime
    data_types: DataTypes
    entity_name: str | None = None
    reason: str | None = None
    named: str | None = None
    logo_url: str | None = None

    @property
    def variant(self) -> str:
        """`financials`, `spend_analysis` or `both`: picks the words."""
        return request_kind(self.data_types)


@dataclass(frozen=True, kw_only=True)
class CompanyNews:
    """A company in a day's news: finished sentences, and its page in the portal."""

    company_name: str
    portal_url: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DigestMail:
    """A day's news for a user, by company: `digest`. `left_out` is how many more there were."""

    user_name: str
    portal_url: str
    news: tuple[CompanyNews, ...]
    left_out: int = 0
    logo_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class InvitationMail:
    """To somebody who may become a user, with the link of the invitation: `invitation`. `role` is a key."""

    invited_by: str
    role: str
    expires_at: datetime
    logo_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewPasswordMail:
    """To a user who forgot the password, with the link that takes a new one: `new_password`."""

    user_name: str
    expires_at: datetime
    logo_url: str | None = None


MailContext = (
    LinkMail
    | CodeMail
    | ConnectedMail
    | DisconnectedMail
    | ReconnectMail
    | CorrectionMail
    | HandedOverMail
    | NoticeMail
    | DigestMail
    | InvitationMail
    | NewPasswordMail
)
