"""Closes every socket but loopback, in the tests and in the processes they start. A test that reaches out fails."""

import ipaddress
import socket
from typing import Any

LOCAL_NAMES = {"localhost", "", None, "0.0.0.0", "::"}


class ReachedOut(RuntimeError):
    """Something tried to leave this machine."""


def install() -> None:
    """From here on: loopback addresses and local names only. Calling it twice changes nothing."""
    if getattr(socket.socket, "_loopback_only", False):
        return
    connect, connect_ex, sendto, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.socket.sendto,
        socket.getaddrinfo,
    )

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(self, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, *arguments: Any) -> int:
        _refuse_outside(self, arguments[-1])
        return sendto(self, *arguments)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        if not is_local(host):
            raise socket.gaierror(socket.EAI_NONAME, f"tests look up no name but localhost: {host!r}")
        return getaddrinfo(host, *arguments, **named)

    for name, guarded in (
        ("connect", guarded_connect),
        ("connect_ex", guarded_connect_ex),
        ("sendto", guarded_sendto),
        ("_loopback_only", True),
    ):
        setattr(socket.socket, name, guarded)
    socket.getaddrinfo = guarded_getaddrinfo


def is_local(host: Any) -> bool:
    """Whether a name or address is this machine; literal addresses resolve to themselves, so they may be looked up."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in LOCAL_NAMES or str(host).endswith(".localhost") or host == socket.gethostname():
        return True
    try:
        ipaddress.ip_address(str(host).split("%")[0])
    except ValueError:
        return False
    return True


def _refuse_outside(connection: socket.socket, address: Any) -> None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return
    host = str(address[0]).split("%")[0]
    loopback = ipaddress.ip_address(host).is_loopback if _is_literal(host) else is_local(host)
    if not loopback:
        raise ReachedOut(f"a test tried to reach {host}")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
