"""The one application Sandbox Books knows, in the shape Authlib asks for. Confidential; redirect addresses exact."""

from collections.abc import Collection
from dataclasses import dataclass
from hmac import compare_digest

from authlib.oauth2.rfc6749 import ClientMixin, InvalidScopeError

from linkflow.sandbox.settings import SandboxSettings

EVERYTHING = "books.read"
OFFLINE = "offline_access"
SCOPES = {
    EVERYTHING: "See all books of the companies you choose",
    "company.read": "See the company's name and details",
    "financials.read": "See accounts, profit and loss and balance sheets",
    "spend.read": "See suppliers, bills, credit notes, payments and expenses",
    OFFLINE: "Do so again later without asking you each time",
}


@dataclass(frozen=True)
class Client(ClientMixin):
    """A confidential client that may use codes and refresh tokens, by Basic or by form."""

    settings: SandboxSettings

    @property
    def client_id(self) -> str:
        """The public name of the application."""
        return self.settings.client_id

    def get_client_id(self) -> str:
        """The same, for Authlib."""
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        """There is none: an address must be named each time."""
        return ""

    def get_allowed_scope(self, scope: Collection[str] | str) -> str:
        """The requested scope; raises `InvalidScopeError` for none and for an unknown word."""
        words = scope.split() if isinstance(scope, str) else list(scope or ())
        if not words or not set(words) <= SCOPES.keys():
            raise InvalidScopeError
        return " ".join(words)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Byte for byte one of the registered addresses."""
        return redirect_uri in self.settings.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare in constant time."""
        return compare_digest(client_secret.encode(), self.settings.client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Basic and form are both fine; a public client is not."""
        return method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        """Codes only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Codes and refresh tokens only."""
        return grant_type in {"authorization_code", "refresh_token"}
