"""A real SMTP server on loopback that answers as each test says."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Script:
    """What the server says, and what it was given. A delay holds the answer back, in seconds."""

    mail: str = "250 OK"
    recipient: str = "250 OK"
    data: str = "250 OK"
    delay: dict[str, float] = field(default_factory=dict)
    received: list[Envelope] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.delay.get("mail", 0))
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.delay.get("recipient", 0))
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data.startswith("250"):
            self.received.append(envelope)
            self.sessions.append(session)
        await asyncio.sleep(self.delay.get("data", 0))
        return self.data

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay.get("quit", 0))
        return "421 too busy to say goodbye" if "quit" in self.delay else "221 Bye"


@dataclass(frozen=True)
class Running:
    """A server that listens."""

    port: int
    script: Script


class AnyPort(Controller):
    """Listens on whatever port is free."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


Start = Callable[..., Running]


@pytest.fixture
def smtp() -> Iterator[Start]:
    """`smtp(Script(…), **aiosmtpd options)` starts a server; all stop at the end."""
    started: list[AnyPort] = []

    def start(script: Script, **options: Any) -> Running:
        controller = AnyPort(script, hostname="127.0.0.1", port=0, ready_timeout=10, **options)
        controller.start()
        started.append(controller)
        return Running(controller.port, script)

    yield start
    for controller in started:
        controller.stop(no_assert=True)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and key for `localhost` in one file, made for this run."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(_self_signed())
    return file


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    """The server's side of TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def only_anna(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Lets `anna` in with `p:w/d`."""
    return AuthResult(success=(data.login, data.password) == (b"anna", b"p:w/d"), handled=False)


def _self_signed() -> bytes:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)
