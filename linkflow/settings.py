"""The instance's settings, from environment variables named ``LINKFLOW_*`` and nowhere else.

A default is safe in production and fit to be public: what has no such default (addresses, keys, mail) must be set.
Any setting can be given as ``LINKFLOW_<NAME>_FILE``, the path of a file that holds it; meant for secrets. Secrets
appear in no ``repr`` and in no error. ``config/settings.example.env`` lists everything.
"""

import platform
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from linkflow.problems import ConfigurationError, Problem, nearest, problems_of
from linkflow.settings_software import OF_SOFTWARE, Credentials, SoftwareVariables
from linkflow.settings_values import (
    LOG_LEVELS,
    as_command,
    as_encryption_keys,
    as_items,
    as_secret_keys,
    checked_passed_on,
    checked_url,
    is_loopback,
    is_mailbox,
)
from linkflow.smtp_server import SmtpServer

__all__ = ["ENVIRONMENT", "PREFIX", "Credentials", "Settings", "load_settings", "sign_in_secret_name"]

PREFIX = "LINKFLOW_"
ENVIRONMENT = "environment"
_OURS_ELSEWHERE = ("LINKFLOW_SANDBOX_", "LINKFLOW_TEST_", "LINKFLOW_XERO_OPENAPI", "LINKFLOW_POSTGRES_")
_SIGN_IN = re.compile(r"SIGN_IN_([A-Z][A-Z0-9_]*)_CLIENT_SECRET\Z")


