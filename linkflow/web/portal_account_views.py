"""What the pages about one's own account are given, signed in or not yet; see `portal_views.py`."""

from dataclasses import dataclass
from typing import Literal

from linkflow.web.page_views import FormView

Role = Literal["viewer", "manager", "administrator"]


@dataclass(frozen=True, kw_only=True)
class CodePage:
    """`form` posts `app_code`, a code of the app or a recovery code."""

    form: FormView
    sign_in_href: str


@dataclass(frozen=True, kw_only=True)
class ForgottenPasswordPage:
    """`form` posts `your_email`."""

    form: FormView
    sign_in_href: str


@dataclass(frozen=True, kw_only=True)
class NewPasswordPage:
    """`form` posts `new_password`, for the account of `email`."""

    form: FormView
    email: str


@dataclass(frozen=True, kw_only=True)
class AcceptInvitationPage:
    """`form` posts `full_name` and `new_password`, for an account of `email`."""

    form: FormView
    email: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class LinkOverPage:
    """A mailed link that opens nothing any more."""

    kind: Literal["invitation", "new-password"]
    forgotten_href: str
    sign_in_href: str


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """One's own account. `name` posts `full_name`; `password` posts `present_password` and `new_password` and is None
    where the organization's sign-in is used; `mails` posts `mails`; `sessions` is a button.
    """

    email: str
    name: FormView
    password: FormView | None
    mails: FormView
    sessions: FormView
    factor_href: str | None
    factor_on: bool

    @property
    def form(self) -> FormView | None:
        """The one that came back with mistakes."""
        forms = (self.name, self.password, self.mails)
        return next((one for one in forms if one is not None and one.errors), None)


@dataclass(frozen=True, kw_only=True)
class SecondFactorPage:
    """`off`: `form` posts `present_password` to make a key. `waiting`: it posts `app_code`, and the key is shown as
    text and as the modules of a QR code, `qr_size` wide with `qr_path` drawing the dark ones. `on`: it posts
    `present_password` to end it.
    """

    state: Literal["off", "waiting", "on"]
    form: FormView
    account_href: str
    key: str = ""
    qr_size: int = 0
    qr_path: str = ""
    codes_left: int = 0


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesPage:
    """The codes, shown this once."""

    codes: tuple[str, ...]
    account_href: str
