"""What the consent and the page on the way out are given: the rules are those of `customer_views`."""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from linkflow.web.page_views import FormView


@dataclass(frozen=True, kw_only=True)
class ConsentFact:
    """One computed fact, in the exact words the consent record stores; `items` are the records read."""

    title: str
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConsentSection:
    """The organization's own words: header up to 50, body up to 500 characters as written, safe to print."""

    header: str
    body: Markup


@dataclass(frozen=True, kw_only=True)
class AskedField:
    """A question about where the software is: `name` is the form's field, `choices` pairs of value and words.

    Without choices it is written.
    """

    name: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConnectButton:
    """What a vendor wants the button to its sign-in to say, and its own picture of it where an operator has put one."""

    text: str
    image_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class SoftwareShown:
    """The software in the customer's language; `help` in paragraphs, `asked` further fields of the form.

    `connect_button` is None where no sign-in follows, or its vendor wants nothing particular said.
    """

    name: str
    logo_url: str | None = None
    required_role: str | None = None
    help: tuple[str, ...] = ()
    device_warning: str | None = None
    asked: tuple[AskedField, ...] = ()
    connect_button: ConnectButton | None = None


@dataclass(frozen=True, kw_only=True)
class NotConnected:
    """Software the customer chose that takes a file; `why` in paragraphs, empty where its file does not say."""

    name: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConsentPage:
    """`form` posts `declared_name`, `may_share` = `yes` and what is `asked`, with `version` as a hidden field.

    `software` is None for a file, and `not_connected` then what was picked although it takes one. `kind`: `connect`
    (a first sign-in), `reconnect` (to `reconnects`, the company connected before), `more` (share more from a
    connection there is), `reuse` (another company of a grant there is), `upload`. `declaration` is the sentence
    beside `may_share`.
    """

    form: FormView
    kind: Literal["connect", "reconnect", "more", "reuse", "upload"]
    version: str
    facts: tuple[ConsentFact, ...]
    declaration: str
    data_types: tuple[str, ...]
    software: SoftwareShown | None = None
    not_connected: NotConnected | None = None
    books_of: str | None = None
    reconnects: str | None = None
    sections: tuple[ConsentSection, ...] = ()
    terms_url: str | None = None
    reviewed: bool = True
    other_software_href: str | None = None
    hand_over_href: str | None = None
    back_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class LeavingPage:
    """`authorize_url` is also the `Refresh: 0` header (leave that header out when `in_app_browser`)."""

    software_name: str
    host: str
    authorize_url: str
    back_href: str
    software_logo_url: str | None = None
    connect_button: ConnectButton | None = None
    in_app_browser: bool = False
