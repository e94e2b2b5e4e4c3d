"""What the pages around signing in to the portal are given."""

from dataclasses import dataclass
from typing import Literal

from linkflow.web.page_views import FormView

Ended = Literal["idle", "long", "elsewhere"]
"""How a session came to its end: nobody was there, it had lasted long, or it was ended from elsewhere."""


@dataclass(frozen=True, kw_only=True)
class SignInPage:
    """`form` posts `email` and `password`, and `forgotten_href` belongs to it; `single_sign_on` posts nothing and leads
    to the organization's provider.

    `elsewhere`: this is the page for all, and some organizations have one of their own. `ended`: how the session here
    came to its end, if not by signing out.
    """

    form: FormView | None
    forgotten_href: str
    single_sign_on: FormView | None = None
    elsewhere: bool = False
    ended: Ended | None = None


@dataclass(frozen=True, kw_only=True)
class SignedOutPage:
    """`form` posts `fields`, name and value of all that was typed, again; `has_file`: a file was sent and let go."""

    form: FormView
    fields: tuple[tuple[str, str], ...]
    sign_in_href: str
    has_file: bool = False


@dataclass(frozen=True, kw_only=True)
class LeavingForProviderPage:
    """On the way to the organization's provider; `host` is where it goes."""

    host: str
    authorize_url: str
    back_href: str
