"""`linkflow demo`: all of linkflow on one machine, SQLite and the built-in sandbox, under one supervisor.

Everything lies in one folder (`.demo/`), readable by its owner only: keys made there, the database, the mailbox, the
processes' logs, and `demo.json`, which says where to go. Configuration is checked and the database brought up to date
before anything is started. Data stay from one start to the next.
"""

import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from linkflow import paths
from linkflow.keyfiles import ensure_keys, ensure_secret
from linkflow.supervisor import Child, supervise

HOST = "127.0.0.1"
SANDBOX_HOST = "localhost"  # ports do not separate cookies or sites; host names do
CLIENT = "linkflow-demo"


class PortTaken(Exception):
    """Somebody else listens on a port the demo needs."""


@dataclass(frozen=True)
class Place:
    """Where one demo lives and answers."""

    folder: Path
    port: int

    @property
    def portal(self) -> str:
        """The address of linkflow."""
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox(self) -> str:
        """The address of Sandbox Books."""
        return f"http://{SANDBOX_HOST}:{self.port + 1}"


@dataclass(frozen=True)
class Told:
    """What `demo.json` says: `links` by request type."""

    portal: str
    email: str
    password: str
    mailbox: str
    links: Mapping[str, str]


def run(place: Place, *, prepare: Callable[[Mapping[str, str]], tuple[str, str, Mapping[str, str]]]) -> None:
    """Start everything and stay until a signal.

    `prepare` gets the processes' environment, checks it, makes the demo's data and answers the portal's email and
    password and the ready links. Raises PortTaken, and whatever `prepare` raises, before anything has started.
    """
    check_ports(place.port)
    os.umask(0o077)
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.folder.chmod(0o700)
    told_in = place.folder / "demo.json"
    told_in.unlink(missing_ok=True)
    environment = environment_of(place)
    email, password, links = prepare(environment)
    told = Told(f"{place.portal}/portal", email, password, f"{place.sandbox}/mailbox", links)

    def ready() -> None:
        _write_private(told_in, json.dumps(asdict(told), indent=2) + "\n")
        print(_in_words(told), flush=True)

    try:
        supervise(children_of(place, environment), on_ready=ready)
    finally:
        told_in.unlink(missing_ok=True)


def check_ports(first: int) -> None:
    """Raises PortTaken unless `first` and the next port are free on this machine."""
    for number in (first, first + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, number))
            except OSError:
                raise PortTaken(f"Port {number} is taken. Choose another pair: make demo PORT={first + 10}") from None


def environment_of(place: Place) -> dict[str, str]:
    """What the demo's processes are told; settings of this shell that are meant for another linkflow are left out."""
    keys = ensure_keys(place.folder / "keys")
    secret = ensure_secret(place.folder / "keys" / "sandbox_client")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LINKFLOW_") or name.startswith("LINKFLOW_TEST_")
    }
    callback = f"{place.portal}/callback/sandbox"
    return kept | {
        "LINKFLOW_PUBLIC_URL": place.portal,
        "LINKFLOW_SECRET_KEYS_FILE": str(keys.secret_keys),
        "LINKFLOW_ENCRYPTION_KEYS_FILE": str(keys.encryption_keys),
        "LINKFLOW_DATA_DIR": str(place.folder),
        "LINKFLOW_ORGANIZATIONS_DIR": str(paths.config() / "organizations"),
        "LINKFLOW_MAILBOX_DIR": str(place.folder / "mailbox"),
        "LINKFLOW_MAIL_FROM": "linkflow demo <demo@example.com>",
        "LINKFLOW_OUTBOUND_ALLOW_PRIVATE": "true",
        "LINKFLOW_WORKER_NAME": "demo",
        "LINKFLOW_SOFTWARE_SANDBOX_CLIENT_ID": CLIENT,
        "LINKFLOW_SOFTWARE_SANDBOX_CLIENT_SECRET": secret,
        "LINKFLOW_SOFTWARE_SANDBOX_BASE_URL": place.sandbox,
        "LINKFLOW_SOFTWARE_SANDBOX_AUTHORIZE_URL": f"{place.sandbox}/oauth/authorize",
        "LINKFLOW_SOFTWARE_SANDBOX_TOKEN_URL": f"{place.sandbox}/oauth/token",
        "LINKFLOW_SOFTWARE_SANDBOX_REVOKE_URL": f"{place.sandbox}/oauth/revoke",
        "LINKFLOW_SOFTWARE_SANDBOX_ISSUER": place.sandbox,
        "LINKFLOW_SANDBOX_ISSUER": place.sandbox,
        "LINKFLOW_SANDBOX_CLIENT_ID": CLIENT,
        "LINKFLOW_SANDBOX_CLIENT_SECRET": secret,
        "LINKFLOW_SANDBOX_REDIRECT_URIS": callback,
        "LINKFLOW_SANDBOX_DATABASE": str(place.folder / "sandbox.db"),
        "LINKFLOW_SANDBOX_MAILBOX": str(place.folder / "mailbox"),
        "LINKFLOW_SANDBOX_FAULTS": "true",
    }


def children_of(place: Place, environment: Mapping[str, str]) -> tuple[Child, ...]:
    """Web, sandbox and worker; each writes to a log of its own."""
    linkflow = [sys.executable, "-m", "linkflow"]
    web = [*linkflow, "serve", "--host", HOST, "--port", str(place.port)]
    sandbox = [sys.executable, "-m", "linkflow.sandbox", "--host", HOST, "--port", str(place.port + 1)]
    return (
        Child("the sandbox", sandbox, place.folder / "sandbox.log", environment, f"{place.sandbox}/health/live"),
        Child("the web", web, place.folder / "web.log", environment, f"{place.portal}/health/live"),
        Child("the worker", [*linkflow, "worker"], place.folder / "worker.log", environment),
    )


SIGN_INS = {
    "financials": "owner@example.com",
    "spend_analysis": "hairosmith@example.com",
    "both": "codfather@example.com",
}
"""Who opens the books of the company that each kind's link is for, and no others, in the sandbox."""
_KINDS = {"spend_analysis": "supplier spend"}


def _in_words(told: Told) -> str:
    links = "\n".join(
        f"  {_KINDS.get(kind, kind):<16}{link}\n{'':18}in the sandbox sign in as {SIGN_INS[kind]}"
        for kind, link in told.links.items()
    )
    return (
        f"\nlinkflow is running.\n\n"
        f"  Portal          {told.portal}\n"
        f"                  sign in as {told.email}, password {told.password}\n"
        f"  Mailbox         {told.mailbox}\n\n"
        f"A customer's link for each kind of request:\n\n{links}\n\n"
        f"Any password will do in the sandbox. Ctrl-C stops everything.\n"
    )


def _write_private(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
