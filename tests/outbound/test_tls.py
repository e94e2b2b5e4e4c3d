"""Certificates are checked against the name, although the connection goes to the address the guard judged."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from linkflow.outbound.errors import Timeout, Unreachable
from linkflow.outbound.http import HttpClient


class _Server(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that do not trust it hang up; that is the point."""


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-made certificate for `localhost` alone, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture(scope="module")
def port(certificate: Path) -> Iterator[int]:
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate)
    server = _Server(("127.0.0.1", 0), _Hello)
    server.socket = served.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def _client(trusted: Path | None = None) -> HttpClient:
    context = ssl.create_default_context()
    if trusted:
        context.load_verify_locations(trusted)
    return HttpClient(allow_private=True, total_seconds=2, ssl_context=context)


def test_a_trusted_certificate_of_the_right_name_is_accepted(port: int, certificate: Path) -> None:
    with _client(certificate) as client:
        assert client.get(f"https://localhost:{port}/", headers={}).json() == {}


def test_a_trusted_certificate_of_another_name_is_refused(port: int, certificate: Path) -> None:
    with _client(certificate) as client, pytest.raises(Unreachable):
        client.get(f"https://127.0.0.1:{port}/", headers={})


def test_a_certificate_nobody_vouches_for_is_refused(port: int) -> None:
    with _client() as client, pytest.raises(Unreachable):
        client.get(f"https://localhost:{port}/", headers={})


def test_a_handshake_that_never_comes_ends_at_the_deadline(trust: ssl.SSLContext) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        HttpClient(allow_private=True, total_seconds=0.3, ssl_context=trust) as client,
    ):
        began = time.monotonic()
        with pytest.raises(Timeout):
            client.get(f"https://127.0.0.1:{listener.getsockname()[1]}/", headers={})
        assert time.monotonic() - began < 0.8
