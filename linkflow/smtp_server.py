"""Where mail is handed over, read from one URL; no password leaves this machine in clear."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from linkflow.settings_values import is_loopback

_OPTIONS = ("ca_file", "helo", "starttls", "timeout")


@dataclass(frozen=True)
class SmtpServer:
    """Where mail is handed over. `encryption` is `tls` (from the start), `starttls` (required) or `off`."""

    host: str
    port: int
    encryption: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 15.0
    ca_file: str | None = None
    helo: str | None = None

    @classmethod
    def from_url(cls, url: str) -> "SmtpServer":
        """Read `smtp[s]://user:password@host:port?starttls=required|off&timeout=seconds&ca_file=path&helo=name`.

        `smtp` means STARTTLS, required, port 587; `smtps` TLS from the start, port 465. ValueError in words that
        never repeat the URL.
        """
        parts = _parts(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        if set(options) - set(_OPTIONS):
            raise ValueError(f"has an option other than {', '.join(_OPTIONS)}")
        encryption = "tls" if parts.scheme == "smtps" else _starttls(options.get("starttls", "required"))
        if parts.username and encryption == "off" and not is_loopback(parts.hostname):
            raise ValueError("would send the password in clear: leave starttls=off out")
        return cls(
            host=str(parts.hostname),
            port=parts.port or (465 if encryption == "tls" else 587),
            encryption=encryption,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            timeout=_timeout(options.get("timeout", "15")),
            ca_file=_ca_file(options.get("ca_file")),
            helo=options.get("helo"),
        )


def _parts(url: str) -> SplitResult:
    """The URL taken apart. The library's own complaints are not passed on: they repeat pieces of a password."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.path not in ("", "/") or parts.fragment:
        raise ValueError(
            "should look like smtp://user:password@host:587 or smtps://…, "
            "with / ? # and @ in the password written %2F %3F %23 and %40"
        )
    return parts


def _starttls(value: str) -> str:
    if value not in ("required", "off"):
        raise ValueError("starttls is required or off")
    return "starttls" if value == "required" else "off"


def _timeout(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0.05 <= seconds <= 120:
        raise ValueError("timeout is a number of seconds up to 120")
    return seconds


def _ca_file(value: str | None) -> str | None:
    if value is not None and not Path(value).is_file():
        raise ValueError("ca_file names a file that is not there")
    return value
