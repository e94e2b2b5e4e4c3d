"""What the pages that add, change and delete companies are given; see `portal_views` for the others."""

from dataclasses import dataclass

from linkflow.web.page_views import FormView


@dataclass(frozen=True, kw_only=True)
class UserChoice:
    """A colleague to tick."""

    id: str
    name: str
    email: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class StoredValue:
    """What somebody else made of a field meanwhile: `field` is its name in the form, the `value` of `users` names."""

    field: str
    value: str


@dataclass(frozen=True, kw_only=True)
class CompanyFormPage:
    """A new company or one that is changed. `form` posts `company_name`, `description`, `contact_name`,
    `contact_email`, `users` (several) and `others` (addresses); `draft` or `version` travel along.

    `more_users` says that not everybody is among `users`; `stored` is what another person saved in the meantime.
    """

    form: FormView
    users: tuple[UserChoice, ...]
    cancel_href: str
    company_name: str | None = None
    more_users: bool = False
    stored: tuple[StoredValue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LostLink:
    """An open request that nobody can answer for want of a link."""

    name: str
    href: str


@dataclass(frozen=True, kw_only=True)
class CompanyLinksPage:
    """The requests whose links stopped with the contact's address; `send` mails a new one for each, None
    where every open request has one.
    """

    company_name: str
    company_href: str
    contact_name: str
    contact_email: str
    lost: tuple[LostLink, ...]
    send: FormView | None = None


@dataclass(frozen=True, kw_only=True)
class SoftwareCount:
    """Connections to one software; `live` of them can still be read."""

    name: str
    count: int
    live: int


@dataclass(frozen=True, kw_only=True)
class DeleteCompanyPage:
    """What goes with a company and what stays. `form` posts `typed_name`; `records` are counted to `most_records`."""

    form: FormView
    company_name: str
    cancel_href: str
    requests: int
    connections: tuple[SoftwareCount, ...]
    tokens: int
    records: int
    most_records: int
    files: int
    mails: int
    consents: int
    kept_months: int