class Settings(BaseModel):
    """Everything the environment says, checked. Made by ``load_settings``; tests may make it directly."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    public_url: str
    """Where customers reach linkflow, with the prefix it is mounted at, without a trailing slash."""
    secret_keys: Annotated[tuple[str, ...], BeforeValidator(as_secret_keys)] = Field(repr=False)
    """Sign links and cookies; oldest first, the last one signs."""
    encryption_keys: Annotated[dict[str, bytes], BeforeValidator(as_encryption_keys)] = Field(repr=False)
    """Key id → 32 bytes, oldest first, the last one encrypts."""
    data_dir: Path = Path("/var/lib/linkflow")
    database_url: str = Field(default="", repr=False)
    """SQLAlchemy address; an SQLite file in ``data_dir`` when not given."""
    organizations_dir: Path
    software_dir: Path | None = None
    categories_path: Path | None = None
    """A file in place of the shipped categories."""
    smtp_url: str | None = Field(default=None, repr=False)
    """``smtp://user:password@host:587`` (STARTTLS required unless ``?starttls=off``) or ``smtps://…:465``."""
    mailbox_dir: Path | None = None
    """Mails are written here instead of being sent: for the demo and for tests."""
    mail_from: str
    trusted_hosts: Annotated[tuple[str, ...], BeforeValidator(as_items)] = ()
    proxy_hops: int = Field(default=0, ge=0, le=5)
    """How many proxies in front set X-Forwarded-*; 0 believes none."""
    cookie_secure: bool = True
    outbound_allow_private: bool = False
    """Lets outbound calls reach private and loopback addresses; for the demo and for tests."""
    outbound_total_seconds: float = Field(default=10.0, gt=0, le=60)
    upload_scan_command: Annotated[tuple[str, ...], BeforeValidator(as_command)] = ()
    """Looks at every uploaded file, on its standard input: exit code 0 is clean, 1 infected, others could not say."""
    upload_scan_environment: Annotated[
        tuple[str, ...], BeforeValidator(as_items), AfterValidator(checked_passed_on)
    ] = ()
    """Names of environment variables the scanner is given besides PATH, LANG and HOME."""
    upload_scan_seconds: float = Field(default=30.0, gt=0, le=300)
    worker_name: str = Field(default_factory=lambda: platform.node() or "worker", pattern=r"^[A-Za-z0-9._-]{1,60}$")
    log_level: str = "INFO"
    software_credentials: dict[str, Credentials] = Field(default_factory=dict)
    """Software id → the instance's own client there."""
    organization_credentials: dict[str, dict[str, Credentials]] = Field(default_factory=dict)
    """Organization → software id → a client of its own, in place of the instance's."""
    software_addresses: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Software id → ``base_url``, ``authorize_url``, ``token_url``, ``revoke_url``, ``issuer``, each instead of
    the catalogue's."""
    software_inputs: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Software id → name of an input → what stands there; no customer is asked for it."""
    organization_inputs: dict[str, dict[str, dict[str, str]]] = Field(default_factory=dict)
    """Organization → the same, before the instance's."""
    sign_in_secrets: dict[str, str] = Field(default_factory=dict, repr=False)
    """Organization → its client secret at the provider where its people sign in."""

    def credentials(self, software: str, organization: str) -> Credentials | None:
        """The client with which an organization's customers sign in there: its own, else the instance's."""
        own = self.organization_credentials.get(organization, {})
        return own.get(software) or self.software_credentials.get(software)

    def client(self, software: str, organization: str, client_id: str | None) -> Credentials | None:
        """The client of that id, its own or the instance's, never another organization's; the instance's for None."""
        instances, own = self.software_credentials, self.organization_credentials.get(organization, {})
        both = (instances.get(software),) if client_id is None else (own.get(software), instances.get(software))
        return next((one for one in both if one and client_id in (None, one.client_id)), None)

    def inputs(self, software: str, organization: str) -> Mapping[str, str]:
        """What is said here in place of an organization's customers, by the input's name."""
        return {
            **self.software_inputs.get(software, {}),
            **self.organization_inputs.get(organization, {}).get(software, {}),
        }

    def addresses(self, software: str) -> Mapping[str, str]:
        """The addresses that replace the catalogue's for that software."""
        return self.software_addresses.get(software, {})

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str) -> str:
        return checked_url(value.rstrip("/"))

    @field_validator("organizations_dir", "software_dir")
    @classmethod
    def _existing(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} is not a folder")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: str | None) -> str | None:
        if value is not None:
            SmtpServer.from_url(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if not value.isprintable() or not is_mailbox(value):
            raise ValueError("should be a mail address, with or without a name: Data requests <data@example.com>")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        value = re.sub(r"\Apostgres(ql)?://", "postgresql+psycopg://", value)
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("should start with sqlite:/// or postgresql://")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise ValueError(f"should be one of {', '.join(LOG_LEVELS)}")
        return value.upper()

    @model_validator(mode="before")
    @classmethod
    def _derived(cls, given: Any) -> Any:
        """What follows from another setting when it is not given itself."""
        values = dict(given)
        public = urlsplit(str(values.get("public_url", "")))
        if public.hostname and not values.get("trusted_hosts"):
            values["trusted_hosts"] = (public.hostname,)
        if public.scheme == "http" and is_loopback(public.hostname):
            values.setdefault("cookie_secure", False)
        if not values.get("database_url"):
            values["database_url"] = f"sqlite:///{Path(values.get('data_dir') or '/var/lib/linkflow')}/linkflow.db"
        return values


_WRITABLE = frozenset(Settings.model_fields) - {*OF_SOFTWARE, "sign_in_secrets"}


def sign_in_secret_name(organization: str) -> str:
    """The variable that holds an organization's client secret."""
    return f"{PREFIX}SIGN_IN_{organization.replace('-', '_').upper()}_CLIENT_SECRET"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the ``LINKFLOW_*`` of ``environ``; ConfigurationError with every mistake found."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    software = SoftwareVariables()
    sign_in_secrets: dict[str, str] = {}
    for name, text in sorted(_given(environ, problems).items()):
        key = name.lower()
        if software.take(name, text):
            continue
        if found := _SIGN_IN.fullmatch(name):
            sign_in_secrets[found[1].lower().replace("_", "-")] = text
        elif key in _WRITABLE:
            values[key] = text
        else:
            near = nearest(name, [field.upper() for field in _WRITABLE])
            reason = "is not a known setting" + near.replace("mean '", f"mean '{PREFIX}")
            problems.append(Problem(ENVIRONMENT, PREFIX + name, reason))
    values |= software.settings(problems, file=ENVIRONMENT, prefix=PREFIX)
    values["sign_in_secrets"] = sign_in_secrets
    if ("smtp_url" in values) == ("mailbox_dir" in values):
        reason = "set exactly one of it and, for a demo, LINKFLOW_MAILBOX_DIR"
        problems.append(Problem(ENVIRONMENT, "LINKFLOW_SMTP_URL", reason))
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise ConfigurationError([*problems, *_in_environment(error)]) from None
    if problems:
        raise ConfigurationError(problems)
    return settings


def _given(environ: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """Name without prefix → text, files read; an empty variable counts as not set."""
    given: dict[str, str] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable.startswith(_OURS_ELSEWHERE) or not text.strip():
            continue
        name = variable.removeprefix(PREFIX)
        if name.endswith("_FILE"):
            name = name.removesuffix("_FILE")
            if environ.get(PREFIX + name, "").strip():
                problems.append(Problem(ENVIRONMENT, variable, f"and {PREFIX}{name} are both set; set one"))
            given[name] = _content(variable, text, problems)
        else:
            given[name] = text.strip()
    return {name: text for name, text in given.items() if text}


def _content(variable: str, path: str, problems: list[Problem]) -> str:
    try:
        text = Path(path.strip()).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(ENVIRONMENT, variable, "names a file that cannot be read"))
        return ""
    if not text:
        problems.append(Problem(ENVIRONMENT, variable, "names an empty file"))
    return text


def _in_environment(error: ValidationError) -> list[Problem]:
    found = problems_of(error, ENVIRONMENT, Settings)
    return [Problem(p.file, PREFIX + p.key.upper(), p.reason) for p in found]
