"""Configuration for other tests, made by the same code that reads the files.

Each helper gives something complete and valid; name only what the test is about.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linkflow.catalogue import Catalogue
from linkflow.domain.software import Api, ClientAuth, OAuth, Software, SoftwareKind, Tokens
from linkflow.organization_model import Organization
from linkflow.organizations import organization_from
from linkflow.settings import Credentials, Settings

SECRET_KEY = "a-signing-key-that-is-only-for-tests"
ENCRYPTION_KEY = bytes(range(32))


def make_settings(tmp_path: Path, **over: Any) -> Settings:
    """Settings on loopback with SQLite and a file mailbox below ``tmp_path``, sandbox credentials included."""
    for folder in ("organizations", "mailbox"):
        (tmp_path / folder).mkdir(exist_ok=True)
    values: dict[str, Any] = {
        "public_url": "http://127.0.0.1:8000",
        "secret_keys": (SECRET_KEY,),
        "encryption_keys": {"k1": ENCRYPTION_KEY},
        "data_dir": tmp_path,
        "organizations_dir": tmp_path / "organizations",
        "mailbox_dir": tmp_path / "mailbox",
        "mail_from": "Data requests <data-requests@example.com>",
        "outbound_allow_private": True,
        "worker_name": "worker-1",
        "software_credentials": {"sandbox": Credentials(client_id="linkflow", client_secret="sandbox-secret")},
    }
    return Settings(**{**values, **over})


def make_software(**over: Any) -> Software:
    """An OAuth product with an API, called ``sandbox`` unless told otherwise."""
    values: dict[str, Any] = {
        "id": "sandbox",
        "name": "Sandbox Books",
        "vendor": "linkflow",
        "popular_rank": 1,
        "kind": SoftwareKind.OAUTH,
        "required_role": "an owner or administrator",
        "read_only": True,
        "adapter": True,
        "oauth": OAuth(
            authorize_url="http://localhost:8001/authorize",
            token_url="http://localhost:8001/token",
            revoke_url="http://localhost:8001/revoke",
            issuer="http://localhost:8001",
            iss_parameter=True,
            client_auth=ClientAuth.BASIC,
            scopes=("offline_access", "company.read"),
            scopes_by_data_type={"financials": ("financials.read",), "spend_analysis": ("spend.read",)},
        ),
        "tokens": Tokens(access_seconds=300, refresh_days=60, rotates=True, grace_seconds=30),
        "api": Api(base_url="http://localhost:8001/api"),
    }
    return Software(**{**values, **over})


def make_catalogue(*software: Software, credentials: frozenset[str] = frozenset({"sandbox"}), **more: Any) -> Catalogue:
    """A catalogue of the given software, or of the sandbox and two upload-only products."""
    chosen = software or (
        make_software(),
        Software(id="xero", name="Xero", vendor="Xero", popular_rank=2),
        Software(id="sage_50", name="Sage 50 Accounts", vendor="Sage", aliases=("Sage Line 50",)),
    )
    return Catalogue({one.id: one for one in chosen}, credentials=credentials, **more)


def make_organization(*, slug: str = "northbank", catalogue: Catalogue | None = None, **over: Any) -> Organization:
    """An organization from what its file would say; tables merge: ``make_organization(feel={"upload": False})``."""
    return organization_from(
        organization_content(**over), catalogue or make_catalogue(), slug=slug, folder=Path("/nowhere")
    )


def organization_content(**over: Any) -> dict[str, Any]:
    """The content of the smallest useful file that offers the sandbox, with ``over`` merged in."""
    content: dict[str, Any] = {
        "name": "Northbank",
        "languages": ["en-GB"],
        "privacy_url": "https://northbank.example/privacy",
        "look": {"primary": "#12467b"},
        "software": {"sandbox": True},
        "help": {"name": "Business support", "email": "support@northbank.example"},
    }
    return _merged(content, over)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(base[key], value) if isinstance(value, Mapping) and isinstance(base.get(key), Mapping) else value
        for key, value in over.items()
    }
    return {**base, **both}
