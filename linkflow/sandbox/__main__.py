"""`python -m linkflow.sandbox --port 8081 --database sandbox.sqlite --mailbox mail/`: the sandbox in its own process.

Client, redirect addresses and lifetimes come from LINKFLOW_SANDBOX_* in the environment; the options are put there
too, because the server's worker is a process of its own that builds the app again from it.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from linkflow.sandbox.app import create_sandbox
from linkflow.sandbox.settings import settings_from

_OPTIONS = ("database", "mailbox", "issuer")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; 2 when a setting is missing or wrong."""
    wanted = _parser().parse_args(arguments)
    os.environ.setdefault("LINKFLOW_SANDBOX_ISSUER", f"http://localhost:{wanted.port}")
    for name in _OPTIONS:
        if value := getattr(wanted, name):
            os.environ[f"LINKFLOW_SANDBOX_{name.upper()}"] = value
    if wanted.faults:
        os.environ["LINKFLOW_SANDBOX_FAULTS"] = "on"
    try:
        settings_from(os.environ)
    except ValueError as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    Granian(
        "linkflow.sandbox.__main__:build",
        address=wanted.host,
        port=wanted.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=32,
        workers_kill_timeout=2,
        log_level=LogLevels.warning,
    ).serve()
    return 0


def build() -> Flask:
    """Make the app in the server's worker."""
    return create_sandbox(settings_from(os.environ))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m linkflow.sandbox", description="Serve Sandbox Books.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--issuer", help="public address (default: http://localhost:PORT)")
    parser.add_argument("--database", help="SQLite file that keeps grants over a restart (default: memory)")
    parser.add_argument("--mailbox", help="folder of .eml files to show at /mailbox")
    parser.add_argument("--faults", action="store_true", help="open the fault switches and the page counters")
    return parser


if __name__ == "__main__":
    sys.exit(main())
