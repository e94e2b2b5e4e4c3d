"""Where mail is handed over, read from one URL; no password leaves this machine in clear."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

_OPTIONS = frozenset({"starttls", "timeout", "ca_file", "helo"})


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
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("must look like smtp://user:password@host:port or smtps://…")
        if unknown := sorted(set(options) - _OPTIONS):
            raise ValueError(f"has an unknown option: {', '.join(unknown)}")
        encryption = "tls" if parts.scheme == "smtps" else _starttls(options.get("starttls", "required"))
        if parts.username and encryption == "off" and not _loopback(parts.hostname):
            raise ValueError("would send the password in clear: leave starttls=off out")
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if encryption == "tls" else 587),
            encryption=encryption,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            timeout=_timeout(options.get("timeout", "15")),
            ca_file=options.get("ca_file"),
            helo=options.get("helo"),
        )


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


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
